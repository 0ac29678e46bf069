"""`yima key new`: an SM2 key of one's own, so that no secret ever travels."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from yima import sm2
from yima.command.config import write_privately
from yima.command.output import note, say
from yima.credentials import Key, KeyFile


@click.group()
def key() -> None:
    """SM2 keys of this client."""


@key.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--client-id", required=True, help="Whose key it will be.")
def new(file: Path, client_id: str) -> None:
    """Make a key and keep it in FILE, readable by you alone; prints what operators have to register."""
    if file.exists():
        raise click.UsageError(f"{file} is there already; a key is not overwritten")
    made = Key(client_id, sm2.generate().hex())
    write_privately(file, msgspec.json.encode(KeyFile(client_id, made.private_key)))
    say(made.public_key)
    note(f"key id {made.key_id}; have operators register the public key, then: yima login --key {file}")

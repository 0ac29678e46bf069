"""`yima login`, `yima logout`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from yima.command import config
from yima.command.output import first_line_of_stdin, note, say


@click.command()
@click.option("--base-url", envvar="YIMA_BASE_URL", default="", help="The city's address; else the one of before.")
@click.option("--key", "key_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A key file.")
@click.option("--signed", is_flag=True, help="Sign every request with the key, and ask for signed replies.")
@click.option("--root", default="", envvar="YIMA_ROOT", help="The city's root key (hex), to pin it.")
def login(base_url: str, key_file: Path | None, *, signed: bool, root: str) -> None:
    """Remember a city, and as whom to ask it.

    Client id and secret come from YIMA_CLIENT_ID and YIMA_CLIENT_SECRET, are asked for at a terminal, or are the
    first two lines of stdin. They are tried before they are kept, readable by you alone.
    """
    if signed and key_file is None:
        raise click.UsageError("--signed needs --key: only a key signs")
    wanted = _city(base_url, root)
    wanted.signed = signed
    if key_file is not None:
        wanted.key_file = str(key_file.resolve())
        wanted.client_id = config.read_key(key_file).client_id
    else:
        wanted.client_id = os.environ.get("YIMA_CLIENT_ID") or first_line_of_stdin("Client id")
        wanted.client_secret = os.environ.get("YIMA_CLIENT_SECRET") or first_line_of_stdin("Secret", hidden=True)
        if not (wanted.client_id and wanted.client_secret):
            raise click.UsageError("client id and secret are missing: they are the first two lines of stdin")
    with wanted.city() as city:
        trust, scopes = city.trust_list(), city.scopes()
    kept = config.keep(wanted)
    say(f"logged in to the city {trust.issuer} as {wanted.client_id}")
    if scopes:
        note(f"reaches: {', '.join(sorted(scopes))}")
    note(f"kept in {kept}")


def _city(base_url: str, root: str) -> config.Config:
    """The city that is meant. A root key that was pinned for it stays pinned."""
    before = config.before()
    if not (base_url or before.base_url):
        raise click.UsageError("say which city, with --base-url https://…")
    url = config.check_url(base_url or before.base_url)
    return config.Config(base_url=url, root=root or (before.root if url == before.base_url else ""))


@click.command()
def logout() -> None:
    """Forget the city and the secret."""
    config.file().unlink(missing_ok=True)
    say("forgotten")

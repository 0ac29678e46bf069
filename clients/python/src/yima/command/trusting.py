"""`yima trust-list`: the city's keys, shown or kept for a gate that goes out of reach."""

from __future__ import annotations

from pathlib import Path

import click

from yima.command import config
from yima.command.output import clock, note, say
from yima.trust import TrustList


@click.command(name="trust-list")
@click.option("--save", type=click.Path(path_type=Path, dir_okay=False), help="Keep the list as it came.")
def trust_list(save: Path | None) -> None:
    """Fetch the trust list; with a pinned root key, a forged one is refused."""
    kept = config.current()
    with kept.city() as city:
        trust = city.trust_list()
    if not kept.root:
        note("no root key is pinned, so nobody has vouched for this list (yima login --root …)")
    for key in trust.keys:
        say(f"{key.kid}  {key.use:8}  {key.state:9}  {clock(key.not_before)}  {clock(key.not_after)}")
    if save is not None:
        save.write_text(trust.document, encoding="utf-8")
        note(f"kept in {save}, good until {clock(trust.expires_at)}")


def read_list(file: Path) -> TrustList:
    """The list in a file; raises ClickException where it is none."""
    try:
        return TrustList.read(file.read_bytes())
    except ValueError:
        raise click.ClickException(f"{file} is no trust list; `yima trust-list --save {file}` writes one") from None

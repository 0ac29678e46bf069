"""`yima verify`: one code, or a line each as from a scanner gun."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from yima.answers import Verification
from yima.city import City
from yima.command import config
from yima.command.output import as_json, coloured, complain, say
from yima.command.trusting import read_list
from yima.offline import OfflineVerdict
from yima.problems import Problem, Unreachable

Told = tuple[bool, str]
"""Whether a code was accepted, and the line that says so."""


@click.command()
@click.argument("code")
@click.option("--purpose", default="entry", show_default=True, help="What the scan is for.")
@click.option("--place", default="", help="Where the scan is.")
@click.option(
    "--trust-list", "trust_file", type=click.Path(path_type=Path), help="Verify without network by this file."
)
@click.option("--json", "json", is_flag=True, help="One line of JSON for each code.")
@click.pass_context
def verify(ctx: click.Context, code: str, purpose: str, place: str, trust_file: Path | None, *, json: bool) -> None:
    """Verify CODE, or with - every line of stdin. Ends with 0 where all were accepted, 1 otherwise."""
    with config.current().city() if trust_file is None else _nobody() as city:
        look = _offline(city, trust_file, json) if trust_file else _online(city, purpose, place, json)
        told = [_tell(look, each, many=code == "-") for each in _codes(code)]
    ctx.exit(0 if told and all(told) else 1)


def _tell(look: Callable[[str], Told], code: str, *, many: bool) -> bool:
    """Say what became of one code. At a gate the next in line is looked at even if this one could not be."""
    try:
        accepted, line = look(code)
    except (Problem, Unreachable) as error:
        if not many:
            raise
        complain(error)
        return False
    say(line)
    return accepted


def _codes(code: str) -> Iterator[str]:
    """The code, or the lines of stdin; a line that is no text is a code that is none."""
    if code != "-":
        yield code
        return
    for raw in sys.stdin.buffer:
        line = raw.decode("ascii", errors="replace").strip("\r\n")
        if line:
            yield line


def _online(city: City, purpose: str, place: str, json: bool) -> Callable[[str], Told]:
    def look(code: str) -> Told:
        seen = city.verify(code, purpose=purpose, place=place)
        return seen.accepted, as_json(seen) if json else _line(seen)

    return look


def _offline(city: City, file: Path, json: bool) -> Callable[[str], Told]:
    trust = read_list(file)

    def look(code: str) -> Told:
        seen = city.verify_offline(code, trust)
        return seen.accepted, as_json(_shown(seen)) if json else _offline_line(seen)

    return look


def _nobody() -> City:
    """A city that nobody asks anything."""
    kept = config.current()
    return City(kept.base_url or "http://127.0.0.1", root=kept.root)


def _line(seen: Verification) -> str:
    if not seen.accepted:
        return f"rejected  {seen.reason}"
    parts = [coloured(seen.colour), seen.holder.name if seen.holder else "", " ".join(seen.tags or [])]
    return "  ".join(["accepted", *filter(None, parts), *(["SPECIMEN"] if seen.specimen else [])])


def _offline_line(seen: OfflineVerdict) -> str:
    age = f"(trust list {seen.list_age // 60} min old)"
    return f"accepted  {coloured(seen.colour)}  {age}" if seen.accepted else f"rejected  {seen.reason}  {age}"


def _shown(seen: OfflineVerdict) -> dict[str, object]:
    return {
        "verdict": "accepted" if seen.accepted else "rejected",
        "reason": seen.reason,
        "colour": seen.colour,
        "list_age": seen.list_age,
        "list_authentic": seen.list_authentic,
    }

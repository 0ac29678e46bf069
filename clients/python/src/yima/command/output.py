"""How the command speaks: answers on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click
import msgspec

from yima.problems import MEMBERS, Problem, YimaError

COLOURS = {"green": "green", "yellow": "yellow", "red": "red"}
UNSAID = {*MEMBERS, "instance", "server_time"}
"""What of a problem document is said otherwise, or tells nobody anything."""


def say(text: str) -> None:
    """A line that is an answer."""
    click.echo(text)


def note(text: str) -> None:
    """A line for whoever is watching."""
    click.echo(text, err=True)


def complain(error: YimaError) -> None:
    """An error: its code and title, what to do, and what that names, such as `needed`."""
    note(f"yima: {error.code}: {error.title}")
    for line in (error.detail, named(error.evidence) if isinstance(error, Problem) else ""):
        if line:
            note(f"  {line}")


def named(evidence: dict[str, Any]) -> str:
    """What a problem document has beside its words."""
    return "; ".join(f"{name}: {_plain(value)}" for name, value in evidence.items() if name not in UNSAID)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def as_json(value: Any) -> str:
    """One line of JSON, with what is None left out."""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, dict):
        plain = {name: each for name, each in plain.items() if each is not None}
    return msgspec.json.encode(plain).decode()


def coloured(colour: str | None) -> str:
    """A colour in its colour, where a terminal shows any."""
    return click.style(colour or "-", fg=COLOURS.get(colour or ""), bold=True)


def clock(moment: datetime | None) -> str:
    """A moment as the clock on this wall shows it."""
    return "-" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def first_line_of_stdin(prompt: str, *, hidden: bool = False) -> str:
    """What somebody types at a terminal, or the next line of what is piped in."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=hidden, err=True)).strip()
    return sys.stdin.readline().strip()

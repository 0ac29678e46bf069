"""How the command speaks: answers on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click
import msgspec

COLOURS = {"green": "green", "yellow": "yellow", "red": "red"}


def say(text: str) -> None:
    """A line that is an answer."""
    click.echo(text)


def note(text: str) -> None:
    """A line for whoever is watching."""
    click.echo(text, err=True)


def complain(code: str, title: str, detail: str) -> None:
    """An error: its code and title, then what to do."""
    note(f"yima: {code}: {title}")
    if detail:
        note(f"  {detail}")


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

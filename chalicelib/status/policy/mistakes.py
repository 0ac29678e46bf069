"""What can be wrong with a policy file, told so that whoever wrote it can put it right. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

MOST_CHOICES = 20
"""More are not listed in a sentence."""


class Mistake(NamedTuple):
    """One mistake: its line (from 1), its place (`rules[3].until`), what is wrong, and what to do about it."""

    line: int
    place: str
    problem: str
    advice: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.place}" if self.place else f"line {self.line}"
        return f"{where}: {self.problem} {self.advice}"


class MistakenPolicy(ValueError):
    """The file is no policy. All mistakes are in it, in order of their lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def choice(words: Iterable[str]) -> str:
    """`green, yellow or red`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """What was probably meant, or else all that could have been."""
    known = list(known)
    near = get_close_matches(wrong, known, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    if len(known) > MOST_CHOICES:
        return f"Write one that exists, such as {known[len(known) // 2]!r}."
    return f"Write {choice(known)}." if known else "Leave it out."

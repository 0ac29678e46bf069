"""Short ways to say what happened when, and what a policy makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.status.evidence.model import Evidence
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Clearing, Offset, Otherwise, Pattern, Policy, Rule, Text
from chalicelib.status.timeline import EVER, Segment, prepare, timeline

SHANGHAI = "Asia/Shanghai"
WORDS = Text("缘由", "reason")
_numbers = count(1)


def at(local: str, zone: str = SHANGHAI, *, again: bool = False) -> int:
    """`2026-09-21 23:59:59` on the clocks of a city, as Unix seconds; `again` where clocks say it a second time."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone), fold=int(again)).timestamp())


def local(instant: int, zone: str = SHANGHAI) -> str:
    """The inverse of `at`."""
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def fact(kind: str, happened_at: int | str, *, valid_until: int | str | None = None, **attributes: str) -> Evidence:
    """Evidence, with an id of its own; instants in Unix seconds, or as a clock in Shanghai says them."""
    happened = at(happened_at) if isinstance(happened_at, str) else happened_at
    until = at(valid_until) if isinstance(valid_until, str) else valid_until
    return Evidence(f"{next(_numbers):024x}", kind, happened, attributes, until)


def policy(*rules: Rule, zone: str = SHANGHAI, version: int = 1, otherwise: Colour = Colour.GREEN) -> Policy:
    """A policy that is green where no rule speaks."""
    return Policy("story", version, WORDS, zone, Otherwise(otherwise, WORDS), list(rules))


def rule(kind: str, colour: str, until: Offset | None = None, **more: Any) -> Rule:
    """A rule about a kind of evidence, named for what it does."""
    told = {"id": f"{kind}-{colour}", "when": Pattern(kind), "precedence": 50, "reason": WORDS, **more}
    return Rule(colour=Colour(colour), until=until, **told)


def days(number: int) -> Offset:
    return Offset(days=number)


def hours(number: int) -> Offset:
    return Offset(hours=number)


def two_negatives(apart: Offset) -> list[Clearing]:
    """What clears a contact."""
    return [Clearing("test", {"result": "negative"}, count=2, apart=apart)]


def course(segments: list[Segment], zone: str = SHANGHAI) -> list[str]:
    """Colours and the local times of their changes: `["green", "2026-09-21 14:00:00 yellow", …]`."""
    said = [f"{local(one.starts, zone)} {one.colour}" if one.starts > EVER else str(one.colour) for one in segments]
    changes = [index for index, one in enumerate(segments) if not index or one.colour is not segments[index - 1].colour]
    return [said[index] for index in changes]


def told(rules: Policy, *evidence: Evidence) -> list[str]:
    """The course of colours that a policy makes of evidence."""
    return course(timeline(evidence, prepare(rules)), rules.time_zone)

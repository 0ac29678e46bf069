"""A policy as health officers write it: for each kind of evidence which colour, from when, how long, what clears it.

These structs are the format: the JSON Schema of policy files (docs/policy.schema.json) is made from them.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from chalicelib.status.model import Colour

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,39}$", description="lower-case letters, digits and hyphens")]
KindName = Annotated[
    str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$", description="a kind of evidence, or an attribute of one")
]
Words = Annotated[str, Meta(min_length=1, max_length=200)]
Days = Annotated[int, Meta(ge=0, le=3660)]
Hours = Annotated[int, Meta(ge=0, le=24 * 3660)]
Count = Annotated[int, Meta(ge=1, le=10)]
Precedence = Annotated[int, Meta(ge=0, le=999)]
Version = Annotated[int, Meta(ge=1, le=1_000_000)]
Zone = Annotated[str, Meta(min_length=1, max_length=64, description="an IANA time zone")]


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """What people read, in both languages."""

    zh: Words
    en: Words


class Offset(Struct, frozen=True, forbid_unknown_fields=True):
    """How long after something: exactly one of local calendar days and hours (policy/reading.py holds to it)."""

    days: Days | None = None
    hours: Hours | None = None


class Pattern(Struct, frozen=True, forbid_unknown_fields=True):
    """Which evidence is meant: a kind, and the values allowed for some of its attributes."""

    kind: KindName
    attributes: dict[KindName, str | list[str]] = {}


class Clearing(Pattern, frozen=True, forbid_unknown_fields=True):
    """Later evidence that ends an effect: `count` of them, each at least `apart` after the one counted before.

    Only what happened after the fact itself counts (not at the same second), and not before `not_before` after it.
    {days: n} is reached at the midnight that begins day n, {hours: n} to the second. All that is counted must still be
    valid when the last one happens; that is when the effect ends, for good.
    """

    count: Count = 1
    apart: Offset = Offset(hours=0)
    not_before: Offset = Offset(hours=0)


class Rule(Struct, frozen=True, forbid_unknown_fields=True, rename={"starts": "from"}):
    """One rule. Counted from the moment the evidence happened, which is on local day 0:

    from {days: n}: the midnight that begins day n. until {days: n}: the midnight that ends it. {hours: n}: n hours
    after. Without `until` only a clearing ends it; evidence that is no longer valid has no effect either. The highest
    precedence wins, the more severe colour where two are equal, and among these the reason that began last is told
    first.
    """

    id: Name
    when: Pattern
    colour: Colour
    precedence: Precedence
    reason: Text
    starts: Offset = Offset(hours=0)
    until: Offset | None = None
    cleared_by: list[Clearing] = []


class Otherwise(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds where no rule speaks."""

    colour: Colour
    reason: Text


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a policy. It is never edited: a change is another version.

    `disregards` colours nothing: it says which evidence was left without a rule on purpose, for whoever reviews.
    """

    policy: Name
    version: Version
    title: Text
    time_zone: Zone
    otherwise: Otherwise
    rules: list[Rule] = []
    disregards: list[Pattern] = []

    @property
    def key(self) -> str:
        """How this version is named everywhere: `epidemic@3`."""
        return f"{self.policy}@{self.version}"


def schema() -> dict[str, object]:
    """The JSON Schema of a policy file."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "title": "Yima policy", **msgspec.json.schema(Policy)}

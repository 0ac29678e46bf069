"""What a source may report: of a kind we know, at a time that can be, under a reference that names nobody. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.times import rfc3339
from chalicelib.status.evidence.kinds import flaws
from chalicelib.status.evidence.refusals import (
    HappenedInFuture,
    ReferenceLooksPersonal,
    TooLongAgo,
    UnfitValidity,
    unfit,
)
from chalicelib.status.residents import Document

REFERENCE = r"^[!-~]{1,64}$(?!\n)"
"""A visible word of ASCII; where a `$` overlooks the end of a line, the rest does not."""

LOOKS_PERSONAL = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
"""A division, a birthday, a serial number and a check digit in a row (GB 11643), wherever in a text."""

AHEAD_S = 300
"""As far as a laboratory's clock may be ahead of ours."""

EARLIEST = 946_684_800
"""2000-01-01: evidence from before that is a mistake, often a date that nobody filled in."""

LONGEST_VALIDITY_S = 10 * 366 * 86_400


class Source(NamedTuple):
    """A department that reports: its client id, and its name for people."""

    client_id: str
    name: str


class Reported(NamedTuple):
    """One fact as a source reports it; instants are Unix seconds."""

    document: Document
    kind: str
    happened_at: int
    attributes: Mapping[str, str]
    reference: str
    valid_until: int | None = None


class VoidReason(StrEnum):
    """Why a source takes a fact back. Words of ours and no free text: people write names into free text."""

    WRONG_PERSON = "wrong_person"
    ENTERED_IN_ERROR = "entered_in_error"
    REPORTED_TWICE = "reported_twice"
    WITHDRAWN = "withdrawn"


def check(said: Reported, *, now: float) -> None:
    """Refuse what cannot be so, before anybody is looked up; raises a `Refusal`."""
    check_reference(said.reference)
    found = flaws(said.kind, said.attributes)
    if found:
        raise unfit(found)
    _check_times(said, now)


def check_reference(reference: str) -> None:
    """Raises `ReferenceLooksPersonal`."""
    if LOOKS_PERSONAL.search(reference):
        raise ReferenceLooksPersonal


def digest(index: str, said: Reported) -> str:
    """What was said about whom, as hex of SM3: the same reference may be sent again only with the same.

    `index` is the blind index of the person, so that nobody can find the document by trying numbers.
    """
    content = [index, said.kind, said.happened_at, said.valid_until, sorted(said.attributes.items())]
    return sm3(msgspec.json.encode(content)).hex()


def _check_times(said: Reported, now: float) -> None:
    """Refuse times that can only be a mistake; years old is fine."""
    happened, until = said.happened_at, said.valid_until
    if happened > now + AHEAD_S:
        raise HappenedInFuture(happened_at=rfc3339(happened), server_time=rfc3339(now))
    if happened < EARLIEST:
        raise TooLongAgo(earliest=rfc3339(EARLIEST))
    if until is not None and not happened < until <= happened + LONGEST_VALIDITY_S:
        raise UnfitValidity(after=rfc3339(happened), latest=rfc3339(happened + LONGEST_VALIDITY_S))

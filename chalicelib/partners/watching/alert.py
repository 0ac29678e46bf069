"""An alert: a rule tripped, and somebody should look. Raised once, closed once. Values and rules only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from chalicelib.partners.watching.normal import Normal
from chalicelib.partners.watching.rules import By, Rule, day_of
from chalicelib.partners.watching.seen import Tally, amount
from chalicelib.platform.crypto.hashing import sm3

ID_DIGITS = 24
MOST_NAMED = 64


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    CLOSED = "closed"


class Event(StrEnum):
    """What happens to it."""

    CLOSE = "close"


LIFECYCLE: dict[State, dict[Event, State]] = {State.OPEN: {Event.CLOSE: State.CLOSED}, State.CLOSED: {}}


class Verdict(StrEnum):
    """What an auditor found out: it was all right, it was misuse, or nobody can tell."""

    LEGITIMATE = "legitimate"
    MISUSE = "misuse"
    UNCLEAR = "unclear"


class Closing(NamedTuple):
    """What became of an alert: by whom (holder id, and the name they acted under), and when."""

    verdict: Verdict
    by: str
    by_name: str
    at: int


class Alert(NamedTuple):
    """One alert. `subject` is a client id (and terminal), the mark of a code, or the blind index of a holder; `name`
    is the verifier's, empty where the subject is none. The window is [since, until); `number` is what was there when it
    was raised, `purposes` what was scanned for, `usual` what it was compared with, if anything.

    `verifiers` are the names, by client id, of who refused a code. About a holder they are left out: where an unnamed
    person went is nobody's business, and they read in their own list who looked.
    """

    alert_id: str
    rule: str
    subject: str
    name: str
    at: int
    since: int
    until: int
    number: int
    purposes: Mapping[str, int]
    usual: Normal | None = None
    closing: Closing | None = None
    verifiers: Mapping[str, str] = {}

    @property
    def state(self) -> State:
        """Where it stands."""
        return State.CLOSED if self.closing else State.OPEN

    @property
    def raised(self) -> str:
        """Where it stands in its month, newest last; the cursor behind it."""
        return f"{self.at:010d}-{self.alert_id}"


def alert(rule: Rule, subject: str, total: Tally, *, since: int, at: int, usual: Normal | None = None) -> Alert:
    """An alert of a rule about a subject, in the window that began at `since`.

    Its id is made of the three, so that raising it again is no news. What rests on a log has no window of its own that
    begins at an hour, and is raised once a day at most: a day of the city, whose people sleep when it ends.
    """
    window = day_of(since) if rule.by in {By.HOLDER, By.CODE} else since
    alert_id = sm3("\x1f".join((rule.name, subject, str(window))).encode()).hex()[:ID_DIGITS]
    purposes = dict(sorted(total.purposes.items()))
    until, named = since + rule.window_s, dict(sorted(total.verifiers)[:MOST_NAMED])
    number = amount(rule, total)
    return Alert(alert_id, rule.name, subject, total.name, at, since, until, number, purposes, usual, verifiers=named)


def month_of(at: int) -> str:
    """The month (UTC) under which an alert is listed."""
    return time.strftime("%Y-%m", time.gmtime(at))

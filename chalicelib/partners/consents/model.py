"""Consents: asked for, agreed to, used, taken back. Values and rules only.

A consent belongs to the holder whose fields it is about. What time alone brings (a request that nobody answered, a
period that is over) is told by `state_at` and written down by nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from chalicelib.codes.purposes import Field, Purpose
from chalicelib.platform.crypto.hashing import sm3

AGE_OF_OWN_CONSENT = 14
"""Everything about somebody younger is sensitive by law (PIPL, article 31): their guardian consents to it."""

DAY_S = 86_400
ANSWER_S = DAY_S
"""How long a request waits for an answer; also how long what is agreed to once may be used, from the asking on."""

LONGEST_S = 366 * DAY_S
"""How long a consent may run before the holder is asked again."""

LEFT_ALONE_S = 30 * DAY_S
"""For how long a client does not ask again for a field that the holder has refused it."""

MOST_OPEN = 3
"""So many requests of one client may wait for an answer of one holder: nobody is worn down."""

REQUEST_KEPT_S = 180 * DAY_S
RECORD_KEPT_S = 3 * 366 * DAY_S
"""What was agreed to is provable for as long as records of impact are kept (PIPL, article 56)."""

ID_DIGITS = 24


class Use(StrEnum):
    """How often a consent may be used."""

    ONCE = "once"
    PERIOD = "period"


class State(StrEnum):
    """Where a consent stands. `lapsed` and `ended` come with time alone."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    USED = "used"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Event(StrEnum):
    """What happens to one."""

    AGREE = "agree"
    REFUSE = "refuse"
    LAPSE = "lapse"
    USE_UP = "use_up"
    WITHDRAW = "withdraw"
    END = "end"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.ASKED: {Event.AGREE: State.AGREED, Event.REFUSE: State.REFUSED, Event.LAPSE: State.LAPSED},
    State.AGREED: {Event.USE_UP: State.USED, Event.WITHDRAW: State.WITHDRAWN, Event.END: State.ENDED},
    State.REFUSED: {},
    State.LAPSED: {},
    State.USED: {},
    State.WITHDRAWN: {},
    State.ENDED: {},
}


class By(StrEnum):
    """Who answered: the holder, or the guardian of a child under fourteen."""

    HOLDER = "holder"
    GUARDIAN = "guardian"


class OutOfTurn(ValueError):
    """The lifecycle has no such event in this state."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent. Instants are Unix seconds, 0 for what has not happened.

    It counts from `agreed_at` on and before `until`. `why` is what the client says it needs the fields for, sealed;
    `recent` are the disclosures that used it last, by which a repeat is known; `receipt` is the digest of what was
    agreed to (receipt.py), `digest` that of the request.
    """

    consent_id: str
    holder: str
    client_id: str
    client_name: str
    purpose: Purpose
    fields: frozenset[Field]
    use: Use
    unattended: bool
    asked_at: int
    answer_by: int
    until: int
    why: bytes = b""
    digest: str = ""
    state: State = State.ASKED
    agreed_at: int = 0
    agreed_by: str = ""
    text_version: str = ""
    receipt: str = ""
    closed_at: int = 0
    closed_by: str = ""
    uses: int = 0
    last_use: int = 0
    recent: frozenset[str] = frozenset()

    def state_at(self, now: float) -> State:
        """Where it stands at an instant."""
        if self.state is State.ASKED and now >= self.answer_by:
            return LIFECYCLE[self.state][Event.LAPSE]
        if self.state is State.AGREED and now >= self.until:
            return LIFECYCLE[self.state][Event.END]
        return self.state

    def runs(self, now: float) -> bool:
        """Whether it may be used at an instant."""
        return self.state_at(now) is State.AGREED

    def is_open(self, now: float) -> bool:
        """Whether it waits for an answer."""
        return self.state_at(now) is State.ASKED

    def covers(self, client_id: str, purpose: Purpose, fields: Collection[Field]) -> bool:
        """Whether it is this client's, for this purpose, and for all of these fields."""
        return (self.client_id, self.purpose) == (client_id, purpose) and self.fields.issuperset(fields)

    @property
    def forgotten_at(self) -> int:
        """When even the record of it goes."""
        if self.agreed_at:
            return (self.closed_at or self.until) + RECORD_KEPT_S
        return (self.closed_at or self.answer_by) + REQUEST_KEPT_S


def moved(consent: Consent, event: Event, now: float, **more: Any) -> Consent:
    """The consent after an event; raises `OutOfTurn`."""
    state = LIFECYCLE[consent.state_at(now)].get(event)
    if state is None:
        raise OutOfTurn
    return replace(consent, state=state, **more)


def consent_id_of(record_id: str, holder: str, scan_id: str) -> str:
    """The id of what a client asks a holder for after a scan. One key used at two scans names two requests, whoever
    was scanned: were they one for the same person, a client could try an old key and know them again."""
    return sm3(f"consent\x1f{record_id}\x1f{holder}\x1f{scan_id}".encode()).hex()[:ID_DIGITS]

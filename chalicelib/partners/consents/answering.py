"""The holder agrees, refuses, or takes a consent back; for a child under fourteen a guardian agrees."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.partners.consents import receipt
from chalicelib.partners.consents.acting import Acting, Circle
from chalicelib.partners.consents.model import By, Consent, Event, OutOfTurn, State, moved
from chalicelib.partners.consents.refusals import ConsentClosed, ConsentNotFound, ConsentTextChanged, GuardianNeeded
from chalicelib.partners.consents.store import ConsentStore
from chalicelib.partners.consents.texts import CURRENT, TEXTS
from chalicelib.trust.fields import Fields


class Answers:
    """Takes what holders answer."""

    def __init__(self, store: ConsentStore, circle: Circle, fields: Fields) -> None:
        self._store = store
        self._circle = circle
        self._fields = fields

    def agree(self, consent_id: str, acting: Acting, *, text_version: str, now: float) -> Consent:
        """Let the client have the fields; again is once. Raises a `Refusal`.

        1. Find the request. What is agreed to already stays so.
        2. See that the text is the one of today, and that who agrees may.
        3. Write down who agreed to what, and until when: a guardian's word holds until the child is fourteen.
        """
        asked = self._of(consent_id, acting.holder)
        if asked.state_at(now) is State.AGREED:
            return asked
        if not asked.is_open(now):
            raise ConsentClosed(state=asked.state_at(now))
        if text_version != CURRENT:
            raise ConsentTextChanged(version=CURRENT, **TEXTS[CURRENT]._asdict())
        until = self._until(asked, acting, now)
        return self._move(asked, Event.AGREE, now, **self._agreed(asked, acting.by, until, int(now)))

    def refuse(self, consent_id: str, acting: Acting, *, now: float) -> Consent:
        """Turn a request down; again is once. Raises `ConsentNotFound`, or `ConsentClosed` for what was agreed to."""
        return self._close(self._of(consent_id, acting.holder), Event.REFUSE, acting.by, now)

    def withdraw(self, consent_id: str, acting: Acting, *, now: float) -> Consent:
        """Take a consent back, from this moment on; again is once. Raises `ConsentNotFound` or `ConsentClosed`."""
        return self._close(self._of(consent_id, acting.holder), Event.WITHDRAW, acting.by, now)

    def forget(self, holder: str, *, now: float) -> None:
        """For who leaves the city: nothing runs or waits any more. What was agreed to stays provable, without the
        clients' own words."""
        for consent in self._store.of(holder):
            event = _ENDING.get(consent.state_at(now))
            if event is not None:
                self._close(consent, event, By.HOLDER, now)
            self._store.drop_reason(consent)

    def _until(self, asked: Consent, acting: Acting, now: float) -> int:
        """Until when it runs; raises `GuardianNeeded` where a child agrees alone."""
        birthday = self._circle.fourteenth_birthday(acting.holder, now=now)
        if birthday is None or now >= birthday:
            return asked.until
        if acting.by is not By.GUARDIAN:
            raise GuardianNeeded
        return min(asked.until, birthday)

    def _agreed(self, asked: Consent, by: By, until: int, now: int) -> dict[str, object]:
        """What is written down of an agreement."""
        told = {"agreed_at": now, "agreed_by": str(by), "until": until, "text_version": CURRENT}
        why = self._fields.open(asked.why, context=f"consent#{asked.consent_id}", now=now) if asked.why else ""
        agreed = replace(asked, agreed_at=now, agreed_by=str(by), until=until, text_version=CURRENT)
        return {**told, "receipt": receipt.digest(receipt.terms(agreed, why=why))}

    def _close(self, consent: Consent, event: Event, by: By, now: float) -> Consent:
        """Write down that it is refused or withdrawn, and by whom."""
        return self._move(consent, event, now, closed_at=int(now), closed_by=str(by))

    def _move(self, old: Consent, event: Event, now: float, **more: object) -> Consent:
        """Let something happen to it. Who asks for what has happened already is answered with it; raises
        `ConsentClosed` where something else has."""
        try:
            new = moved(old, event, now, **more)
        except OutOfTurn:
            return _as_wished(old, event, now)
        if self._store.move(old, new):
            return new
        return _as_wished(self._of(old.consent_id, old.holder), event, now)

    def _of(self, consent_id: str, holder: str) -> Consent:
        """A consent of this holder; raises `ConsentNotFound`."""
        found = self._store.get(holder, consent_id)
        if found is None:
            raise ConsentNotFound
        return found


_ENDING = {State.ASKED: Event.REFUSE, State.AGREED: Event.WITHDRAW}
"""What ends each open state."""

_LEADS_TO = {Event.AGREE: State.AGREED, Event.REFUSE: State.REFUSED, Event.WITHDRAW: State.WITHDRAWN}


def _as_wished(consent: Consent, event: Event, now: float) -> Consent:
    """A consent that stands where an event would have brought it; raises `ConsentClosed`."""
    state = consent.state_at(now)
    if state is not _LEADS_TO[event]:
        raise ConsentClosed(state=state)
    return consent

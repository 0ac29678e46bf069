"""A consent is used: found, and counted by one conditional write, so that a withdrawal holds for the very next use."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from chalicelib.codes.purposes import Field, Purpose
from chalicelib.partners.consents.model import Consent, State, Use
from chalicelib.partners.consents.refusals import ConsentEnded
from chalicelib.partners.consents.store import ConsentStore

REMEMBERED = 64
KEPT = 16
"""A repeat is known among so many uses at least; it comes within minutes. The ids of disclosures begin with their time,
so the greatest are the latest."""


class Uses:
    """Knows what runs, and counts its uses."""

    def __init__(self, store: ConsentStore) -> None:
        self._store = store

    def covering(
        self,
        holder: str,
        client_id: str,
        purpose: Purpose,
        fields: Collection[Field],
        now: float,
        *,
        consent_id: str = "",
    ) -> Consent | None:
        """A running consent for all of these fields; None where the holder has given none, or not this one."""
        known = self._store.of(holder) if not consent_id else _there(self._store.get(holder, consent_id))
        running = [one for one in known if one.runs(now) and one.covers(client_id, purpose, fields)]
        return min(running, key=_first_choice, default=None)

    def of_holder(self, holder: str, consent_id: str) -> Consent | None:
        """A consent of somebody who was scanned, running or not (strongly consistent, no index to wait for)."""
        return self._store.get(holder, consent_id)

    def of_client(self, client_id: str, consent_id: str) -> Consent | None:
        """A consent by its client's id of it, running or not: the way to the holder where nobody was scanned."""
        return self._store.of_client(client_id, consent_id)

    def use(self, consent: Consent, disclosure_id: str, now: float) -> None:
        """Count one use; the same disclosure again is one. Raises `ConsentEnded` where it does not run any more.

        The write itself looks whether the consent runs. What was used up by this very disclosure answers its repeat.
        """
        if len(consent.recent) >= REMEMBERED:
            self._store.keep_recent(consent, sorted(consent.recent)[-KEPT:])
        if self._store.use(consent, disclosure_id, now=int(now)):
            return
        kept = self._store.get(consent.holder, consent.consent_id)
        if kept is None or not _was_used_by(kept, disclosure_id, now):
            raise ConsentEnded(state=kept.state_at(now) if kept else State.ENDED)

    def watching_colour(self, holder: str, now: float) -> list[Consent]:
        """Consents by which somebody may ask for the colour without a scan: they are told when it changes."""
        unattended = (one for one in self._store.of(holder) if one.unattended)
        return [one for one in unattended if Field.COLOUR in one.fields and one.runs(now)]


def _there(found: Consent | None) -> Iterable[Consent]:
    return () if found is None else (found,)


def _first_choice(consent: Consent) -> tuple[bool, int, str]:
    """What runs for a period goes first, and nothing is used up without need; then what ends first."""
    return consent.use is Use.ONCE, consent.until, consent.consent_id


def _was_used_by(consent: Consent, disclosure_id: str, now: float) -> bool:
    """Whether a disclosure has used a consent that still holds for it."""
    holds = consent.runs(now) or (consent.state is State.USED and now < consent.until)
    return holds and disclosure_id in consent.recent

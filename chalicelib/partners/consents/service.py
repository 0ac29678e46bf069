"""The room of consents, put together: one of each, over the same store."""

from __future__ import annotations

from collections.abc import Callable, Collection

from chalicelib.codes.exchange import Exchange
from chalicelib.codes.purposes import Field, Purpose
from chalicelib.partners.consents.acting import Circle
from chalicelib.partners.consents.answering import Answers
from chalicelib.partners.consents.asking import Asking
from chalicelib.partners.consents.following import ConsentFollower
from chalicelib.partners.consents.model import Consent
from chalicelib.partners.consents.reading import ConsentReader
from chalicelib.partners.consents.store import ConsentStore
from chalicelib.partners.consents.using import Uses
from chalicelib.people.notices import Notices
from chalicelib.people.residents import Residents
from chalicelib.trust.fields import Fields


class Consents:
    """All that can be done with consents, and what the rooms beside need of them."""

    def __init__(
        self,
        *,
        exchange: Exchange,
        fields: Fields,
        circle: Circle,
        residents: Callable[[], Residents],
        notices: Callable[[], Notices],
        is_partner: Callable[[str], bool],
    ) -> None:
        store = ConsentStore()
        self.circle = circle
        self.asking = Asking(store, exchange=exchange, fields=fields, is_partner=is_partner)
        self.answers = Answers(store, circle, fields)
        self.uses = Uses(store)
        self.reader = ConsentReader(store, fields)
        self.follower = ConsentFollower(store, circle, residents, notices)

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
        """A running consent for all of these fields; None where there is none."""
        return self.uses.covering(holder, client_id, purpose, fields, now, consent_id=consent_id)

    def of_holder(self, holder: str, consent_id: str) -> Consent | None:
        """A consent by its holder; None where there is none such."""
        return self.uses.of_holder(holder, consent_id)

    def of_client(self, client_id: str, consent_id: str) -> Consent | None:
        """A consent by its client's id of it; None where it is another's."""
        return self.uses.of_client(client_id, consent_id)

    def use(self, consent: Consent, disclosure_id: str, now: float) -> None:
        """Count one use; the same disclosure again is one. Raises `ConsentEnded`."""
        self.uses.use(consent, disclosure_id, now)

    def watching_colour(self, holder: str, now: float) -> list[Consent]:
        """Consents whose clients are told when the holder's colour changes."""
        return self.uses.watching_colour(holder, now)

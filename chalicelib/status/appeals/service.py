"""The room of appeals, put together: one of each, over the same store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.status.appeals.attaching import Attachings
from chalicelib.status.appeals.case import Cases
from chalicelib.status.appeals.figures import Figures, figures
from chalicelib.status.appeals.filing import Filings
from chalicelib.status.appeals.following import AppealFollower
from chalicelib.status.appeals.holding import Holdings
from chalicelib.status.appeals.impartial import Impartiality
from chalicelib.status.appeals.neighbours import EvidenceReports, Overrides, StepJournal
from chalicelib.status.appeals.opening import Openings
from chalicelib.status.appeals.reasons import Reasons
from chalicelib.status.appeals.reviewing import Reviews
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.appeals.store import AppealStore, MatterStore
from chalicelib.status.appeals.watching import AppealWatch
from chalicelib.status.residents import Officers, Residents
from chalicelib.trust.fields import Fields

if TYPE_CHECKING:
    from chalicelib.platform.blobs import Blobs
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.explain import Explanations

READ = "appeal:read"


class Appeals:
    """All that can be done with appeals. `answer_s` is within how many seconds one is to be answered."""

    def __init__(
        self,
        *,
        residents: Residents,
        officers: Officers,
        evidence: EvidenceReader,
        fields: Fields,
        explanations: Callable[[], Explanations],
        reports: Callable[[], EvidenceReports],
        overrides: Callable[[], Overrides],
        journal: Callable[[], StepJournal],
        blobs: Callable[[], Blobs],
        new_key: Callable[[], str],
        answer_s: int,
    ) -> None:
        store, reasons = AppealStore(), Reasons(evidence)
        self.sides = sides = Sides(store, residents, officers)
        impartiality = Impartiality(store, residents=residents, reasons=reasons, overrides=overrides)
        self.filings = Filings(
            store,
            openings=Openings(store, MatterStore(), answer_s=answer_s),
            sides=sides,
            reasons=reasons,
            residents=residents,
            fields=fields,
        )
        self.holdings = Holdings(store, sides=sides, residents=residents, fields=fields)
        self.attachings = Attachings(store, sides=sides, blobs=blobs, new_key=new_key)
        self.reviews = Reviews(store, sides=sides, impartiality=impartiality, reasons=reasons, fields=fields)
        self.cases = Cases(
            sides=sides, holdings=self.holdings, evidence=evidence, explanations=explanations, overrides=overrides
        )
        self.follower = AppealFollower(reports=reports, overrides=overrides, journal=journal)
        self.watch = AppealWatch(store, sides=sides)
        self._store = store
        self._officers = officers

    def figures(self, month: str, *, asking: str, now: float) -> Figures:
        """The figures of a month, for who may read them; raises `NotInOffice`."""
        self._officers.require(asking, READ)
        return figures(self._store.of_month(month), now=now)

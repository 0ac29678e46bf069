"""Paper codes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.carriers import Carriers

if TYPE_CHECKING:
    from chalicelib.codes.paper.issue import Papers
    from chalicelib.codes.paper.routes import Acting
    from chalicelib.codes.paper.verify import PaperVerifier


class Paper(Carriers):
    """Paper codes."""

    def acting_for(self, guardian: str, delegation_id: str, now: float) -> Acting:
        """Whom a guardian has papers made for, and under which name; raises a `Refusal`."""
        from chalicelib.codes.paper.routes import Acting

        care = self.showing.whose(delegation_id, guardian=guardian, now=now)
        return Acting(care.dependant, self.residents.masked_name(guardian, now=now))

    @cached_property
    def papers(self) -> Papers:
        """Makes papers, and takes reports of their loss."""
        from chalicelib.codes.carriers_store import CarrierStore
        from chalicelib.codes.paper.issue import Papers
        from chalicelib.codes.paper.press import Press

        specimen = self.settings.specimen
        press = Press(self.settings.region, ring=self.ring, allotment=self.status_lists, specimen=specimen)
        return Papers(press, register=self.register, store=CarrierStore(), fields=self.fields, notices=self.notices)

    @cached_property
    def paper_verifier(self) -> PaperVerifier:
        """Verifies paper codes."""
        from chalicelib.codes.paper.living import LivingPapers
        from chalicelib.codes.paper.verify import PaperVerifier

        return PaperVerifier(
            self.settings.region,
            ring=self.ring,
            papers=LivingPapers(self.dynamodb, self.settings.table("carriers")),
            looks=self.looks,
        )

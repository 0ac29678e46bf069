"""Paper codes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.carriers import Carriers

if TYPE_CHECKING:
    from chalicelib.codes.paper.verify import PaperVerifier


class Paper(Carriers):
    """Paper codes."""

    @cached_property
    def paper_verifier(self) -> PaperVerifier:
        """Verifies paper codes."""
        from chalicelib.codes.paper.living import LivingPapers
        from chalicelib.codes.paper.verify import PaperVerifier

        return PaperVerifier(
            self.settings.region,
            ring=self.ring,
            papers=LivingPapers(self.dynamodb, self.settings.table("carriers")),
            register=self.register,
            fields=self.fields,
        )

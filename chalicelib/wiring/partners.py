"""Programs that may ask the city something."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.codes.verify_routes import NobodyToTell, RefusedScans
from chalicelib.wiring.codes import Codes

if TYPE_CHECKING:
    from chalicelib.partners.clients import Clients


class Partners(Codes):
    """Programs that may ask the city something."""

    @cached_property
    def refused_scans(self) -> RefusedScans:
        """Who is told of codes that were refused."""
        return NobodyToTell()

    @cached_property
    def clients(self) -> Clients:
        """Recognises programs."""
        from chalicelib.partners.clients import Clients
        from chalicelib.partners.store import ClientStore

        return Clients(ClientStore(), self.tokens)

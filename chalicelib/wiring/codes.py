"""Codes and scans."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.codes.issue import CodeIssuer
from chalicelib.codes.paper.wire import KIND_PAPER
from chalicelib.codes.telling import Telling
from chalicelib.codes.verify import CodeVerifier
from chalicelib.wiring.paper import Paper

if TYPE_CHECKING:
    from chalicelib.codes.dependants import DependantCodes
    from chalicelib.codes.exchange import Exchange
    from chalicelib.codes.scan_log import ScanLog
    from chalicelib.codes.store import ScanStore
    from chalicelib.trust.status_lists.following import CarrierFollower


class Codes(Paper):
    """Codes and scans."""

    @cached_property
    def issuer(self) -> CodeIssuer:
        """Issues codes."""
        return CodeIssuer(self.settings.region, ring=self.ring, register=self.register, specimen=self.settings.specimen)

    @cached_property
    def dependant_codes(self) -> DependantCodes:
        """Issues codes that guardians show."""
        from chalicelib.codes.dependants import DependantCodes

        return DependantCodes(self.issuer, self.showing, self.fields)

    @cached_property
    def verifier(self) -> CodeVerifier:
        """Verifies codes."""
        return CodeVerifier(
            self.settings.region,
            ring=self.ring,
            register=self.register,
            fields=self.fields,
            other_kinds={KIND_PAPER: lambda: self.paper_verifier},
        )

    @cached_property
    def exchange(self) -> Exchange:
        """Makes and reads exchange tokens."""
        from chalicelib.codes.exchange import Exchange

        return Exchange(self.fields)

    @cached_property
    def telling(self) -> Telling:
        """Tells verifiers what their purpose allows."""
        return Telling(self.fields, lambda: self.exchange)

    @cached_property
    def scans(self) -> ScanStore:
        """The scan log."""
        from chalicelib.codes.store import ScanStore

        return ScanStore()

    @cached_property
    def scan_log(self) -> ScanLog:
        """Carries scans from the stream into the log."""
        from chalicelib.codes.scan_log import ScanLog

        return ScanLog(lambda: self.scans)

    @cached_property
    def carrier_follower(self) -> CarrierFollower:
        """Puts dead papers on the status lists."""
        from chalicelib.codes.paper.model import dead_entries
        from chalicelib.trust.status_lists.following import CarrierFollower

        return CarrierFollower(self.status_lists, dead_entries)

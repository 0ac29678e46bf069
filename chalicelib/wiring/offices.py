"""What officers and departments do about statuses: it takes knowing the people."""

from __future__ import annotations

from functools import cached_property, partial
from secrets import token_hex
from typing import TYPE_CHECKING

from chalicelib.wiring.family import Families

if TYPE_CHECKING:
    from chalicelib.status.appeals.service import Appeals
    from chalicelib.status.evidence.batch import BatchReports
    from chalicelib.status.evidence.reporting import Reports
    from chalicelib.status.evidence.stream import EvidenceFollower
    from chalicelib.status.explain import Explanations
    from chalicelib.status.overrides.decide import Decisions
    from chalicelib.status.overrides.following import OverrideFollower
    from chalicelib.status.overrides.propose import Proposals
    from chalicelib.status.overrides.reading import OverrideReader
    from chalicelib.status.overrides.service import Overrides
    from chalicelib.status.policy.office import PolicyOffice
    from chalicelib.status.policy.taking_effect import TakingEffect


class Offices(Families):
    """What officers and departments do about statuses: it takes knowing the people."""

    @cached_property
    def reports(self) -> Reports:
        """Takes what departments report."""
        from chalicelib.status.evidence.reporting import Reports

        return Reports(self.evidence_writer, self.references, self.arrivals, self.residents)

    @cached_property
    def batch_reports(self) -> BatchReports:
        """Takes whole files of what departments report."""
        from chalicelib.status.evidence.batch import BatchReports

        return BatchReports(self.reports)

    @cached_property
    def evidence_follower(self) -> EvidenceFollower:
        """Recomputes whoever has new evidence."""
        from chalicelib.status.evidence.stream import EvidenceFollower

        return EvidenceFollower(self.arrivals, self.recompute)

    @cached_property
    def taking_effect(self) -> TakingEffect:
        """Carries decisions about policies out."""
        from chalicelib.status.policy.roll_out_store import RollOutStore
        from chalicelib.status.policy.taking_effect import TakingEffect

        return TakingEffect(
            RollOutStore(),
            rulebooks=self.rulebooks,
            sweeps=self.sweeps,
            journal=self.journal,
            population=self.population.about,
        )

    @cached_property
    def policy_office(self) -> PolicyOffice:
        """What health officers do about policies."""
        from chalicelib.status.policy.office import opened

        return opened(
            officers=self.officers,
            rulebooks=self.rulebooks,
            sweeps=self.sweeps,
            population=self.population.about,
            effect=self.taking_effect,
        )

    @cached_property
    def explanations(self) -> Explanations:
        """Why a holder has the colour they have."""
        from chalicelib.status.explain import Explanations

        return Explanations(
            ledger=self.ledger,
            evidence=self.evidence,
            rulebooks=self.rulebooks,
            recompute=self.recompute,
            changes=lambda: self.changes,
            overrides=lambda: self.overrides,
        )

    @cached_property
    def override_proposals(self) -> Proposals:
        """Takes what officers propose."""
        from chalicelib.status.overrides.propose import Proposals
        from chalicelib.status.overrides.words import Wording

        return Proposals(
            self.override_store,
            self.residents,
            self.officers,
            Wording(self.fields),
            threshold=self.settings.override_threshold,
        )

    @cached_property
    def override_decisions(self) -> Decisions:
        """Decides about overrides."""
        from chalicelib.status.overrides.decide import Decisions
        from chalicelib.status.overrides.words import Wording

        return Decisions(self.override_store, self.residents, self.officers, Wording(self.fields))

    @cached_property
    def override_reader(self) -> OverrideReader:
        """Reads overrides."""
        from chalicelib.status.overrides.reading import OverrideReader
        from chalicelib.status.overrides.words import Wording

        return OverrideReader(self.override_store, Wording(self.fields))

    @cached_property
    def overrides(self) -> Overrides:
        """Overrides, for explanations and appeals."""
        from chalicelib.status.overrides.service import Overrides

        return Overrides(self.override_reader, self.override_decisions)

    @cached_property
    def override_follower(self) -> OverrideFollower:
        """Carries out what officers have decided."""
        from chalicelib.status.overrides.following import OverrideFollower

        return OverrideFollower(self.override_store, lambda: self.journal, lambda: self.evidence_writer)

    @cached_property
    def appeals(self) -> Appeals:
        """Objections, and what comes of them."""
        from chalicelib.status.appeals.service import Appeals

        return Appeals(
            residents=self.residents,
            officers=self.officers,
            evidence=self.evidence,
            fields=self.fields,
            explanations=lambda: self.explanations,
            reports=lambda: self.reports,
            overrides=lambda: self.overrides,
            journal=lambda: self.journal,
            blobs=lambda: self.blobs,
            new_key=partial(token_hex, 16),
            answer_s=self.settings.appeal_hours * 3600,
        )

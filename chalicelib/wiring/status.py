"""Statuses, and what they follow from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.status.register import StatusRegister
from chalicelib.wiring.trust import Trust

if TYPE_CHECKING:
    from chalicelib.status.due import DueChanges
    from chalicelib.status.evidence.references import References
    from chalicelib.status.evidence.reporting import Arrivals
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.evidence.writer import EvidenceWriter
    from chalicelib.status.ledger import StatusLedger
    from chalicelib.status.overrides.store import OverrideStore
    from chalicelib.status.policy.population import AllHolders
    from chalicelib.status.policy.rulebook import Rulebooks
    from chalicelib.status.policy.sweep import Sweeper
    from chalicelib.status.policy.sweep_store import SweepStore
    from chalicelib.status.recompute import Recompute
    from chalicelib.status.store import ChangeStore
    from chalicelib.status.tag_mirror import TagMirror
    from chalicelib.status.telling import ChangeTeller


class Status(Trust):
    """Statuses, and what they follow from."""

    @cached_property
    def register(self) -> StatusRegister:
        """Statuses on the hot path."""
        return StatusRegister(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def ledger(self) -> StatusLedger:
        """Statuses off the hot path."""
        from chalicelib.status.ledger import StatusLedger

        return StatusLedger(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def evidence(self) -> EvidenceReader:
        """All that is known of holders."""
        from chalicelib.status.evidence.store import EvidenceReader

        return EvidenceReader(self.dynamodb, self.settings.table("evidence"))

    @cached_property
    def evidence_writer(self) -> EvidenceWriter:
        """Keeps facts and takes them back."""
        from chalicelib.status.evidence.writer import EvidenceWriter

        return EvidenceWriter(self.dynamodb, self.settings.table("evidence"))

    @cached_property
    def references(self) -> References:
        """What departments call what they reported."""
        from chalicelib.status.evidence.references import References

        return References(self.dynamodb, self.settings.table("references"))

    @cached_property
    def arrivals(self) -> Arrivals:
        """What follows when evidence was written, or a person has become a holder."""
        from chalicelib.status.evidence.reporting import Arrivals

        return Arrivals(self.evidence, self.evidence_writer, self.references)

    @cached_property
    def rulebooks(self) -> Rulebooks:
        """Which policies are in force, and from when."""
        from chalicelib.status.policy.rulebook import Rulebooks
        from chalicelib.status.policy.store import PolicyStore, RulebookStore

        return Rulebooks(PolicyStore(), RulebookStore())

    @cached_property
    def population(self) -> AllHolders:
        """Every holder, to be walked."""
        from chalicelib.status.policy.population import AllHolders

        return AllHolders(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def sweeps(self) -> SweepStore:
        """How far each walk over all holders has come."""
        from chalicelib.status.policy.sweep_store import SweepStore

        return SweepStore()

    @cached_property
    def sweeper(self) -> Sweeper:
        """Walks all holders for roll-outs and dry runs."""
        from chalicelib.status.policy import visits
        from chalicelib.status.policy.sweep import Sweeper
        from chalicelib.status.policy.sweep_model import SweepKind

        kinds = {
            SweepKind.ROLL_OUT: visits.roll_out(self.recompute, self.rulebooks),
            SweepKind.DRY_RUN: visits.dry_run(self.evidence, self.rulebooks),
        }
        return Sweeper(self.sweeps, population=self.population, visits=kinds)

    @cached_property
    def recompute(self) -> Recompute:
        """Keeps stored timelines in step with the evidence."""
        from chalicelib.status.recompute import Recompute

        return Recompute(self.ledger, self.evidence, self.rulebooks)

    @cached_property
    def due_changes(self) -> DueChanges:
        """Tells the changes that time has brought."""
        from chalicelib.status.due import DueChanges

        return DueChanges(self.ledger)

    @cached_property
    def changes(self) -> ChangeStore:
        """What has changed, for holders and for the rooms above."""
        from chalicelib.status.store import ChangeStore

        return ChangeStore()

    @cached_property
    def change_teller(self) -> ChangeTeller:
        """Publishes changes of status."""
        from chalicelib.status.telling import ChangeTeller

        return ChangeTeller(lambda: self.changes)

    @cached_property
    def tag_mirror(self) -> TagMirror:
        """The tags in the status items."""
        from chalicelib.status.tag_mirror import TagMirror

        return TagMirror(self.dynamodb, self.settings.table("statuses"))

    @cached_property
    def override_store(self) -> OverrideStore:
        """The overrides table."""
        from chalicelib.status.overrides.store import OverrideStore

        return OverrideStore()

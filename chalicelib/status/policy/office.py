"""What health officers find in one place: the policies, the dry runs, the roll-outs, and the rulebook they make."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.status.policy.checking import findings
from chalicelib.status.policy.deciding import RollOuts
from chalicelib.status.policy.dry_runs import DryRuns
from chalicelib.status.policy.finding import Finding
from chalicelib.status.policy.life import RollOut
from chalicelib.status.policy.loading import LoadedPolicy, Policies
from chalicelib.status.policy.roll_out_store import RollOutStore
from chalicelib.status.policy.rulebook import Rulebook, Rulebooks
from chalicelib.status.policy.store import PolicyStore
from chalicelib.status.policy.sweep_model import Progress
from chalicelib.status.policy.sweep_store import SweepStore
from chalicelib.status.policy.taking_effect import TakingEffect
from chalicelib.status.residents import Officers

READ = "policy:read"


class PolicyOffice:
    """The services behind the routes of this room."""

    def __init__(
        self,
        *,
        policies: Policies,
        dry_runs: DryRuns,
        roll_outs: RollOuts,
        rulebooks: Rulebooks,
        sweeps: SweepStore,
        officers: Officers,
    ) -> None:
        self.policies = policies
        self.dry_runs = dry_runs
        self.roll_outs = roll_outs
        self._rulebooks = rulebooks
        self._sweeps = sweeps
        self._officers = officers

    def for_reading(self, subject: str) -> PolicyOffice:
        """The office for somebody who wants to read; raises `NotInOffice`."""
        self._officers.require(subject, READ)
        return self

    def rulebook(self) -> Rulebook:
        """Which policies hold from when."""
        return self._rulebooks.current()

    def findings(self, loaded: LoadedPolicy) -> list[Finding]:
        """What is found in a policy."""
        return findings(loaded.policy)

    def progress(self, roll_out: RollOut) -> Progress | None:
        """How far a roll-out has come; None before it has begun."""
        return self._sweeps.progress(roll_out.roll_out_id) if roll_out.edition else None


def opened(
    *,
    officers: Officers,
    rulebooks: Rulebooks,
    sweeps: SweepStore,
    population: Callable[[], int],
    effect: TakingEffect,
) -> PolicyOffice:
    """The office with its services put together."""
    policies = Policies(PolicyStore(), officers)
    return PolicyOffice(
        policies=policies,
        dry_runs=DryRuns(sweeps, officers=officers, policies=policies, rulebooks=rulebooks, population=population),
        roll_outs=RollOuts(RollOutStore(), officers=officers, policies=policies, rulebooks=rulebooks, effect=effect),
        rulebooks=rulebooks,
        sweeps=sweeps,
        officers=officers,
    )

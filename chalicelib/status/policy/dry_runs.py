"""Dry runs: what a policy would do to everybody's colour, counted before anybody decides."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.policy.instants import refuse_instant
from chalicelib.status.policy.loading import Policies
from chalicelib.status.policy.refusals import NoSuchDryRun
from chalicelib.status.policy.rulebook import Rulebooks
from chalicelib.status.policy.sweep_model import Progress, Sweep, SweepKind
from chalicelib.status.policy.sweep_store import SweepStore
from chalicelib.status.residents import Officers


class DryRuns:
    """Starts dry runs and tells their outcome."""

    def __init__(
        self,
        store: SweepStore,
        *,
        officers: Officers,
        policies: Policies,
        rulebooks: Rulebooks,
        population: Callable[[], int],
    ) -> None:
        self._store = store
        self._officers = officers
        self._policies = policies
        self._rulebooks = rulebooks
        self._population = population

    def start(self, policy: str, *, at: int | None, creation: Creation, subject: str, now: int) -> Progress:
        """Count what would become of everybody's colour at an instant (None: now) if this policy held then.

        Raises `NoSuchPolicy`, `IdempotencyKeyReused`.
        """
        officer = self._officers.require(subject, "policy:write")
        known = self._store.get(creation.record_id)
        if known is not None:
            return self._same(known, creation)
        self._policies.find(policy)
        refuse_instant(at, now=now)
        sweep = Sweep(
            creation.record_id,
            SweepKind.DRY_RUN,
            policy,
            now if at is None else at,
            self._rulebooks.current().edition,
            created_at=now,
            about=self._population(),
            by=officer.holder,
            digest=creation.digest,
        )
        return self._same(self._store.open(sweep), creation)

    def find(self, sweep_id: str) -> Progress:
        """How far a dry run has come; raises `NoSuchDryRun`."""
        progress = self._store.progress(sweep_id)
        if progress is None or progress.sweep.kind is not SweepKind.DRY_RUN:
            raise NoSuchDryRun
        return progress

    def _same(self, sweep: Sweep, creation: Creation) -> Progress:
        """What the same request started; raises `IdempotencyKeyReused` where it was another one."""
        if sweep.digest != creation.digest:
            raise IdempotencyKeyReused
        return Progress(sweep, tuple(self._store.segments(sweep.sweep_id)))

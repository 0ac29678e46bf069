"""Why a holder has the colour they have, since when, until when, and how to object.

The explanation is worked out anew from evidence and rulebook. Where the stored timeline does not agree with it, because
a recomputation is still on its way, the status is recomputed first: nobody reads one colour here and another on a code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.status.changes import Change
from chalicelib.status.course import Turn, ahead, to_text, turns
from chalicelib.status.evidence.model import MANUAL, Evidence
from chalicelib.status.ledger import Kept, StatusLedger
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Text
from chalicelib.status.refusals import NoStatus
from chalicelib.status.timeline import EVER, OTHERWISE, Reason, Segment, segment_at

if TYPE_CHECKING:
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.policy.rulebook import Rulebooks
    from chalicelib.status.recompute import Recompute
    from chalicelib.status.store import ChangeStore


class OverrideWords(NamedTuple):
    """What a holder is told of an override: in the officers' own words, and which officers."""

    override_id: str
    ground: Text
    reason: str
    by: tuple[str, ...]


class OverrideTeller(Protocol):
    """Knows what was said when a colour was set by people."""

    def explained(self, override_id: str, *, now: float) -> OverrideWords | None:
        """The words of an override, None where there is none of this id."""


class ExplainedReason(NamedTuple):
    """One reason in words. `evidence` is what it rests on; None where no rule speaks, or what it spoke of is gone."""

    policy: str
    rule: str
    words: Text
    evidence: Evidence | None
    override: OverrideWords | None


class Explanation(NamedTuple):
    """A colour and its reasons at an instant. `since` and `until` are Unix seconds, None where it is for ever."""

    colour: Colour
    since: int | None
    until: int | None
    next_colour: Colour | None
    reasons: list[ExplainedReason]
    policy: str
    version: int


class ExplainedChange(NamedTuple):
    """One change of colour with its reason in words."""

    change: Change
    reason: ExplainedReason


NO_LONGER_KNOWN = Text(zh="依据已撤销", en="What it rested on was withdrawn")


class Explanations:
    """Explains statuses."""

    def __init__(
        self,
        *,
        ledger: StatusLedger,
        evidence: EvidenceReader,
        rulebooks: Rulebooks,
        recompute: Recompute,
        changes: Callable[[], ChangeStore],
        overrides: Callable[[], OverrideTeller],
    ) -> None:
        self._ledger = ledger
        self._evidence = evidence
        self._rulebooks = rulebooks
        self._recompute = recompute
        self._changes = changes
        self._overrides = overrides

    def status(self, holder: str, *, now: int) -> Explanation:
        """The colour of this moment and why; raises `NoStatus`."""
        kept = self._ledger.read(holder)
        if kept is None:
            raise NoStatus
        evidence, segments = self._worked_out(holder)
        if ahead(kept.course, now) != ahead(to_text(segments, since=now), now):
            kept = self._recompute.holder(holder, now=now, cause="evidence") or kept
            evidence, segments = self._worked_out(holder)
        return self._explained(kept, {one.evidence_id: one for one in evidence}, segments, now)

    def history(self, holder: str, *, before: int | None, size: int, now: int) -> list[ExplainedChange]:
        """What changed, newest first, and why."""
        known = {one.evidence_id: one for one in self._evidence.ever_known(holder)}
        page = self._changes().page(holder, before=before, size=size)
        return [ExplainedChange(change, self._in_words(change.reason, known, now)) for change in page]

    def _worked_out(self, holder: str) -> tuple[list[Evidence], list[Segment]]:
        """The evidence and the timeline that follows from it."""
        evidence = self._evidence.of(holder)
        return evidence, self._recompute.segments(evidence, self._rulebooks.current())

    def _explained(self, kept: Kept, known: dict[str, Evidence], segments: Sequence[Segment], now: int) -> Explanation:
        """The stretch of one colour around now, and the reasons of this moment."""
        stretches = list(turns(to_text(segments, since=EVER)))
        place = max(place for place, turn in enumerate(stretches) if turn.at <= now)
        following: Turn | None = next(iter(stretches[place + 1 :]), None)
        present = segment_at(segments, now)
        return Explanation(
            colour=present.colour,
            since=stretches[place].at or None,
            until=following.at if following else None,
            next_colour=following.colour if following else None,
            reasons=[self._in_words(reason, known, now) for reason in present.reasons],
            policy=self._rulebooks.policy_at(now).key,
            version=kept.version,
        )

    def _in_words(self, reason: Reason, known: dict[str, Evidence], now: int) -> ExplainedReason:
        """A reason as people read it."""
        evidence = known.get(reason.evidence_id)
        if reason.policy == MANUAL:
            told = self._told(evidence, now)
            words = Text(zh=told.reason, en=told.reason) if told else NO_LONGER_KNOWN
            return ExplainedReason(MANUAL, MANUAL, words, evidence, told)
        policy = self._rulebooks.policy(reason.policy)
        if reason.rule == OTHERWISE:
            return ExplainedReason(policy.key, OTHERWISE, policy.otherwise.reason, None, None)
        words = next(rule.reason for rule in policy.rules if rule.id == reason.rule)
        return ExplainedReason(policy.key, reason.rule, words, evidence, None)

    def _told(self, evidence: Evidence | None, now: int) -> OverrideWords | None:
        """What was said of the override behind a fact; None where there is none, or nobody knows it."""
        override_id = evidence.attributes.get("override") if evidence else None
        return self._overrides().explained(override_id, now=now) if override_id else None

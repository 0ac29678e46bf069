"""The shipped epidemic policy written out by hand: the yardstick of `timeline()`, which knows no policy beforehand.

In good faith as fast as Python allows while it gives the same answers: one pass over the evidence, days by arithmetic
(Shanghai has kept UTC+8 since 1992), clearings in one line each, nothing that this policy does not need.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from chalicelib.status.evidence.model import Evidence
from chalicelib.status.model import Colour
from chalicelib.status.timeline import EVER, NEVER, Reason, Segment

GREEN, YELLOW, RED = Colour.GREEN, Colour.YELLOW, Colour.RED
NOTHING = (Reason("epidemic@1", "otherwise", ""),)
HOUR, DAY, AHEAD = 3_600, 86_400, 8 * 3_600

Effect = tuple[int, int, int, Reason, Colour, int]
by_time = itemgetter(Evidence._fields.index("happened_at"))


def timeline_by_hand(evidence: Iterable[Evidence]) -> list[Segment]:  # noqa: C901 - unrolled on purpose
    """What `timeline()` answers under `epidemic@1`."""
    effects: list[Effect] = []
    negatives: list[Evidence] = []
    good_pcrs: list[Evidence] = []
    discharges: list[int] = []
    releases: list[int] = []
    told: list[int] = []
    facts = sorted(evidence, key=by_time)
    # Who clears: everybody who may, in order of time.
    for fact in facts:
        _, kind, at, said, until, *_ = fact
        alive = until is None or until > at
        if kind == "test_result":
            result = said.get("result")
            if result == "negative":
                if said.get("method") == "pcr":
                    good_pcrs.append(fact)
                if alive:
                    negatives.append(fact)
                    told.append(at)
            elif result == "positive" and alive:
                told.append(at)
        elif kind == "discharge" and alive:
            discharges.append(at)
        elif kind == "release" and alive:
            releases.append(at)
    pcr_at = [fact.happened_at for fact in good_pcrs if fact.valid_until is None or fact.valid_until > fact.happened_at]
    negative_at = [fact.happened_at for fact in negatives]
    plain = all(fact.valid_until is None for fact in good_pcrs)
    for fact in facts:
        id_, kind, at, said, until, *_ = fact
        if kind == "test_result":
            result = said.get("result")
            if result == "positive":
                ends = min(_two(good_pcrs, pcr_at, plain, at), _after(releases, at))
                rank = 80, 2, at, Reason("epidemic@1", "positive-test", id_), RED
            elif result == "inconclusive":
                ends = min(_midnight(at, 3), _after(told, at))
                rank = 20, 1, at, Reason("epidemic@1", "inconclusive-test", id_), YELLOW
            else:
                continue
        elif kind == "arrival":
            risk = said.get("risk")
            if risk == "high":
                ends = min(_midnight(at, 15), _after(releases, at))
                rank = 70, 2, at, Reason("epidemic@1", "arrival-high", id_), RED
            elif risk == "medium":
                ends = _midnight(at, 8)
                rank = 50, 1, at, Reason("epidemic@1", "arrival-medium", id_), YELLOW
            else:
                continue
        elif kind == "close_contact":
            degree = said.get("degree")
            if degree == "close":
                ends = min(_midnight(at, 8), _two(good_pcrs, pcr_at, plain, at), _after(releases, at))
                rank = 60, 1, at, Reason("epidemic@1", "close-contact", id_), YELLOW
            elif degree == "secondary":
                ends = min(_midnight(at, 4), _from(pcr_at, at + DAY))
                rank = 40, 1, at, Reason("epidemic@1", "secondary-contact", id_), YELLOW
            else:
                continue
        elif kind == "symptom_report":
            ends = min(at + 48 * HOUR, _after(negative_at, at))
            rank = 30, 1, at, Reason("epidemic@1", "symptoms", id_), YELLOW
        elif kind == "diagnosis":
            ends = _after(discharges, at)
            rank = 90, 2, at, Reason("epidemic@1", "diagnosis", id_), RED
        elif kind == "discharge":
            ends = min(_midnight(at, 8), _after(releases, at))
            rank = 55, 1, at, Reason("epidemic@1", "discharged", id_), YELLOW
        elif kind == "manual":
            colour = Colour(said["colour"])
            ends = NEVER
            rank = 1_000, (GREEN, YELLOW, RED).index(colour), at, Reason("manual", "manual", id_), colour
        else:
            continue
        if until is not None and until < ends:
            ends = until
        if ends > at:
            effects.append((*rank, ends))
    return _lined_up(effects)


def _midnight(at: int, days: int) -> int:
    return (at + AHEAD) // DAY * DAY - AHEAD + days * DAY


def _after(instants: list[int], at: int) -> int:
    return _from(instants, at + 1)


def _from(instants: list[int], earliest: int) -> int:
    for instant in instants:
        if instant >= earliest:
            return instant
    return NEVER


def _two(tests: list[Evidence], instants: list[int], plain: bool, at: int) -> int:
    """Two tests 24 hours apart; where tests expire, the first must be valid when the second comes."""
    if plain:
        first = _from(instants, at + 1)
        return _from(instants, first + DAY)
    for second in tests:
        now = second.happened_at
        if now - DAY <= at or (second.valid_until is not None and second.valid_until <= now):
            continue
        for first_one in tests:
            happened, until = first_one.happened_at, first_one.valid_until
            if at < happened <= now - DAY and (until is None or until > now):
                return now
    return NEVER


def _lined_up(effects: list[Effect]) -> list[Segment]:
    """Overlapping effects as segments."""
    coming: dict[int, list[Effect]] = {EVER: []}
    for effect in effects:
        coming.setdefault(effect[2], []).append(effect)
        coming.setdefault(effect[5], [])
    coming.pop(NEVER, None)
    segments: list[Segment] = []
    in_force: list[Effect] = []
    last: tuple[Reason, ...] = ()
    for instant in sorted(coming):
        in_force = [one for one in in_force if one[5] > instant]
        if coming[instant]:
            in_force += coming[instant]
            in_force.sort(reverse=True)
        colour = in_force[0][4] if in_force else GREEN
        reasons = tuple([one[3] for one in in_force if one[4] is colour]) or NOTHING
        if reasons != last:
            segments.append(Segment(instant, colour, reasons))
            last = reasons
    return segments

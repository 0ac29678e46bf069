"""What may not be meant in a policy: rules that never decide, evidence nobody thought of, colours that quarrel. Pure.

    findings(policy) -> list[Finding]

Nothing is found that is not so; what cannot be told for certain is passed over. In particular a rule that is called
unreachable can be taken away and nobody's colour, nor the reason that leads, is ever another (a property test says so).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, groupby, islice
from operator import attrgetter

import msgspec

from chalicelib.status.model import SEVERITY, Colour
from chalicelib.status.policy.comparing import clears_no_later, is_wider, overlap, unspoken
from chalicelib.status.policy.finding import Finding, FindingCode, found
from chalicelib.status.policy.model import Policy, Rule
from chalicelib.status.policy.spans import begins_no_later, ends_no_sooner, is_never_in_force

MOST_FINDINGS = 100
"""Further ones are not told: they would not be read."""


def findings(policy: Policy) -> list[Finding]:
    """Everything to be asked before this policy is approved."""
    all_of_them = chain(_unreachable(policy), _unending(policy), _gaps(policy), _quarrels(policy))
    return list(islice(all_of_them, MOST_FINDINGS))


def _unreachable(policy: Policy) -> Iterator[Finding]:
    """Rules that never hold, and rules that never decide because another always stands above them."""
    idle = [rule for rule in policy.rules if is_never_in_force(rule)]
    for rule in idle:
        yield found(FindingCode.NEVER_IN_FORCE, [rule.id])
    for rule in policy.rules:
        above = next((other for other in policy.rules if other not in idle and _covers(other, rule)), None)
        if rule not in idle and above is not None:
            yield found(FindingCode.UNREACHABLE, [rule.id, above.id])


def _covers(above: Rule, rule: Rule) -> bool:
    """Whether one rule holds, with a higher rank, at every instant another one does."""
    return (
        _rank(above) > _rank(rule)
        and is_wider(above.when, rule.when)
        and begins_no_later(above.starts, rule.starts)
        and ends_no_sooner(above.until, rule.until)
        and all(any(clears_no_later(ours, theirs) for ours in rule.cleared_by) for theirs in above.cleared_by)
    )


def _rank(rule: Rule) -> tuple[int, int]:
    return rule.precedence, SEVERITY[rule.colour]


def _unending(policy: Policy) -> Iterator[Finding]:
    """Rules people cannot get out of."""
    for rule in policy.rules:
        if rule.until is None and not rule.cleared_by:
            yield found(FindingCode.NEVER_ENDS, [rule.id])
        elif rule.colour is Colour.RED and not rule.cleared_by:
            yield found(FindingCode.CANNOT_BE_CLEARED, [rule.id])


def _gaps(policy: Policy) -> Iterator[Finding]:
    """Evidence that no rule speaks of, and rules that speak of what is said to be disregarded."""
    spoken = [rule.when for rule in policy.rules]
    spoken += [clearing for rule in policy.rules for clearing in rule.cleared_by]
    for sort in unspoken([*spoken, *policy.disregards]):
        yield found(FindingCode.GAP, what_zh=sort.zh(), what_en=sort.en())
    for rule in policy.rules:
        if any(overlap(rule.when, pattern) for pattern in policy.disregards):
            yield found(FindingCode.DISREGARDED, [rule.id])


def _quarrels(policy: Policy) -> Iterator[Finding]:
    """Rules of the same precedence and different colours. About the same evidence they contradict each other."""
    for _, group in groupby(sorted(policy.rules, key=attrgetter("precedence")), key=attrgetter("precedence")):
        rules = list(group)
        quarrelling = set()
        for one, other in combinations(rules, 2):
            if one.colour is other.colour:
                continue
            if overlap(one.when, other.when) and _meet(one, other):
                yield found(FindingCode.CONTRADICTION, [one.id, other.id])
            else:
                quarrelling |= {one.id, other.id}
        if quarrelling:
            yield found(FindingCode.CONFLICT, [rule.id for rule in rules if rule.id in quarrelling])


def _meet(one: Rule, other: Rule) -> bool:
    """Whether both can hold at one instant for the same evidence; where one always ends first they cannot."""
    return not (_is_over_before(one, other) or _is_over_before(other, one))


def _is_over_before(one: Rule, other: Rule) -> bool:
    """Whether one rule always ends before the other begins: as a rule that began then and ended so would be empty."""
    return one.until is not None and is_never_in_force(msgspec.structs.replace(other, until=one.until))

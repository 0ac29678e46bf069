"""What the rules see of a scan, and how much of what each rule counts was seen. Values in, values out.

A holder is here under a blind index of their own for watching, so that nothing that is counted or raised names them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chalicelib.partners.watching.rules import By, Counts, Distinct, Rule, is_night, window_of

SCREEN, DOCUMENT = "screen", "document"
TEXTS = ("verifier", "verifier_name", "terminal", "place", "purpose", "carrier")
"""What a scan says in words, as `Seen` has it in order, and as tables and streams name it."""


class Seen(NamedTuple):
    """A scan, or a refusal (`is_refused`). `whom` is the blind index of the holder, or the mark of the code that was
    refused; `terminal` and `place` may be empty."""

    whom: str
    verifier: str
    verifier_name: str
    terminal: str
    place: str
    purpose: str
    carrier: str
    at: int
    is_refused: bool = False

    @property
    def where(self) -> str:
        """A place among others: the terminal, or what the verifier says, or the verifier."""
        return "\x1f".join((self.verifier, self.terminal or self.place))


def as_seen(whom: str, texts: Iterable[str], at: int, *, is_refused: bool = False) -> Seen:
    """What was seen, with its texts in the order of `TEXTS`."""
    return Seen._make((whom, *texts, at, is_refused))


class Key(NamedTuple):
    """One counter: of a rule, from when its window began, of whom."""

    rule: str
    since: int
    subject: str


class Tally(NamedTuple):
    """How much was seen of one subject: how many, for what, which different ones; `name` is the verifier's, for people
    who read it. `verifiers` (id and name) is who refused a code: somebody has to ask them."""

    number: int
    purposes: Counter[str]
    different: frozenset[str]
    name: str = ""
    verifiers: frozenset[tuple[str, str]] = frozenset()


def counts(rule: Rule, seen: Seen) -> bool:
    """Whether a rule counts this."""
    if seen.is_refused is not (rule.counts is Counts.REFUSALS):
        return False
    if rule.counts is Counts.LOOK_UPS and seen.carrier != DOCUMENT:
        return False
    if seen.purpose in rule.crowds and seen.carrier == SCREEN:
        return False
    return not rule.at_night or is_night(seen.at)


def subject_of(rule: Rule, seen: Seen) -> str:
    """Of whom a rule counts this."""
    if rule.by is By.VERIFIER:
        return seen.verifier
    if rule.by is By.TERMINAL:
        return "#".join(filter(None, (seen.verifier, seen.terminal)))
    return seen.whom


def tallied(rules: Iterable[Rule], batch: Sequence[Seen]) -> dict[Key, Tally]:
    """What a batch adds to the counters of some rules, each counter once."""
    found: dict[Key, list[Seen]] = {}
    for rule in rules:
        for seen in batch:
            if counts(rule, seen):
                found.setdefault(Key(rule.name, window_of(rule, seen.at), subject_of(rule, seen)), []).append(seen)
    by_name = {rule.name: rule for rule in rules}
    return {key: tally(by_name[key.rule], those) for key, those in found.items()}


def tally(rule: Rule, those: Sequence[Seen]) -> Tally:
    """How much a rule counts in what was seen of one subject."""
    different = frozenset(_different(rule, seen) for seen in those) if rule.distinct else frozenset()
    name = those[-1].verifier_name if those and rule.by in {By.VERIFIER, By.TERMINAL} else ""
    refusing = those if rule.by is By.CODE else ()
    verifiers = frozenset((seen.verifier, seen.verifier_name) for seen in refusing)
    return Tally(len(those), Counter(seen.purpose for seen in those), different, name, verifiers)


def lately(rule: Rule, log: Iterable[Seen], *, until: int) -> Tally:
    """How much a rule counts in the log of one subject, in the window that ends with the second `until`."""
    return tally(rule, [seen for seen in log if until - rule.window_s < seen.at <= until and counts(rule, seen)])


def trips(rule: Rule, total: Tally) -> bool:
    """Whether it is so much that somebody should look. What is compared with normal is judged later."""
    return amount(rule, total) >= rule.threshold


def amount(rule: Rule, total: Tally) -> int:
    """The number that a rule is about."""
    return len(total.different) if rule.distinct else total.number


def _different(rule: Rule, seen: Seen) -> str:
    """What must be another for this to count once more."""
    if rule.distinct is Distinct.VERIFIERS:
        return seen.verifier
    return seen.where if rule.distinct is Distinct.PLACES else seen.whom

"""What a check says about a policy: a finding is no mistake; whoever approves decides whether it is meant. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from chalicelib.status.policy.model import Text


class FindingCode(StrEnum):
    """What can be found."""

    NEVER_IN_FORCE = "never_in_force"
    UNREACHABLE = "unreachable"
    NEVER_ENDS = "never_ends"
    CANNOT_BE_CLEARED = "cannot_be_cleared"
    GAP = "gap"
    CONTRADICTION = "contradiction"
    CONFLICT = "conflict"
    DISREGARDED = "disregarded"


MEANINGS: dict[FindingCode, Text] = {
    FindingCode.NEVER_IN_FORCE: Text(
        "规则 {rules} 的结束时间不晚于开始时间，永远不会生效。", "Rule {rules} ends before it begins: it never holds."
    ),
    FindingCode.UNREACHABLE: Text(
        "规则 {rules[0]} 生效时，规则 {rules[1]} 总以更高的优先级生效，前者永远不起作用。",
        "Whenever rule {rules[0]} holds, rule {rules[1]} holds and ranks higher: the former never decides.",
    ),
    FindingCode.NEVER_ENDS: Text(
        "规则 {rules} 既没有期限，也没有解除条件。",
        "Rule {rules} has neither an end nor anything that clears it: it holds for life.",
    ),
    FindingCode.CANNOT_BE_CLEARED: Text(
        "规则 {rules} 赋红码，却没有任何依据可以提前解除。",
        "Rule {rules} makes people red, and no evidence can clear them before its end.",
    ),
    FindingCode.GAP: Text(
        "没有规则涉及{what_zh}；如为有意，请写入 disregards。",
        "No rule speaks of {what_en}; where that is meant, list it under disregards.",
    ),
    FindingCode.CONTRADICTION: Text(
        "规则 {rules} 对同一条依据以相同优先级给出不同颜色；现以较重者为准。",
        "Rules {rules} give the same evidence different colours at the same precedence: the more severe one decides.",
    ),
    FindingCode.CONFLICT: Text(
        "规则 {rules} 优先级相同而颜色不同；同时生效时以较重者为准。",
        "Rules {rules} have the same precedence and different colours: where both hold, the more severe one decides.",
    ),
    FindingCode.DISREGARDED: Text(
        "规则 {rules} 涉及 disregards 中声明忽略的依据。",
        "Rule {rules} speaks of evidence that is listed under disregards.",
    ),
}
"""What each says, in both languages."""


class Finding(NamedTuple):
    """One finding: its code, the ids of the rules concerned, and what it says."""

    code: FindingCode
    rules: tuple[str, ...]
    text: Text


def found(code: FindingCode, rules: Iterable[str] = (), **words: str) -> Finding:
    """A finding about these rules."""
    rules = tuple(rules)
    meaning, named = MEANINGS[code], _Named(rules)
    return Finding(code, rules, Text(meaning.zh.format(rules=named, **words), meaning.en.format(rules=named, **words)))


class _Named(tuple[str, ...]):
    """Rule ids that read as a list: `a, b`."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return ", ".join(self)

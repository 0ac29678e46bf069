"""The kinds of evidence, as data: what each is called, which attributes it has, and what those may say. Pure.

A kind added here can be reported and used in policies at once; one that was ever reported is not taken away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.status.evidence.model import MANUAL


class Attribute(NamedTuple):
    """What a kind says beside when: one of `values`, or, where there are none, a text of the form `pattern`."""

    values: tuple[str, ...] = ()
    pattern: str = ""
    required: bool = True

    def takes(self, value: str) -> bool:
        """Whether the attribute may have this value."""
        return value in self.values if self.values else re.fullmatch(self.pattern, value) is not None

    @property
    def expected(self) -> str:
        """What it takes, in words: `positive, negative or inconclusive`."""
        if not self.values:
            return f"a text of the form {self.pattern}"
        *most, last = self.values
        return f"{', '.join(most)} or {last}" if most else last


class Kind(NamedTuple):
    """A kind of evidence, with its names in both languages."""

    zh: str
    en: str
    attributes: Mapping[str, Attribute] = {}
    reportable: bool = True


KINDS: dict[str, Kind] = {
    "test_result": Kind(
        "检测结果",
        "test result",
        {
            "result": Attribute(("positive", "negative", "inconclusive")),
            "method": Attribute(("pcr", "antigen"), required=False),
        },
    ),
    "vaccination": Kind("疫苗接种", "vaccination", {"dose": Attribute(pattern="[1-9]")}),
    "arrival": Kind(
        "从外地抵达",
        "arrival from an area",
        {
            "risk": Attribute(("low", "medium", "high")),
            "area": Attribute(pattern="[0-9]{6}", required=False),
        },
    ),
    "close_contact": Kind("接触", "contact with a case", {"degree": Attribute(("close", "secondary"))}),
    "diagnosis": Kind("确诊", "diagnosis"),
    "symptom_report": Kind("症状报告", "symptom report"),
    "discharge": Kind("出院", "discharge from hospital"),
    "release": Kind("解除隔离", "release from isolation"),
    MANUAL: Kind("人工干预", "override by officers", reportable=False),
}
"""By the name under which departments report them and policies ask for them."""

REPORTABLE = tuple(name for name, kind in KINDS.items() if kind.reportable)
"""What departments may report and policies may speak of; the others are made by the city itself."""


class Flaw(NamedTuple):
    """Why evidence cannot be taken: `code`, and the attribute it is about ("" for the kind itself)."""

    code: str
    attribute: str
    expected: str


def flaws(kind: str, attributes: Mapping[str, str]) -> list[Flaw]:
    """All that is wrong with evidence as reported. Values are not repeated: nobody knows what was written there."""
    if kind not in REPORTABLE:
        return [Flaw("unknown_kind", "", ", ".join(REPORTABLE))]
    known = KINDS[kind].attributes
    strange = [Flaw("unknown_attribute", "", ", ".join(known) or "none") for name in attributes if name not in known]
    return strange[:1] + [
        Flaw("missing_attribute" if name not in attributes else "unknown_value", name, attribute.expected)
        for name, attribute in known.items()
        if (attribute.required if name not in attributes else not attribute.takes(attributes[name]))
    ]

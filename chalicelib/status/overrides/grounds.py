"""The legal grounds on which people may set a colour, as data: which colours, and for how long at most. Pure.

A ground that was ever used stays in this list: what holders read about old overrides is looked up here. One that may be
used no more gets no colours.
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Text

DAY_H = 24


class Ground(NamedTuple):
    """A ground: the law in both languages, the colours it allows, and the longest duration in hours."""

    law: Text
    colours: frozenset[Colour]
    longest_h: int


GROUNDS: dict[str, Ground] = {
    "medical-observation": Ground(
        Text(
            zh="依据《中华人民共和国传染病防治法》，对密切接触者采取医学观察措施",
            en="Medical observation of close contacts, under the Law on the Prevention and Treatment of Infectious "
            "Diseases",
        ),
        frozenset({Colour.YELLOW, Colour.RED}),
        14 * DAY_H,
    ),
    "isolation": Ground(
        Text(
            zh="依据《中华人民共和国传染病防治法》，对病人、病原携带者采取隔离治疗措施",
            en="Isolation of patients and carriers, under the Law on the Prevention and Treatment of Infectious "
            "Diseases",
        ),
        frozenset({Colour.RED}),
        30 * DAY_H,
    ),
    "emergency": Ground(
        Text(
            zh="依据《突发公共卫生事件应急条例》，采取应急控制措施",
            en="Emergency control measures, under the Regulations on Public Health Emergencies",
        ),
        frozenset({Colour.YELLOW, Colour.RED}),
        3 * DAY_H,
    ),
    "border-quarantine": Ground(
        Text(
            zh="依据《中华人民共和国国境卫生检疫法》，对入境人员采取检疫措施",
            en="Quarantine of people entering the country, under the Frontier Health and Quarantine Law",
        ),
        frozenset({Colour.YELLOW, Colour.RED}),
        21 * DAY_H,
    ),
    "correction": Ground(
        Text(
            zh="依据《中华人民共和国个人信息保护法》，更正不准确的信息",
            en="Correction of inaccurate information, under the Personal Information Protection Law",
        ),
        frozenset({Colour.GREEN}),
        14 * DAY_H,
    ),
}
"""By the id that proposals name."""

LONGEST_H = max(ground.longest_h for ground in GROUNDS.values())

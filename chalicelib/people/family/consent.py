"""What a guardian consents to for a child under fourteen. Append-only: what somebody agreed to can be read for ever."""

from __future__ import annotations

from typing import NamedTuple


class Wording(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


TEXTS = {
    "2026-1": Wording(
        zh="我是该未满十四周岁未成年人的监护人，同意本市为其签发一码通行凭证，并为核验目的处理其姓名、证件、颜色状态及被核验记录；"
        "我可随时解除授权、查阅并要求删除。",
        en="I am the guardian of this child under fourteen. I consent to the city issuing codes for the child, and to"
        " its processing the child's name, document, colour and record of scans in order to verify the child; I can"
        " end this, read it, and ask for deletion at any time.",
    ),
}
"""By version."""

CURRENT = "2026-1"
"""The only version that can be agreed to today."""

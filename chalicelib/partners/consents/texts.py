"""What a holder reads before they agree. Append-only: what somebody agreed to can be read for ever."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.codes.purposes import Field, Purpose


class Wording(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


TEXTS = {
    "2026-1": Wording(
        zh="我已了解：由谁、为何种用途、在何时之前、需要我的哪些信息。我同意本市仅将所列信息按所列用途提供给该单位；"
        "我可以拒绝，拒绝不影响我出示和使用一码；我可随时撤回，撤回后立即不再提供，撤回前已提供的不受影响。"
        "每次提供都会记入我可查阅的记录。",
        en="I have read who needs which of my details, what for and until when. I consent to the city giving the listed"
        " details to this organisation, for the listed purpose only. I may refuse, and my code works as before; I may"
        " withdraw at any time: from then on nothing more is given, and what was given before stays lawful. Each time"
        " is written into a record that I can read.",
    ),
}
"""By version."""

CURRENT = "2026-1"
"""The only version that can be agreed to today."""

FIELDS = {
    Field.NAME: Wording("姓名", "name"),
    Field.DOCUMENT_TYPE: Wording("证件类型", "kind of identity document"),
    Field.DOCUMENT_NUMBER: Wording("证件号码", "number of the identity document"),
    Field.BIRTH_DATE: Wording("出生日期", "date of birth"),
    Field.ADULT: Wording("是否年满十八周岁", "whether you are 18 or older"),
    Field.TAGS: Wording("特殊群体标识", "special groups that you have agreed to show"),
    Field.COLOUR: Wording("当前颜色状态", "your colour at the moment of asking"),
    Field.PAIRWISE: Wording("仅供该单位使用的编号", "a number of you that only this organisation has"),
}
PURPOSES = {
    Purpose.ENTRY: Wording("进入场所", "entering a place"),
    Purpose.TRANSIT: Wording("公共交通", "public transport"),
    Purpose.MEDICAL: Wording("就医", "medical care"),
    Purpose.GOVERNMENT: Wording("政务服务", "a matter at a public office"),
    Purpose.LODGING: Wording("住宿登记", "registering as a guest"),
    Purpose.EVENT: Wording("参加活动", "taking part in an event"),
    Purpose.INSPECTION: Wording("执法查验", "an inspection"),
}
"""What fields and purposes are called to a holder."""

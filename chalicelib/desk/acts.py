"""What a helper can do for a person, by name: one table, from which the API, the receipt and the documents are made."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class IssuePaper(msgspec.Struct, frozen=True, tag_field="name", tag="issue_paper"):
    """A paper code; the one before it dies. The answer brings it to be printed."""

    form: Literal["a4", "card"] = "a4"


class PrintPaper(msgspec.Struct, frozen=True, tag_field="name", tag="print_paper"):
    """The living paper code once more."""

    form: Literal["a4", "card"] = "a4"


class ReportPaperLost(msgspec.Struct, frozen=True, tag_field="name", tag="report_paper_lost"):
    """The paper code is lost."""


class BindCard(msgspec.Struct, frozen=True, tag_field="name", tag="bind_card"):
    """A card that the person has in hand."""

    card_type: Id
    card_number: Id


class ReportCardLost(msgspec.Struct, frozen=True, tag_field="name", tag="report_card_lost"):
    """A card is lost."""

    card_type: Id
    card_number: Id


class AgreeDelegation(msgspec.Struct, frozen=True, tag_field="name", tag="agree_delegation"):
    """The person agrees that somebody shows their code."""

    delegation_id: Id


class EndDelegation(msgspec.Struct, frozen=True, tag_field="name", tag="end_delegation"):
    """The person wants somebody to show their code no longer."""

    delegation_id: Id


class TellStatus(msgspec.Struct, frozen=True, tag_field="name", tag="tell_status"):
    """The person asks for their colour."""


DeskAct = (
    IssuePaper | PrintPaper | ReportPaperLost | BindCard | ReportCardLost | AgreeDelegation | EndDelegation | TellStatus
)

TITLES = {
    "issue_paper": "申领纸质码 · paper code issued",
    "print_paper": "补打纸质码 · paper code printed again",
    "report_paper_lost": "纸质码挂失 · paper code reported lost",
    "bind_card": "绑定卡片 · card bound",
    "report_card_lost": "卡片挂失 · card reported lost",
    "agree_delegation": "同意亲属代办 · delegation agreed to",
    "end_delegation": "解除亲属代办 · delegation ended",
    "tell_status": "查询状态 · colour told",
}
"""As the receipt calls them."""


def name_of(act: DeskAct) -> str:
    """The name of an act, as the journal and the person read it."""
    return str(type(act).__struct_config__.tag)


class Document(msgspec.Struct):
    """Something to print."""

    media_type: str
    document: str


class Outcome(msgspec.Struct):
    """What came of an act: a reference or a word of ours, never anything personal; and what is to be printed."""

    outcome: str
    print: Document | None = None

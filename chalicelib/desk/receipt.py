"""The receipt that a person takes home from the desk: who acted for them, when, where, why, and what was done."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.codes.paper.sheet import Sheet
from chalicelib.codes.paper.words import PRINTED_ZONE
from chalicelib.desk.acts import TITLES, Document
from chalicelib.platform.times import parse_rfc3339

if TYPE_CHECKING:
    from chalicelib.desk.routes import AssistanceRecord

PDF = "application/pdf"
GREY = 90
TITLE = "服务窗口回执 · Service desk receipt"
NOTE = (
    "工作人员代你办理了以上事项，本市已记录在案，并已通知你的一码账户。如非本人办理，请立即到任一服务窗口说明，或在个人页面提出。",
    "A helper did this for you. The city keeps a record of it and has sent a notice to your account."
    " If it was not you who stood there, say so at any service desk or on your page.",
)
WHY = {
    "no_phone": "没有手机 · no phone",
    "phone_lost": "手机丢失 · phone lost",
    "phone_flat": "手机没电 · phone is flat",
    "cannot_use_phone": "不便使用手机 · cannot use a phone",
    "carrier_lost": "载体丢失 · paper or card lost",
    "no_mainland_number": "没有内地手机号 · no mainland number",
}


def receipt(record: AssistanceRecord, now: float) -> Document:
    """The receipt as a PDF of one page. What is not done (yet) says so."""
    sheet = Sheet(int(now), title=TITLE)
    sheet.line(20, 22, TITLE, 18, width=170)
    sheet.bar(20, 34, 170, 0.4, GREY)
    top = _rows(sheet, 40, _facts(record))
    sheet.bar(20, top + 2, 170, 0.4, GREY)
    top = _rows(sheet, top + 8, _acts(record))
    sheet.bar(20, top + 2, 170, 0.4, GREY)
    top += 8
    for text in NOTE:
        top = sheet.paragraph(20, top, text, 10, width=170, grey=GREY) + 2
    return Document(PDF, b64encode(sheet.pdf()).decode())


def _rows(sheet: Sheet, top: float, rows: list[tuple[str, str]]) -> float:
    """Labels and what belongs to them; answers where they end."""
    for label, value in rows:
        sheet.line(20, top, label, 10, width=50, grey=GREY)
        sheet.line(72, top - 0.6, value, 12, width=118)
        top += 8
    return top


def _facts(record: AssistanceRecord) -> list[tuple[str, str]]:
    """Who, when, where, why."""
    return [
        ("编号 Number", record.assistance_id),
        ("姓名 Name", record.person),
        ("办理人 By", record.helper),
        ("地点 Place", record.place),
        ("原因 Why", WHY[record.why]),
        ("时间 Time", _time(record.opened_at)),
    ]


def _acts(record: AssistanceRecord) -> list[tuple[str, str]]:
    """What was done, in order."""
    return [
        (_time(act.at)[-8:], TITLES[act.name] if act.outcome else f"{TITLES[act.name]} (未完成 · not completed)")
        for act in record.acts
    ]


def _time(instant: str) -> str:
    """An instant as the receipt shows it."""
    return datetime.fromtimestamp(parse_rfc3339(instant), PRINTED_ZONE).strftime("%Y-%m-%d %H:%M:%S")

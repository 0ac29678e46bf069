"""What has happened in the demo city lately: invented people, invented departments, and facts counted back from today.

Told again each time the city opens: on the same day nothing new comes of it; on a later day the same things have
happened again as long ago, so that everybody stands in the colour that `city.json` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.codes.purposes import Field
from chalicelib.partners.consents.model import State
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.permissions import Role
from chalicelib.status.evidence.reported import Reported
from chalicelib.status.model import Colour
from chalicelib.status.residents import Document

ZONE = ZoneInfo("Asia/Shanghai")

CDC, HOSPITAL, BORDER, CIVIL_AFFAIRS = "市疾病预防控制中心", "第一人民医院", "出入境管理处", "市民政局"
DEPARTMENTS = {CDC: "CDC", HOSPITAL: "LAB", BORDER: "ENTRY", CIVIL_AFFAIRS: "CIVIL"}
"""Who reports, and how their references begin."""

PROPOSER, APPROVER, THIRD = "周牧之", "沈若溪", "顾南"
REVIEWER, SENIOR, AUDITOR = "方云", "林晚晴", "欧阳明远"
HELPER = "陆知秋"
OPERATORS = "林志豪", "陈怡君"
OFFICES = {
    PROPOSER: Role.HEALTH_OFFICER,
    APPROVER: Role.HEALTH_OFFICER,
    THIRD: Role.HEALTH_OFFICER,
    REVIEWER: Role.APPEAL_REVIEWER,
    SENIOR: Role.SENIOR_REVIEWER,
    AUDITOR: Role.AUDITOR,
    HELPER: Role.HELPER,
    **dict.fromkeys(OPERATORS, Role.OPERATOR),
}
"""Residents who act for the city. Overrides of more than a few people take three of one office, and letting a program
in takes two."""

CLINIC, JOB_FAIR, HOTEL = "安和诊所", "滨江招聘会", "云栖旅舍"
"""Who asks people for more than their colour. None of them exists."""

GUARDIAN, CHILD = "周牧之", "许小满"
POLICY, GOVERNED_DAYS = "epidemic@1", 30
"""What has been in force for how many days when the city opens."""

POLICY_REASON = "本市出现本地病例，启用疫情防控规则。"


class Decided(NamedTuple):
    """An override: who proposes which colour for whom, on which ground, for how many hours, and why."""

    by: str
    who: str
    colour: Colour
    ground: str
    hours: int
    reason: str


DECIDED = Decided(
    PROPOSER,
    "贺兰",
    Colour.RED,
    "medical-observation",
    72,
    "流行病学调查认定你与确诊病例同住，请居家医学观察，其间会有社区医生上门。",
)
APPROVAL_NOTE = "已核对流调报告。"
OBJECTION = "我上周起就住在外地，没有与该病例同住，附上住宿记录。请复核。"

# The child's guardian is an officer, who may not approve this one: another has to.
WAITING = Decided(
    THIRD,
    CHILD,
    Colour.YELLOW,
    "medical-observation",
    48,
    "同班同学确诊，请居家医学观察两天，第二天会安排上门检测。",
)


class Fact(NamedTuple):
    """Something that happened to somebody so many local days ago."""

    who: str
    department: str
    days_ago: int
    at: str
    kind: str
    attributes: Mapping[str, str] = {}


NEGATIVE = {"result": "negative", "method": "pcr"}
FACTS = (
    # 苏念安's last yellow day is today: green at the coming midnight, whatever runs or does not run.
    Fact("苏念安", BORDER, 7, "09:40", "arrival", {"risk": "medium", "area": "530900"}),
    # 程一诺 has one of the two tests that would clear the contact.
    Fact("程一诺", CDC, 2, "19:30", "close_contact", {"degree": "close"}),
    Fact("程一诺", HOSPITAL, 1, "08:15", "test_result", NEGATIVE),
    Fact("梁书衡", HOSPITAL, 3, "10:20", "test_result", {"result": "positive", "method": "pcr"}),
    # 方云 had both: green again before the week was over.
    Fact("方云", CDC, 5, "14:00", "close_contact", {"degree": "close"}),
    Fact("方云", HOSPITAL, 4, "09:00", "test_result", NEGATIVE),
    Fact("方云", HOSPITAL, 2, "09:30", "test_result", NEGATIVE),
    Fact("陆知秋", BORDER, 2, "21:05", "arrival", {"risk": "low"}),
    Fact("欧阳明远", HOSPITAL, 40, "15:00", "vaccination", {"dose": "3"}),
)
IDENTITIES = {resident.identity.name: resident.identity for resident in RESIDENTS}


def document_of(name: str) -> Document:
    """The document of one of the invented residents."""
    identity = IDENTITIES[name]
    return Document(identity.document_type, identity.document_number)


def reported(now: float) -> list[tuple[str, Reported]]:
    """All facts as their departments report them; the reference says the day and the number of the case."""
    return [(fact.department, _reported(fact, number, now)) for number, fact in enumerate(FACTS, start=1001)]


def _reported(fact: Fact, number: int, now: float) -> Reported:
    today = datetime.fromtimestamp(now, ZONE).date()
    happened = datetime.combine(today - timedelta(days=fact.days_ago), time.fromisoformat(fact.at), ZONE)
    return Reported(
        document=document_of(fact.who),
        kind=fact.kind,
        happened_at=int(happened.timestamp()),
        attributes=fact.attributes,
        reference=f"{DEPARTMENTS[fact.department]}-{happened:%Y%m%d}-{number}",
    )


class Asked(NamedTuple):
    """What a partner asks somebody for: for how many days (0: once), and why. It `becomes` asked, agreed or withdrawn;
    `told` is what was told of it at the counter, `then` what was asked for later with nobody there."""

    fields: frozenset[Field]
    why: str
    becomes: State
    days: int = 0
    unattended: bool = False
    told: frozenset[Field] = frozenset()
    then: frozenset[Field] = frozenset()


class Visit(NamedTuple):
    """Somebody was scanned somewhere for a purpose, and asked for more; `lawful` is told because a law says so."""

    who: str
    by: str
    purpose: str
    place: str
    asks: tuple[Asked, ...] = ()
    lawful: frozenset[Field] = frozenset()


class Stolen(NamedTuple):
    """Somebody's code, and by whom it was seen where; only the first let it in."""

    who: str
    shown_at: tuple[tuple[str, str], ...]


RECORD = frozenset({Field.NAME, Field.BIRTH_DATE})
VISITS = (
    Visit(
        "林晚晴",
        CLINIC,
        "medical",
        "安和诊所挂号处",
        (
            Asked(
                RECORD | {Field.COLOUR},
                "建立病历，并在复诊前一天了解健康码颜色，好安排就诊通道。",
                State.AGREED,
                days=180,
                unattended=True,
                told=RECORD,
                then=frozenset({Field.COLOUR}),
            ),
            Asked(frozenset({Field.DOCUMENT_TYPE, Field.DOCUMENT_NUMBER}), "医保结算需要证件号码。", State.ASKED),
        ),
    ),
    Visit(
        "林晚晴",
        JOB_FAIR,
        "event",
        "滨江会展中心 2 号门",
        (
            Asked(
                frozenset({Field.NAME, Field.ADULT}),
                "打印参会证，并确认你已成年。",
                State.WITHDRAWN,
                days=30,
                told=frozenset({Field.NAME, Field.ADULT}),
            ),
        ),
    ),
    Visit("沈果果", CLINIC, "medical", "安和诊所儿科", (Asked(RECORD, "儿科首诊登记。", State.ASKED),)),
    Visit(
        "Emma Tremblay",
        HOTEL,
        "lodging",
        "",
        lawful=frozenset({Field.NAME, Field.DOCUMENT_TYPE, Field.DOCUMENT_NUMBER}),
    ),
)
"""Visits to counters. 沈果果 is eleven: a guardian answers."""

STOLEN = Stolen(
    "黄伟文",
    (
        ("浦江图书馆东门", "浦江图书馆东门"),
        ("人民公园南门", ""),
        ("市民服务中心", "市民服务中心 1 楼大厅"),
        ("26 路公交车", ""),
    ),
)
"""A picture of his code went around."""

VACCINATED = ("何嘉敏", "Lukas Weber", "黄伟文", "Camille Laurent", "Emma Tremblay")

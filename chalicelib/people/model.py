"""Who a person is, as documents say it, and what an office lets them do. Values and rules only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.people.documents.check_digits import mod_11_2
from chalicelib.platform.permissions import Role, of_role


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity: the name as written on the document, the document's type and number.

    `born` (YYYY-MM-DD) is there once the identity is proven, as far as anybody knows; it is no part of a claim.
    """

    name: str
    document_type: str
    document_number: str
    born: str = field(default="", compare=False)


class Office(NamedTuple):
    """What an office is called before the name of who holds it, and the scopes it reaches (platform/permissions.py)."""

    title: str
    scopes: frozenset[str]


TITLES = {
    Role.HEALTH_OFFICER: "卫生健康官员",
    Role.APPEAL_REVIEWER: "申诉审核员",
    Role.SENIOR_REVIEWER: "高级审核员",
    Role.AUDITOR: "审计员",
    Role.HELPER: "服务台工作人员",
    Role.OPERATOR: "平台运营员",
}
OFFICES = {role: Office(title, of_role(role)) for role, title in TITLES.items()}
"""All offices."""


def office_reaching(scope: str, roles: frozenset[Role]) -> Office | None:
    """The office by which somebody with these roles may do what needs a scope; None where no role reaches it."""
    return next((office for role, office in OFFICES.items() if role in roles and scope in office.scopes), None)


def resident_id_check_digit(first_17: str) -> str:
    """The 18th character of a resident identity number (GB 11643); raises ValueError for other than 17 digits."""
    return mod_11_2(first_17)


def mask_name(name: str) -> str:
    """A name as a verifier may see it: 张三 → 张*, 张小三 → 张*三. One star per hidden character."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]

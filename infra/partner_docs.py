"""What the code writes about partners: who may do what, what is told for what, events, files, rules of looking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import getmembers, isclass

from chalicelib.accounts import retention_classes
from chalicelib.codes.purposes import PURPOSES, Disclosure, Purpose
from chalicelib.partners.consents.texts import FIELDS
from chalicelib.partners.consents.texts import PURPOSES as IN_WORDS
from chalicelib.partners.imports import refusals
from chalicelib.partners.imports.rows import ROWS
from chalicelib.partners.watching.rules import RULES
from chalicelib.partners.webhooks.kinds import EVENT_TYPES, Told
from chalicelib.partners.webhooks.schedule import WAITS
from chalicelib.platform.http.refusals import Unprocessable
from chalicelib.platform.permissions import (
    PERMISSIONS,
    Kind,
    Permission,
    Role,
    of_holders,
    of_kind,
    of_role,
    on_request,
)

KINDS = {Kind.VERIFIER: "验码方", Kind.DEPARTMENT: "部门", Kind.PARTNER: "合作方", Kind.SYSTEM: "市级系统"}
UNITS = ((3600, "h"), (60, "min"), (1, "s"))


def parties(titles: Mapping[Role, str]) -> dict[str, frozenset[str]]:
    """Everybody who holds a token, and the scopes that it may carry; `titles` are those of the offices."""
    officers = {f"{_spoken(role)} {title}": of_role(role) for role, title in titles.items()}
    programs = {f"{kind} {title}": of_kind(kind) | on_request(kind) for kind, title in KINDS.items()}
    return {"holder 持码人": of_holders(), **officers, **programs}


def permissions() -> str:
    """Every scope: what it allows, and whose it is."""
    rows = ["| scope | allows to | of | on request |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{scope}` | {one.allows} | {_listed(_whose(one))} | {_listed(map(str, sorted(one.on_request)))} |"
        for scope, one in PERMISSIONS.items()
    ]
    return "\n".join(rows)


def _whose(one: Permission) -> list[str]:
    """Who has a scope without being given it."""
    return ["holder"] * one.holders + [_spoken(role) for role in sorted(one.roles)] + sorted(map(str, one.clients))


def disclosures() -> str:
    """What is told for each purpose."""
    rows = ["| purpose | field | how much | when | by what right |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*rows, *(_disclosure(purpose, one) for purpose, told in PURPOSES.items() for one in told)])


def _disclosure(purpose: Purpose, one: Disclosure) -> str:
    when = "with the verdict" if one.at_once else "by exchange"
    field = f"`{one.field}` {FIELDS[one.field].zh}"
    return f"| `{purpose}` {IN_WORDS[purpose].zh} | {field} | {one.mask} | {when} | {one.basis}: {one.because} |"


def data_classes() -> str:
    """What is kept, why, where, how protected, who sees it and for how long."""
    return "\n".join(retention_classes.rows())


def watch_rules() -> str:
    """What looking is unusual."""
    rows = ["| rule | 规则 | means | at least | in |", "| --- | --- | --- | ---: | --- |"]
    for rule in RULES:
        least = f"{rule.threshold}" + (f", and {rule.times_normal:g} times normal" if rule.times_normal else "")
        window = "one night" if rule.at_night else duration(rule.window_s)
        rows.append(f"| `{rule.name}` | {rule.means[0]} | {rule.means[1]} | {least} | {window} |")
    return "\n".join(rows)


def event_types() -> str:
    """The events that can be subscribed to."""
    rows = ["| type | 事件 | says that | `data` beside `at` | for whom |", "| --- | --- | --- | --- | --- |"]
    for name, told in EVENT_TYPES.items():
        data = "; ".join(f"`{field}` {says}" for field, says in told.data.items() if field not in {"at", "fetch"})
        rows.append(f"| `{name}` | {told.zh} | {told.en} | {data} | {_told_to(told)} |")
    return "\n".join(rows)


def _told_to(told: Told) -> str:
    """Who may subscribe, and whom it is told to then."""
    kinds = _listed(f"clients of kind {kind}" for kind in sorted(told.kinds))
    may = f"scope `{told.needs}`" if told.needs else kinds or "everybody"
    return may + (", what is its own" if told.own else "")


def retries() -> str:
    """When a delivery is tried again."""
    rows = ["| attempt | after the one before |", "| ---: | --- |", "| 1 | at once |"]
    return "\n".join([*rows, *(f"| {number} | {duration(wait)} |" for number, wait in enumerate(WAITS, start=2))])


def import_columns() -> str:
    """The columns of each kind of file."""
    rows = ["| `kind` | needs the scope | columns | and, where they apply |", "| --- | --- | --- | --- |"]
    for kind, row in ROWS.items():
        needed, more = (_listed(f"`{name}`" for name in names) for names in row.columns)
        rows.append(f"| `{kind}` | `{row.scope}` | {needed} | {more} |")
    return "\n".join(rows)


def import_problems() -> str:
    """Why a file, or a row of it, is not taken."""
    rows = ["| code | what | what to do |", "| --- | --- | --- |"]
    ours = {one for _, one in getmembers(refusals, isclass) if one.__module__ == refusals.__name__}
    known = sorted((one for one in ours if issubclass(one, Unprocessable)), key=lambda one: one.code)
    return "\n".join([*rows, *(f"| `{one.code}` | {one.title} | {one.detail} |" for one in known)])


def duration(seconds: int) -> str:
    """A time as people say it."""
    size, unit = next((size, unit) for size, unit in UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}"


def _spoken(role: Role) -> str:
    return str(role).replace("_", " ")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)

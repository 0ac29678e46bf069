"""The parts of the documentation that the code writes itself: `python -m infra.docs` renews them.

A block stands between `<!-- generated: name -->` and `<!-- end -->`. A test holds every block to the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app import rooms
from chalicelib.accounts import model as accounts
from chalicelib.codes.cards import model as cards
from chalicelib.codes.paper import model as paper
from chalicelib.codes.purposes import Purpose
from chalicelib.desk import model as desk
from chalicelib.people.family import model as family
from chalicelib.platform import tables
from chalicelib.platform.http.openapi import refusals_of
from chalicelib.platform.http.operation import Operation
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.settings import Settings
from chalicelib.status.appeals import model as appeals
from chalicelib.status.overrides import model as overrides
from chalicelib.status.policy import life
from chalicelib.trust.model import LIFECYCLE
from chalicelib.wiring import City
from infra import people_docs

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
PURPOSES = {
    Purpose.ENTRY: "进入场所",
    Purpose.TRANSIT: "乘车",
    Purpose.MEDICAL: "就医",
    Purpose.GOVERNMENT: "办事",
    Purpose.LODGING: "住宿",
    Purpose.EVENT: "活动",
    Purpose.INSPECTION: "检查",
}


def main() -> None:
    """Renew every block of every page."""
    for page in sorted(DOCS.rglob("*.md")):
        page.write_text(renewed(page.read_text()))


def renewed(text: str) -> str:
    """A page with its blocks as the code has them now."""
    return BLOCK.sub(lambda block: f"{block[1]}\n{BLOCKS[block[2]]().strip()}\n\n{block[4]}", text)


def lifecycle() -> str:
    """The life of a key as a diagram."""
    return _diagram(LIFECYCLE, "pending", "active")


def override_life() -> str:
    """The life of an override as a diagram. What time alone does stands in no table: nothing has to run for it."""
    of = overrides.State
    table = overrides.LIFECYCLE | {
        state: overrides.LIFECYCLE[state] | {"72 hours": of.LAPSED} for state in (of.PROPOSED, of.SECONDED)
    }
    return _diagram(table | {of.APPROVED: table[of.APPROVED] | {"its hours": of.EXPIRED}}, of.PROPOSED)


def appeal_life() -> str:
    """The life of an appeal as a diagram."""
    return _diagram(appeals.LIFECYCLE, appeals.State.DRAFTED)


def roll_out_life() -> str:
    """The life of a roll-out as a diagram."""
    return _diagram(life.LIFECYCLE, life.State.PROPOSED)


def delegation_life() -> str:
    """The life of a delegation as a diagram."""
    return _diagram(family.LIFECYCLE, family.State.PROPOSED, family.State.ACTIVE)


def paper_life() -> str:
    """The life of a paper code as a diagram."""
    return _diagram(paper.LIFECYCLE, paper.PaperState.ACTIVE)


def card_life() -> str:
    """The life of a card as a diagram."""
    return _diagram(cards.LIFECYCLE, cards.CardState.ACTIVE)


def assistance_life() -> str:
    """The life of an assistance as a diagram; half an hour closes it whether or not anything runs."""
    of = desk.State
    return _diagram(desk.LIFECYCLE | {of.OPEN: desk.LIFECYCLE[of.OPEN] | {"30 minutes": of.LAPSED}}, of.OPEN)


def departure_life() -> str:
    """The life of a departure as a diagram."""
    return _diagram(accounts.LIFECYCLE, accounts.State.ASKED)


def _diagram(table: Mapping[Any, Mapping[Any, Any]], *beginnings: str) -> str:
    """A table `{state: {event: next state}}` as a diagram."""
    begins = [f"  [*] --> {state}" for state in beginnings]
    steps = [f"  {state} --> {after}: {event}" for state, row in table.items() for event, after in row.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *begins, *steps, "```"])


def table_list() -> str:
    """The tables with their keys."""
    rows = ["| table | key | indexes | stream | life time | what it holds |", "| --- | --- | --- | --- | --- | --- |"]
    for model in sorted(tables.all_models(), key=lambda model: str(model.Meta.table_name)):
        schema = model._get_schema()
        keys = _keys(schema["key_schema"])
        indexes = ", ".join(
            f"{one['index_name']}: {_keys(one['key_schema'])}" for one in schema["global_secondary_indexes"]
        )
        ttl = next((f"`{name}`" for name, kind in model.get_attributes().items() if "TTL" in type(kind).__name__), "")
        stream = "yes" if getattr(model.Meta, "stream_view_type", None) else ""
        about = " ".join((model.__doc__ or "").split()).partition(". ")[0].rstrip(".")
        rows.append(f"| `{model.Meta.table_name}` | {keys} | {indexes} | {stream} | {ttl} | {about} |")
    return "\n".join(rows)


def _keys(schema: Iterable[Mapping[str, Any]]) -> str:
    """The names of a key's attributes, the partition's first."""
    return " + ".join(f"`{key['AttributeName']}`" for key in sorted(schema, key=lambda key: str(key["KeyType"])))


def operations() -> str:
    """Every operation and who may call it."""
    rows = ["| operation | for | what |", "| --- | --- | --- |"]
    for operation in _operations():
        scopes = " or ".join(f"`{scope}`" for scope in operation.needs)
        who = f"scope {scopes}" if scopes else "everyone"
        rows.append(f"| `{operation.method} {operation.path}` | {who} | {operation.summary} |")
    return "\n".join(rows)


def refusals() -> str:
    """Every problem an operation may answer."""
    rows = ["| status | code | what | what to do |", "| --- | --- | --- | --- |"]
    found: dict[str, type[Refusal]] = {r.code: r for operation in _operations() for r in refusals_of(operation)}
    for refusal in sorted(found.values(), key=lambda refusal: (refusal.status, refusal.code)):
        rows.append(f"| {refusal.status} | `{refusal.code}` | {refusal.title} | {refusal.detail} |")
    return "\n".join(rows)


def purposes() -> str:
    """The registered purposes."""
    rows = ["| purpose | 用途 |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| `{purpose}` | {PURPOSES[purpose]} |" for purpose in Purpose)])


def _operations() -> Iterator[Operation]:
    """All operations, sorted by path."""
    found = (operation for room in rooms(City(Settings())) for operation in room.operations)
    yield from sorted(found, key=lambda operation: operation.path)


BLOCKS: dict[str, Callable[[], str]] = {
    "appeal_life": appeal_life,
    "assistance_life": assistance_life,
    "card_life": card_life,
    "delegation_life": delegation_life,
    "departure_life": departure_life,
    "desk_acts": people_docs.desk_acts,
    "documents": people_docs.documents,
    "kept": people_docs.kept,
    "lifecycle": lifecycle,
    "mistakes": people_docs.mistakes,
    "operations": operations,
    "override_life": override_life,
    "paper_life": paper_life,
    "purposes": purposes,
    "refusals": refusals,
    "roll_out_life": roll_out_life,
    "tables": table_list,
    "tags": people_docs.tags,
    "who_may": lambda: people_docs.who_may(_operations()),
}

if __name__ == "__main__":
    main()

"""The parts of the documentation that the code writes itself: `python -m infra.docs` renews them.

A block stands between `<!-- generated: name -->` and `<!-- end -->`. A test holds every block to the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app import rooms
from chalicelib.codes.purposes import Purpose
from chalicelib.platform import tables
from chalicelib.platform.http.openapi import refusals_of
from chalicelib.platform.http.operation import Operation
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.settings import Settings
from chalicelib.wiring import City
from infra import life_docs, partner_docs, people_docs

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
    "appeal_life": life_docs.appeal_life,
    "assistance_life": life_docs.assistance_life,
    "card_life": life_docs.card_life,
    "client_life": life_docs.client_life,
    "consent_life": life_docs.consent_life,
    "data_classes": partner_docs.data_classes,
    "delegation_life": life_docs.delegation_life,
    "departure_life": life_docs.departure_life,
    "desk_acts": people_docs.desk_acts,
    "disclosures": partner_docs.disclosures,
    "documents": people_docs.documents,
    "endpoint_life": life_docs.endpoint_life,
    "event_types": partner_docs.event_types,
    "import_columns": partner_docs.import_columns,
    "import_life": life_docs.import_life,
    "import_problems": partner_docs.import_problems,
    "kept": people_docs.kept,
    "lifecycle": life_docs.lifecycle,
    "mistakes": people_docs.mistakes,
    "operations": operations,
    "override_life": life_docs.override_life,
    "paper_life": life_docs.paper_life,
    "permissions": partner_docs.permissions,
    "purposes": purposes,
    "refusals": refusals,
    "retries": partner_docs.retries,
    "roll_out_life": life_docs.roll_out_life,
    "tables": table_list,
    "tags": people_docs.tags,
    "watch_rules": partner_docs.watch_rules,
    "who_may": lambda: people_docs.who_may(_operations()),
}

if __name__ == "__main__":
    main()

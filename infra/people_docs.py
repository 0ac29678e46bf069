"""What the code writes into docs/people.md: documents, lives of what people hold, and who may do what."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.accounts.model import KEPT
from chalicelib.desk.acts import TITLES
from chalicelib.people.documents.cards import CARDS
from chalicelib.people.documents.model import HINTS
from chalicelib.people.documents.registry import DOCUMENTS
from chalicelib.people.model import TITLES as OFFICES
from chalicelib.people.refusals import AssuranceTooLow
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.people.tags.model import TAGS
from chalicelib.platform.http.operation import Operation
from infra import partner_docs

PARTIES = partner_docs.parties(OFFICES)
"""Everybody who holds a token, and the scopes that it may carry."""


def documents() -> str:
    """The kinds of document and card, with an invented example as others see it."""
    examples = {one.identity.document_type: one.identity.document_number for one in reversed(RESIDENTS)}
    rows = ["| `document_type` | 证件 | as others see its number |", "| --- | --- | --- |"]
    rows += [f"| `{tag}` | {kind.title} | `{kind.mask(examples[tag])}` |" for tag, kind in DOCUMENTS.items()]
    cards = ", ".join(f"`{tag}` {kind.title}" for tag, kind in CARDS.items())
    return "\n".join([*rows, "", f"Cards: {cards}; each by its number or by the UID of its chip."])


def mistakes() -> str:
    """The kinds of mistake that a number is refused with."""
    rows = ["| `mistake` | what to do |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| `{mistake}` | {hint} |" for mistake, hint in HINTS.items())])


def tags() -> str:
    """The special groups."""
    rows = ["| group | 特殊群体 |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| `{group}` | {title} |" for group, title in TAGS.items())])


def kept() -> str:
    """What remains of somebody who has left."""
    rows = ["| what | days | why |", "| --- | --- | --- |"]
    return "\n".join([*rows, *(f"| {one.what} | {one.days} | {one.why} |" for one in KEPT)])


def desk_acts() -> str:
    """What a helper can do."""
    rows = ["| act | on the receipt |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| `{name}` | {title} |" for name, title in TITLES.items())])


def who_may(operations: Iterable[Operation]) -> str:
    """Every operation, who may call it, and how surely they must have been recognised."""
    rows = ["| what | operation | who | `real_person` |", "| --- | --- | --- | --- |"]
    for one in operations:
        sure = "yes" if AssuranceTooLow in one.refusals else ""
        rows.append(f"| {one.summary} | `{one.method} {one.path}` | {_who(one)} | {sure} |")
    return "\n".join(rows)


def _who(operation: Operation) -> str:
    """Whose tokens reach an operation; raises ValueError where nobody's do."""
    if not operation.needs:
        return "everyone"
    may = [party for party, scopes in PARTIES.items() if scopes & set(operation.needs)]
    if not may:
        raise ValueError(f"nobody may {operation.name}")
    return ", ".join(may)

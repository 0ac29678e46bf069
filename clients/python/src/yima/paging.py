"""Lists that the city answers page by page, as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from yima.problems import UnexpectedAnswer
from yima.transport import Transport, Way, Wish

Item = TypeVar("Item")


def pages(transport: Transport, way: Way, path: str, name: str, item: type[Item]) -> Iterator[Item]:
    """Every item of a list; `name` is the member of the answer that has them. A page is asked for when it is needed."""
    cursor = ""
    while True:
        wish = Wish("GET", path, query={"cursor": cursor} if cursor else {})
        page = transport.ask(wish, dict[str, Any], way)
        yield from _items(page, name, item)
        cursor = str(page.get("next_cursor") or "")
        if not cursor:
            return


def _items(page: dict[str, Any], name: str, item: type[Item]) -> list[Item]:
    try:
        return msgspec.convert(page.get(name, []), list[item])  # type: ignore[valid-type]
    except msgspec.ValidationError:
        raise UnexpectedAnswer from None

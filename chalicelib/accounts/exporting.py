"""Everything the city knows about a person, for that person: one document, machine-readable and complete.

A function may answer six megabytes. Of a list that is too long for that the newest part is in the document, and the
cursor from which its own operation goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.platform.times import rfc3339

FORMAT = "yima-export/1"
Section = Callable[[str, int], Any]
"""What one room knows of a holder, as plain JSON values, or as a `Part` of a long list."""


class Part(NamedTuple):
    """The newest entries of a list, and the cursor behind them; None where that was all."""

    entries: list[Any]
    cursor: str | None


class Export:
    """Collects what each room knows. A test sees to it that no table with a holder in it is forgotten."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._sections = sections

    def of(self, holder: str, *, now: int) -> dict[str, Any]:
        """The whole document."""
        found = {name: section(holder, now) for name, section in self._sections.items()}
        sections = {name: one.entries if isinstance(one, Part) else one for name, one in found.items()}
        more = {name: one.cursor for name, one in found.items() if isinstance(one, Part) and one.cursor}
        return {"format": FORMAT, "exported_at": rfc3339(now), "sections": sections, "more": more}

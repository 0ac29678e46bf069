"""Everything the city knows about a person, for that person: one document, machine-readable and complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.platform.times import rfc3339

FORMAT = "yima-export/1"
Section = Callable[[str, int], Any]
"""What one room knows of a holder, as plain JSON values."""


class Export:
    """Collects what each room knows. A test sees to it that no table with a holder in it is forgotten."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._sections = sections

    def of(self, holder: str, *, now: int) -> dict[str, Any]:
        """The whole document."""
        sections = {name: section(holder, now) for name, section in self._sections.items()}
        return {"format": FORMAT, "exported_at": rfc3339(now), "sections": sections}

"""Who watches those who look: the log of officers, and alerts about unusual looking."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.wiring.partners import Partners

if TYPE_CHECKING:
    from chalicelib.partners.office_log.log import OfficeLog


class Watching(Partners):
    """Who watches those who look."""

    @cached_property
    def office_log(self) -> OfficeLog:
        """What officers did."""
        from chalicelib.partners.office_log.log import OfficeLog
        from chalicelib.partners.office_log.store import OfficeLogStore

        return OfficeLog(OfficeLogStore(), lambda: self.officers)

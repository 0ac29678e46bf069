"""Local calendar days: people count in days of the city, computers in seconds of the world."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_S = 86_400
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock; the zone is put to it where it is read


class Calendar:
    """The days of one IANA time zone; raises `zoneinfo.ZoneInfoNotFoundError` for an unknown one.

    A day lasts until the next one begins. Where clocks jump over midnight, it begins with the jump; where midnight
    comes twice, with the first.
    """

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._ahead = -self._begins(0)
        self.begins = lru_cache(maxsize=16_384)(self._begins)
        """The instant at which a local day begins; days are counted from 1970-01-01."""

    def midnight(self, days: int, instant: int) -> int:
        """The instant that begins the local day `days` after the one of `instant` (0: its own day)."""
        begins = self.begins
        day = (instant + self._ahead) // DAY_S
        while begins(day) > instant:
            day -= 1
        while begins(day + 1) <= instant:
            day += 1
        return begins(day + days)

    def _begins(self, day: int) -> int:
        return int((EPOCH + timedelta(days=day)).replace(tzinfo=self._zone).timestamp())

"""Local calendar days: people count in days of the city, computers in seconds of the world."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_S = 86_400
QUARTER_S = 900
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock; the zone is put to it where it is read


class Calendar:
    """The days of one IANA time zone; raises `zoneinfo.ZoneInfoNotFoundError` for an unknown one."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def midnight(self, instant: int, days: int) -> int:
        """The instant that begins the local day `days` after the one of `instant` (0: its own day).

        Where clocks jump over midnight, the day begins with the jump.
        """
        return _begin(self._zone, _local_day(self._zone, instant) + days)


def _local_day(zone: ZoneInfo, instant: int) -> int:
    """The number of a local day, counted from 1970-01-01."""
    return (instant + _utc_offset(zone, instant // QUARTER_S)) // DAY_S


@lru_cache(maxsize=65_536)
def _utc_offset(zone: ZoneInfo, quarter: int) -> int:
    """Seconds that local time is ahead of UTC. Offsets change at whole quarters of an hour only."""
    offset = datetime.fromtimestamp(quarter * QUARTER_S, UTC).astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


@lru_cache(maxsize=16_384)
def _begin(zone: ZoneInfo, day: int) -> int:
    """The instant at which a numbered local day begins."""
    return int((EPOCH + timedelta(days=day)).replace(tzinfo=zone).timestamp())

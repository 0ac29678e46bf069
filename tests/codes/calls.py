"""Counts what the hot path's client asks DynamoDB."""

from __future__ import annotations

from chalicelib.wiring import City


class Calls:
    """The calls made since, by operation."""

    def __init__(self, city: City) -> None:
        self.made: list[str] = []
        city.dynamodb.meta.events.register("before-send.dynamodb.*", self._note)

    def _note(self, event_name: str, **_: object) -> None:
        self.made.append(event_name.rpartition(".")[2])

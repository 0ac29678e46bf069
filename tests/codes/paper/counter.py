"""A counter at which papers are made: whatever entry of a status list is next, and wishes that are each new."""

from __future__ import annotations

from itertools import count

from chalicelib.codes.carriers_store import CarrierStore
from chalicelib.codes.paper.issue import Papers
from chalicelib.codes.paper.model import Paper
from chalicelib.codes.paper.press import Press
from chalicelib.platform.http.creation import Creation
from chalicelib.wiring import City
from tests.world import NOON

_wishes = count()


class Entries:
    """Hands out entries of list 7, one after the other, and counts them."""

    def __init__(self) -> None:
        self.taken = 0

    def allot(self, now: int, expires_at: int) -> tuple[int, int]:
        self.taken += 1
        return 7, self.taken


class Counter:
    """Where papers are made, for a city whose status lists are somebody else's business."""

    def __init__(self, city: City) -> None:
        self.city, self.entries = city, Entries()
        press = Press(city.settings.region, ring=city.ring, allotment=self.entries, specimen=city.settings.specimen)
        self.papers = Papers(
            press, register=city.register, store=CarrierStore(), fields=city.fields, notices=city.notices
        )

    def issue(self, holder: str, wish: Creation | None = None, *, at: float = NOON, by: str = "") -> Paper:
        """A paper for a wish, a new one where none is given."""
        return self.papers.issue(holder, wish or a_wish(), now=at, by=by)

    def text(self, holder: str, *, at: float = NOON) -> str:
        """The text of the holder's present paper."""
        return self.papers.to_print(holder, self.papers.of(holder)[0].paper_id, now=at).text


def a_wish(digest: str = "the same body") -> Creation:
    """A wish that nobody had before."""
    return Creation(f"wish-{next(_wishes)}", digest)

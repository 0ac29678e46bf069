"""What a verifier is told of somebody who was verified: the fields that the scan logs, and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codes.model import EXCHANGE_S, Accepted, Shown, scan_id
from chalicelib.codes.purposes import AT_ONCE, Field
from chalicelib.status.model import HolderStatus, Scan
from chalicelib.trust.fields import Fields

if TYPE_CHECKING:
    from chalicelib.codes.exchange import Exchange

PAIRWISE_DIGITS = 32

WITH_TAGS: dict[str, str] = {purpose: " ".join(sorted(told)) for purpose, told in AT_ONCE.items()}
WITHOUT_TAGS: dict[str, str] = {purpose: " ".join(sorted(told - {Field.TAGS})) for purpose, told in AT_ONCE.items()}
"""The fields that go with a verdict by purpose, as a scan logs them; groups take a scope as well."""


class Told(NamedTuple):
    """What is told beside the colour; None is what is not. `exchange_until` is in Unix seconds."""

    name: str | None = None
    tags: list[str] | None = None
    pairwise_id: str | None = None
    exchange_token: str | None = None
    exchange_until: int | None = None


NOTHING = Told()


def told_at_once(purpose: str, *, with_tags: bool) -> str:
    """What a scan for a registered purpose tells beside the colour, separated by blanks."""
    return (WITH_TAGS if with_tags else WITHOUT_TAGS)[purpose]


def accepted(status: HolderStatus, shown: Shown, *, scan: Scan, mark: bytes, fields: Fields, now: float) -> Accepted:
    """The verdict, with the colour of this very moment. A name that is not told is not even opened."""
    name = ""
    if Field.NAME in scan.fields.split():
        name = fields.open(status.masked_name, context=f"status#{status.holder}", now=now)
    return Accepted(shown, status.colour_at(now), status.holder, scan, mark, name, status.tags)


class Telling:
    """Tells verifiers what their purpose allows."""

    def __init__(self, fields: Fields, exchange: Callable[[], Exchange]) -> None:
        self._fields = fields
        self._exchange = exchange

    def told(self, verdict: Accepted, asked: Scan, *, may_exchange: bool, now: float) -> Told:
        """What the verifier who `asked` is told. Only the very scan that was logged gives a token, no repeat at another
        terminal or for another purpose does: the holder would read of a disclosure where nobody scanned."""
        fields = verdict.scan.fields.split()
        logged = (verdict.scan.purpose, verdict.scan.terminal) == (asked.purpose, asked.terminal)
        exchanges = may_exchange and logged
        return Told(
            name=verdict.masked_name if Field.NAME in fields else None,
            tags=_tags(verdict.tags, now) if Field.TAGS in fields else None,
            pairwise_id=self.pairwise_id(verdict, now) if Field.PAIRWISE in fields else None,
            exchange_token=self._token(verdict, now) if exchanges else None,
            exchange_until=int(now) + EXCHANGE_S if exchanges else None,
        )

    def pairwise_id(self, verdict: Accepted, now: float) -> str:
        """An id of the holder that is another for each verifier: who pools theirs with others' has won nothing."""
        index = self._fields.blind_index("pairwise", verdict.scan.verifier, verdict.holder, now=now)
        return index[:PAIRWISE_DIGITS]

    def _token(self, verdict: Accepted, now: float) -> str:
        """What may be exchanged for more."""
        number = scan_id(verdict.mark, verdict.scan)
        return self._exchange().seal(verdict.holder, verdict.scan, number, now=now)


def _tags(stored: str, now: float) -> list[str]:
    """The groups that somebody has agreed to have shown, and that hold at this moment."""
    if not stored:
        return []
    from chalicelib.people.tags.model import visible

    return visible(stored, now)

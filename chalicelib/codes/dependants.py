"""Codes of dependants on a guardian's screen: who is in whose care is asked first, then a code is made as ever."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from chalicelib.codes.issue import CodeIssuer, Issued
from chalicelib.trust.fields import Fields


class InCare(Protocol):
    """Whom a guardian shows: the dependant, the mark of the delegation, and until when (Unix seconds)."""

    @property
    def dependant(self) -> str: ...

    @property
    def mark(self) -> str: ...

    @property
    def until(self) -> int: ...


class Showing(Protocol):
    """Knows who is in whose care (people/family/showing.py)."""

    def whose(self, delegation_id: str, *, guardian: str, now: float) -> InCare:
        """Whom a delegation lets its guardian show; raises `NotYourDependant` or `DelegationEnded`."""


class Shown(NamedTuple):
    """Codes of a dependant, and the dependant's name as verifiers see it."""

    codes: list[Issued]
    name: str


class DependantCodes:
    """Makes codes that a guardian shows."""

    def __init__(self, issuer: CodeIssuer, showing: Showing, fields: Fields) -> None:
        self._issuer = issuer
        self._showing = showing
        self._fields = fields

    def issue(self, delegation_id: str, *, guardian: str, now: float, count: int) -> Shown:
        """Codes as `CodeIssuer.issue` makes them, none for a minute in which the delegation is over.

        Raises `NotYourDependant`, `DelegationEnded` or `HolderSuspended`.
        """
        care = self._showing.whose(delegation_id, guardian=guardian, now=now)
        issued = self._issuer.issue(care.dependant, now=now, count=count, delegation=care.mark)
        name = self._fields.open(issued[0].masked_name, context=f"status#{care.dependant}", now=now)
        return Shown([code for code in issued if code.body.issued_at < care.until] or issued[:1], name)

"""A quarter of functions: one city seen by several processes, each with its own copy of the keys and its own clock."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.codes.model import Accepted, Reason
from chalicelib.codes.offline import verify_offline
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.trust.trust_list import TrustList, read_list
from chalicelib.wiring import City
from tests.world import StoppedClock, another_process, moved_in, scan_by


class SkewedClock(StoppedClock):
    """A clock that is wrong by some seconds and knows nothing of it."""

    def __init__(self, true: StoppedClock, error: float) -> None:
        super().__init__()
        self._true = true
        self.error = error

    def __call__(self) -> float:
        return self._true() + self.error


class Shown(NamedTuple):
    """A code on somebody's screen, and who signed it."""

    text: str
    kid: str
    issued_at: int


class Quarter:
    """Functions that issue and verify for the same people; clocks are wrong by the given seconds."""

    def __init__(self, city: City, clock: StoppedClock, errors: tuple[float, ...]) -> None:
        self.city, self.clock = city, clock
        self.clocks = [SkewedClock(clock, error) for error in errors]
        self.functions = [another_process(each, plan=city.plan) for each in self.clocks]
        self.root = city.custodian.root_public_key()
        self.people = [moved_in(city, resident) for resident in RESIDENTS[: len(errors)]]

    def show(self, function: int, person: int = 0) -> Shown:
        """Take a code from a function."""
        here = self.functions[function % len(self.functions)]
        issued = here.issuer.issue(self.people[person], now=here.clock())[0]
        return Shown(issued.text, issued.body.kid, issued.body.issued_at)

    def scan(self, shown: Shown, function: int) -> Reason | None:
        """Have a code verified by a function; None is acceptance."""
        here = self.functions[function % len(self.functions)]
        verdict = here.verifier.verify(shown.text, scan=scan_by("metro", at=here.clock()), now=here.clock())
        return None if isinstance(verdict, Accepted) else verdict.reason

    def published(self) -> TrustList:
        """The trust list as it hangs out now."""
        document = self.city.key_store.published()
        assert document is not None
        return read_list(document)

    def scan_offline(self, shown: Shown, trust: TrustList) -> Reason | None:
        """Have a code verified by a gate that holds this list, pins the root, and whose clock is right."""
        return verify_offline(shown.text, trust, now=self.clock(), expected_root=self.root).reason

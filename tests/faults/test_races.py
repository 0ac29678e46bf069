"""Many at once, in real threads, on both stores: one verifier wins a code, and the same verifier may ask as often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from chalicelib.partners.clients import VERIFIER_SCOPES
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.store import HolderItem, IdentityItem
from chalicelib.platform.http.operation import Principal
from chalicelib.status.model import Standing
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.wiring import City
from tests.fuzz.stranger import Stranger
from tests.world import StoppedClock, another_process, moved_in

VERIFIERS = 50
RACES = 4


class Square:
    """A city's square: three functions to ask, fifty verifiers, and one person they all scan."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.clock = city, city.clock
        self.functions = [Stranger(another_process(self.clock)) for _ in range(3)]
        self.holder = self.functions[0].log_in()
        gates = [Principal(f"gate-{number}", VERIFIER_SCOPES) for number in range(VERIFIERS)]
        self.verifiers = [city.tokens.issue(gate, now=self.clock(), lifetime=3600) for gate in gates]

    def code(self) -> str:
        """A fresh code, a second after the last."""
        self.clock.advance(1)
        return self.functions[0].code(self.holder)

    def scan(self, code: str, verifier: int, function: int = 0) -> dict[str, Any]:
        body: dict[str, Any] = self.functions[function % 3].verify(code, self.verifiers[verifier]).body
        return body


def at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Every task in a thread of its own, all let go at the same moment."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        start.wait(timeout=10)
        return task()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))


@pytest.fixture(scope="module")
def square(anywhere: City) -> Square:
    return Square(anywhere)


def test_of_fifty_verifiers_racing_for_one_code_exactly_one_is_accepted(square: Square) -> None:
    for _ in range(RACES):
        code = square.code()
        verdicts = at_once([partial(square.scan, code, number, number) for number in range(VERIFIERS)])
        assert Counter(verdict["reason"] for verdict in verdicts) == {None: 1, "replayed": VERIFIERS - 1}
        winner = next(number for number, verdict in enumerate(verdicts) if verdict["verdict"] == "accepted")
        assert square.scan(code, winner)["verdict"] == "accepted", "the winner may ask again"
        assert square.scan(code, winner - 1)["reason"] == "replayed"


def test_one_verifier_asking_twenty_times_at_once_is_accepted_twenty_times(square: Square) -> None:
    for _ in range(RACES):
        code = square.code()
        verdicts = at_once([partial(square.scan, code, 7, function) for function in range(20)])
        assert [verdict["verdict"] for verdict in verdicts] == ["accepted"] * 20
        assert len({str(verdict) for verdict in verdicts}) == 1, "each gets the same answer"
        assert square.scan(code, 8)["reason"] == "replayed"


def test_of_two_codes_of_one_person_the_later_is_good_whatever_becomes_of_the_earlier(square: Square) -> None:
    for _ in range(2 * RACES):
        earlier, later = square.code(), square.code()
        first, second = at_once([partial(square.scan, earlier, 1, 1), partial(square.scan, later, 2, 2)])
        assert second["verdict"] == "accepted"
        assert first["reason"] in {None, "superseded"}


def test_a_code_issued_while_another_is_being_spent_is_good(square: Square) -> None:
    for _ in range(2 * RACES):
        spent = square.code()
        first, fresh = at_once([partial(square.scan, spent, 1, 1), square.code])
        assert first["verdict"] == "accepted"
        assert square.scan(fresh, 2)["verdict"] == "accepted"


def test_of_many_log_ins_of_one_person_one_makes_the_holder(square: Square) -> None:
    """As many as are let in without waiting, each from a device of its own."""
    for person in RESIDENTS[1:4]:
        logins = [SandboxIdentityProvider.login(person) | {"device": {"device_id": name}} for name in "abc"]
        posts: list[Callable[[], Any]] = [
            partial(function.post, "/v1/sessions", login)
            for function, login in zip(square.functions, logins, strict=True)
        ]
        tokens = [reply.body["token"] for reply in at_once(posts)]
        subjects = {square.city.tokens.authenticate(token, now=square.clock()).subject for token in tokens}
        assert len(subjects) == 1
        assert subjects <= {item.holder for item in HolderItem.scan()}
    assert IdentityItem.count() == HolderItem.count() == StatusItem.count()


def test_nobody_is_let_in_after_a_suspension(square: Square) -> None:
    holder, code = moved_in(square.city), square.code()
    suspend = partial(StatusStore().set_standing, holder, Standing.SUSPENDED)
    at_once([suspend, *(partial(square.scan, code, number, number) for number in range(9))])
    verdicts = at_once([partial(square.scan, code, number, number) for number in range(9)])
    assert {verdict["reason"] for verdict in verdicts} == {"holder_suspended"}
    StatusStore().set_standing(holder, Standing.ACTIVE)

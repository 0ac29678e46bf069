"""Officers at once, on both stores: two approvals are two, and of two ends of a proposal there is one."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from chalicelib.platform.permissions import Role
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.fuzz.stranger import Stranger
from tests.status.overrides.desk import GU, LIN, LU, OUYANG, SHEN, ZHOU, Desk, fresh, proposal
from tests.world import Reply, StoppedClock, another_process

RACES = 4


class Offices:
    """A desk, and a function of its own for each officer to ask."""

    def __init__(self, city: City) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.desk = Desk(city, Stranger(city))
        self.functions = {officer: Stranger(another_process(city.clock)) for officer in (ZHOU, SHEN, GU, LU)}
        self.tokens = {who: api.log_in(who, Role.HEALTH_OFFICER) for who, api in self.functions.items()}

    def act(self, verb: str, override_id: str, who: Any, key: str | None = None) -> Reply:
        path = f"/v1/overrides/{override_id}/{verb}"
        return self.functions[who].post(path, {}, token=self.tokens[who], key=key or fresh())

    def propose(self, key: str) -> Reply:
        return self.functions[ZHOU].post("/v1/overrides", proposal(LIN, OUYANG), token=self.tokens[ZHOU], key=key)

    def events(self, override_id: str) -> list[str]:
        """What happened, in order."""
        override = self.desk.city.override_store.get(override_id)
        assert override is not None
        assert [step.n for step in override.steps] == list(range(1, len(override.steps) + 1))
        return [str(step.event) for step in override.steps]


@pytest.fixture(scope="module")
def offices(anywhere: City) -> Offices:
    return Offices(anywhere)


def test_two_approvals_at_once_count_as_two(offices: Offices) -> None:
    offices.desk.city.override_proposals._threshold = 1
    for _ in range(RACES):
        made = offices.desk.proposed(LIN, OUYANG)
        replies = at_once([partial(offices.act, "approval", made, who) for who in (SHEN, GU)])
        assert [reply.status for reply in replies] == [200, 200]
        assert {reply.body["state"] for reply in replies} == {"seconded", "approved"}
        assert offices.events(made) == ["proposed", "seconded", "approved"]


def test_where_one_approval_is_needed_one_of_three_at_once_is_it(offices: Offices) -> None:
    offices.desk.city.override_proposals._threshold = 10
    for _ in range(RACES):
        made = offices.desk.proposed(LIN)
        replies = at_once([partial(offices.act, "approval", made, who) for who in (SHEN, GU, LU)])
        assert Counter(reply.status for reply in replies) == {200: 1, 409: 2}
        assert offices.events(made) == ["proposed", "approved"]


def test_one_officer_approving_often_at_once_is_one(offices: Offices) -> None:
    offices.desk.city.override_proposals._threshold = 1
    for _ in range(RACES):
        made = offices.desk.proposed(LIN, OUYANG)
        replies = at_once([partial(offices.act, "approval", made, SHEN) for _ in range(4)])
        assert Counter(reply.status for reply in replies) == {200: 1, 403: 3}
        assert offices.events(made) == ["proposed", "seconded"]


def test_an_approval_and_a_withdrawal_at_once_are_one_of_the_two(offices: Offices) -> None:
    offices.desk.city.override_proposals._threshold = 10
    for _ in range(RACES):
        made = offices.desk.proposed(LIN)
        acts = [("approval", SHEN), ("withdrawal", ZHOU), ("rejection", GU)]
        replies = at_once([partial(offices.act, verb, made, who) for verb, who in acts])
        assert Counter(reply.status for reply in replies) == {200: 1, 409: 2}
        assert len(offices.events(made)) == 2


def test_the_same_request_often_at_once_is_carried_out_once(offices: Offices) -> None:
    for _ in range(RACES):
        key = fresh()
        replies = at_once([partial(offices.propose, key)] * 4)
        assert {reply.status for reply in replies} == {201}
        [made] = {reply.body["override_id"] for reply in replies}
        again = at_once([partial(offices.act, "approval", made, SHEN, key)] * 4)
        assert {reply.status for reply in again} == {200}
        assert offices.events(made)[1:] in (["approved"], ["seconded"])

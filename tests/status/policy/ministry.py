"""Two health officers, a population whose evidence is known, and the function that runs every minute."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.permissions import Role
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.model import Colour, colour_at
from chalicelib.status.policy.sweep import Sweeper
from chalicelib.wiring import City
from tests.world import NOON, Caller, Reply, StoppedClock, in_office

DAY = 86_400
HOUR = 3_600
ARRIVALS = ["high", "medium", "low", None]
_keys = count(1)


def somebody(number: int) -> str:
    """A holder id; any two are as far apart as random ones."""
    return sm3(str(number).encode()).hex()[:24]


class Ministry:
    """What officers do through the API, and what the city does by itself."""

    def __init__(self, city: City, api: Caller) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.api, self.clock = city, api, city.clock
        self.holders = [in_office(city, resident) for resident in RESIDENTS[:2]]
        self.proposer, self.approver = (api.log_in(one, Role.HEALTH_OFFICER) for one in RESIDENTS[:2])

    def load(self, text: str, token: str | None = None) -> Reply:
        return self.api.post("/v1/policies", {"text": text}, token=token or self.proposer)

    def dry_run(self, policy: str = "epidemic@1", *, key: str | None = None, **more: Any) -> Reply:
        wish = {"policy_key": policy, **more}
        return self.api.post("/v1/dry-runs", wish, token=self.proposer, key=key or f"key-{next(_keys)}")

    def propose(self, policy: str = "epidemic@1", *, key: str | None = None, **more: Any) -> Reply:
        wish = {"policy_key": policy, "reason": "cases are rising", **more}
        return self.api.post("/v1/roll-outs", wish, token=self.proposer, key=key or f"key-{next(_keys)}")

    def approve(self, roll_out: str, token: str | None = None) -> Reply:
        return self.api.post(f"/v1/roll-outs/{roll_out}/approval", {}, token=token or self.approver)

    def reject(self, roll_out: str, token: str | None = None) -> Reply:
        reason = {"reason": "not yet"}
        return self.api.post(f"/v1/roll-outs/{roll_out}/rejection", reason, token=token or self.approver)

    def roll_back(self, roll_out: str, *, key: str | None = None) -> Reply:
        reason = {"reason": "it was a mistake"}
        key = key or f"key-{next(_keys)}"
        return self.api.post(f"/v1/roll-outs/{roll_out}/rollback", reason, token=self.proposer, key=key)

    def look(self, path: str) -> Any:
        reply = self.api.get(path, token=self.approver)
        assert reply.status == 200, reply
        return reply.body

    def rolled_out(self, policy: str = "epidemic@1", **more: Any) -> str:
        """Proposed and approved; answers the id."""
        roll_out: str = self.propose(policy, **more).body["roll_out_id"]
        assert self.approve(roll_out).status == 200
        return roll_out

    def minute(self, *, pages: int = 1_000, page: int = 5, city: City | None = None) -> int:
        """The scheduled function, with time for so many pages of so many holders."""
        here, left = city or self.city, iter(range(pages))
        here.taking_effect.run(now=int(here.clock()))
        visited = sweeper(here, page).run(clock=here.clock, has_time=lambda: next(left, None) is not None)
        here.taking_effect.run(now=int(here.clock()))
        return visited


def sweeper(city: City, page: int) -> Sweeper:
    """The city's own, with smaller pages."""
    mine = city.sweeper
    return Sweeper(mine._store, population=mine._population, visits=mine._visits, page=page)


def settled(city: City, numbers: range) -> list[str]:
    """People who live here; a quarter each came from a high-, medium- and low-risk area this noon, and from nowhere."""
    return [_settle(city, number) for number in numbers]


def _settle(city: City, number: int) -> str:
    holder, risk, now = somebody(number), ARRIVALS[number % len(ARRIVALS)], int(city.clock())
    if risk:
        EvidenceItem(
            holder,
            f"{number:024x}",
            kind="arrival",
            happened_at=NOON - HOUR,
            reported_at=NOON,
            attributes=json.dumps({"risk": risk}),
            source="client",
            source_name="客运站",
            reference=str(number),
        ).save()
    city.recompute.open(holder, masked_name=b"", now=now)
    return holder


def colours(city: City, holders: list[str], *, at: float | None = None) -> list[Colour]:
    """What everybody's code shows at an instant, now if none is said."""
    instant = city.clock() if at is None else at
    found = [city.ledger.read(holder) for holder in holders]
    return [colour_at(kept.course, instant) for kept in found if kept is not None]


def expected(number: int) -> list[Colour]:
    """What the epidemic policy makes of so many people of `settled`."""
    of_risk = {"high": Colour.RED, "medium": Colour.YELLOW}
    return [of_risk.get(ARRIVALS[one % len(ARRIVALS)] or "", Colour.GREEN) for one in range(number)]

"""The desk at which overrides are made: four officers, the people concerned, and the streams behind them."""

from __future__ import annotations

from itertools import count
from typing import Any

from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider, SandboxResident
from chalicelib.platform.permissions import Role
from chalicelib.trust.chain import Sound, check
from chalicelib.wiring import City
from tests.faults.colours import stream_of
from tests.world import Caller, Reply, StoppedClock, governed, in_office, moved_in

LIN, ZHOU, SHEN, GU, LU, OUYANG = RESIDENTS[:6]
OFFICERS = (ZHOU, SHEN, GU, LU)
REASON = "与确诊病例同乘一节车厢，须居家观察。"
HOUR = 3600
_keys = count()


def document(resident: SandboxResident) -> dict[str, str]:
    """A resident as proposals name them."""
    login = SandboxIdentityProvider.login(resident)
    return {"document_type": login["document_type"], "document_number": login["document_number"]}


def proposal(*people: SandboxResident, **changes: Any) -> dict[str, Any]:
    """A proposal that the law carries, about Lin if about nobody else."""
    return {
        "colour": "yellow",
        "people": [document(person) for person in people or (LIN,)],
        "ground": "medical-observation",
        "reason": REASON,
        "hours": 48,
    } | changes


class Desk:
    """What officers do over the API, and what follows from it."""

    def __init__(self, city: City, api: Caller) -> None:
        governed(city, "epidemic")
        self.city, self.api = city, api
        self.lin = moved_in(city, LIN)
        self.officers = {officer: in_office(city, officer) for officer in OFFICERS}
        self.auditor = in_office(city, OUYANG, Role.AUDITOR)
        self._tokens: dict[tuple[SandboxResident, Role | None], str] = {}

    def token(self, who: SandboxResident, role: Role | None = Role.HEALTH_OFFICER) -> str:
        """A session in office, kept for an hour of the city's clock."""
        if (who, role) not in self._tokens:
            self._tokens[who, role] = self.api.log_in(who, role)
        return self._tokens[who, role]

    def wait(self, seconds: float) -> None:
        """Let time pass; where sessions end meanwhile, everybody logs in anew."""
        assert isinstance(self.city.clock, StoppedClock)
        self.city.clock.advance(seconds)
        if seconds > HOUR / 2:
            self._tokens.clear()

    def propose(
        self, *people: SandboxResident, by: SandboxResident = ZHOU, key: str | None = None, **changes: Any
    ) -> Reply:
        """Propose an override."""
        return self.api.post("/v1/overrides", proposal(*people, **changes), token=self.token(by), key=key or fresh())

    def proposed(self, *people: SandboxResident, by: SandboxResident = ZHOU, **changes: Any) -> str:
        """The id of a new proposal."""
        reply = self.propose(*people, by=by, **changes)
        assert reply.status == 201, reply
        override_id: str = reply.body["override_id"]
        return override_id

    def act(
        self, verb: str, override_id: str, by: SandboxResident = SHEN, *, note: str = "", key: str | None = None
    ) -> Reply:
        """`approval`, `rejection`, `withdrawal` or `end`."""
        path = f"/v1/overrides/{override_id}/{verb}"
        return self.api.post(path, {"note": note}, token=self.token(by), key=key or fresh())

    def approved(self, *people: SandboxResident, **changes: Any) -> str:
        """The id of an override that two officers have made, and that has taken effect."""
        override_id = self.proposed(*people, **changes)
        reply = self.act("approval", override_id)
        assert (reply.status, reply.body["state"]) == (200, "approved"), reply
        self.follow()
        return override_id

    def follow(self) -> None:
        """What the streams bring, all of it from the first record."""
        now = int(self.city.clock())
        assert self.city.override_follower.record(stream_of(self.city, "overrides"), now=now) == []
        assert self.city.evidence_follower.record(stream_of(self.city, "evidence"), now=now) == []

    def colour(self, resident: SandboxResident = LIN) -> str:
        """The colour on the code that a resident shows at this moment."""
        reply = self.api.post("/v1/codes", {}, token=self.api.log_in(resident))
        assert reply.status == 201, reply
        colour: str = reply.body["colour"]
        return colour

    def journalled(self) -> list[tuple[str, str]]:
        """What the journal holds: step ids and events; the chain must be sound."""
        entries = list(self.city.journal.entries("overrides"))
        assert isinstance(check(entries), Sound)
        return [(entry.step_id, entry.what["event"]) for entry in entries]


def fresh() -> str:
    """An Idempotency-Key that was never used."""
    return f"desk-{next(_keys)}"

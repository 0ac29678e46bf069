"""The demo city: invented residents, officers, departments and verifiers, and how a client speaks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.platform.http.operation import Principal
from chalicelib.status.evidence.reported import Source
from chalicelib.wiring import City
from infra.local import handing_in, programs, story, ways
from infra.local.enrolment import Client, Enrolment
from infra.local.government import decide, govern
from infra.local.looking import Lookers

LOGINS = {resident.identity.name: SandboxIdentityProvider.login(resident) for resident in RESIDENTS}


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A founded city and the secrets of its invented people."""

    region: str
    root_public_key: str
    verifiers: list[Client]
    departments: list[Client]
    partners: list[Client]
    systems: list[Client]

    def document(self, *, base_url: str, store: str) -> dict[str, Any]:
        """`city.json`: all that a client needs to play any part in the demo city."""
        return {
            "base_url": base_url,
            "region": self.region,
            "root_public_key": self.root_public_key,
            "store": store,
            "residents": [
                {
                    "name": resident.identity.name,
                    "colour": str(resident.colour),
                    "login": LOGINS[resident.identity.name],
                }
                for resident in RESIDENTS
            ],
            "verifiers": self.verifiers,
            "departments": self.departments,
            "partners": self.partners,
            "systems": self.systems,
            "cards": [card._asdict() for card in ways.CARDS],
            "officers": [
                {"name": name, "role": str(role), "login": LOGINS[name] | {"role": str(role)}}
                for name, role in story.OFFICES.items()
            ],
        }


def found(city: City, *, secrets: Path | None, now: float) -> DemoCity:
    """Found the city where it is not founded yet, let everybody in, and tell what has happened.

    What exists stays as it is. `secrets` is the folder in which the clients' secrets are kept beside a store that
    outlives us; None keeps none.
    """
    city.custodian.run(now=int(now))
    holders = {each.identity.name: city.registration.register(each.identity, now=now) for each in RESIDENTS}
    _appoint(city, holders, now)
    govern(city, holders, now=int(now))
    verifiers, departments, partners, systems = _enrol(city, holders, secrets, now=int(now))
    sources = {each["name"]: Source(each["client_id"], each["name"]) for each in departments}
    _report(city, sources, now)
    ways.settle(city, holders, sources[story.CIVIL_AFFAIRS], now=int(now))
    for name in dict.fromkeys(fact.who for fact in story.FACTS):
        city.recompute.holder(holders[name], now=int(now), cause="evidence")
    decide(city, holders, now=int(now))
    Lookers(city, holders, _principals(verifiers + partners), now=int(now)).look()
    handing_in.hand_in(city, sources[story.CDC], now=int(now))
    root = city.custodian.root_public_key()
    return DemoCity(city.settings.region, root, verifiers, departments, partners, systems)


def _appoint(city: City, holders: Mapping[str, str], now: float) -> None:
    """Give the officers their offices and the child a guardian."""
    for name, role in story.OFFICES.items():
        city.officers.appoint(holders[name], role, name=name)
    city.guardians.add(holders[story.GUARDIAN], holders[story.CHILD], relation="parent", now=int(now))


def _report(city: City, sources: Mapping[str, Source], now: float) -> None:
    """Let the departments report what has happened lately."""
    for department, said in story.reported(now):
        city.reports.report(sources[department], said, now=now)


def _enrol(
    city: City, holders: Mapping[str, str], secrets: Path | None, *, now: int
) -> tuple[list[Client], list[Client], list[Client], list[Client]]:
    """Let every program in: verifiers, departments, partners, the city's own; a stadium waits."""
    enrolment = Enrolment(city, holders, secrets, now=now)
    enrolment.propose(programs.STADIUM, about="stadium")
    return (
        enrolment.of("verifiers", programs.VERIFIERS),
        enrolment.of("departments", programs.DEPARTMENTS),
        enrolment.of("partners", programs.PARTNERS),
        enrolment.of("systems", programs.SYSTEMS),
    )


def _principals(clients: list[Client]) -> dict[str, Principal]:
    """Who asks, by name; whoever has terminals asks through the first."""
    found = {}
    for client in clients:
        terminal = client.get("terminals", [{"terminal_id": "", "place": ""}])[0]
        name, scopes = client["name"], programs.BY_NAME[client["name"]].scopes
        found[name] = Principal(
            client["client_id"], scopes, name, terminal=terminal["terminal_id"], place=terminal["place"]
        )
    return found

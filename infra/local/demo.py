"""The demo city: invented residents, officers, departments and verifiers, and how a client speaks for them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.partners.clients import DEPARTMENT_SCOPES, MORE_SCOPES, VERIFIER_SCOPES
from chalicelib.partners.refusals import InvalidClient, InvalidScope
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.status.evidence.reported import Source
from chalicelib.wiring import City
from infra.local import story, ways
from infra.local.government import decide, govern

VERIFIERS = {
    "浦江图书馆东门": VERIFIER_SCOPES,
    "人民公园南门": VERIFIER_SCOPES,
    "市民服务中心": VERIFIER_SCOPES | frozenset(MORE_SCOPES.values()),
    "26 路公交车": VERIFIER_SCOPES | {MORE_SCOPES["card"], MORE_SCOPES["tags"]},
}
"""Doors of the demo city: a library, a park, a service centre, a bus. Two show a code being replayed; the service
centre may look people up by number, the bus reads cards and sees who is elderly."""

Client = dict[str, str]
"""Name, client id and client secret."""

LOGINS = {resident.identity.name: SandboxIdentityProvider.login(resident) for resident in RESIDENTS}


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A founded city and the secrets of its invented people."""

    region: str
    root_public_key: str
    verifiers: list[Client]
    departments: list[Client]

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
    verifiers = _clients(city, VERIFIERS, secrets and secrets / "verifiers.json", now)
    offices = dict.fromkeys(story.DEPARTMENTS, DEPARTMENT_SCOPES)
    departments = _clients(city, offices, secrets and secrets / "departments.json", now)
    sources = {each["name"]: Source(each["client_id"], each["name"]) for each in departments}
    _report(city, sources, now)
    ways.settle(city, holders, sources[story.CIVIL_AFFAIRS], now=int(now))
    for name in dict.fromkeys(fact.who for fact in story.FACTS):
        city.recompute.holder(holders[name], now=int(now), cause="evidence")
    decide(city, holders, now=int(now))
    return DemoCity(city.settings.region, city.custodian.root_public_key(), verifiers, departments)


def _appoint(city: City, holders: Mapping[str, str], now: float) -> None:
    """Give the officers their offices and the child a guardian."""
    for name, role in story.OFFICES.items():
        city.officers.appoint(holders[name], role, name=name)
    city.guardians.add(holders[story.GUARDIAN], holders[story.CHILD], relation="parent", now=int(now))


def _report(city: City, sources: Mapping[str, Source], now: float) -> None:
    """Let the departments report what has happened lately."""
    for department, said in story.reported(now):
        city.reports.report(sources[department], said, now=now)


def _clients(city: City, wanted: Mapping[str, frozenset[str]], secrets: Path | None, now: float) -> list[Client]:
    """Clients of these names and scopes, as remembered where they still work, else newly registered."""
    remembered: list[Client] = json.loads(secrets.read_text()) if secrets and secrets.exists() else []
    known = {one["name"]: one for one in remembered if _works(city, one, wanted.get(one["name"], frozenset()), now)}
    clients = [known.get(name) or _registered(city, name, scopes) for name, scopes in wanted.items()]
    if secrets is not None:
        write_privately(secrets, json.dumps(clients, ensure_ascii=False, indent=2))
    return clients


def _works(city: City, client: Client, scopes: frozenset[str], now: float) -> bool:
    """Whether the store still knows a client by this secret, and with these scopes."""
    try:
        city.clients.grant(client["client_id"], client["client_secret"], wanted=scopes, now=now)
    except (InvalidClient, InvalidScope):
        return False
    return True


def _registered(city: City, name: str, scopes: frozenset[str]) -> Client:
    return {"name": name, **city.clients.register(name, scopes=scopes)._asdict()}


def write_privately(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)

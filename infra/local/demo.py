"""The demo city: invented residents, officers, departments and verifiers, and how a client speaks for them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.partners.clients import DEPARTMENT_SCOPES, VERIFIER_SCOPES
from chalicelib.partners.refusals import InvalidClient
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.status.evidence.reported import Source
from chalicelib.wiring import City
from infra.local import story
from infra.local.government import decide, govern

VERIFIERS = ("浦江图书馆东门", "人民公园南门", "市民服务中心")
"""Doors of the demo city: a library, a park, a service centre. Two show a code being replayed."""

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
    verifiers = _clients(city, VERIFIERS, VERIFIER_SCOPES, secrets and secrets / "verifiers.json", now)
    departments = _clients(city, story.DEPARTMENTS, DEPARTMENT_SCOPES, secrets and secrets / "departments.json", now)
    _report(city, {each["name"]: Source(each["client_id"], each["name"]) for each in departments}, now)
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


def _clients(
    city: City, names: Iterable[str], scopes: frozenset[str], secrets: Path | None, now: float
) -> list[Client]:
    """Clients of these names, as remembered where they still work, else newly registered."""
    remembered: list[Client] = json.loads(secrets.read_text()) if secrets and secrets.exists() else []
    known = {client["name"]: client for client in remembered if _works(city, client, now)}
    clients = [known.get(name) or _registered(city, name, scopes) for name in names]
    if secrets is not None:
        write_privately(secrets, json.dumps(clients, ensure_ascii=False, indent=2))
    return clients


def _works(city: City, client: Client, now: float) -> bool:
    """Whether the store still knows a client by this secret."""
    try:
        city.clients.grant(client["client_id"], client["client_secret"], wanted=frozenset(), now=now)
    except InvalidClient:
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

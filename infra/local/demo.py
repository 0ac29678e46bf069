"""The demo city: invented residents and verifiers, and the document that tells a client how to speak for them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.partners.refusals import InvalidClient
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.wiring import City

VERIFIERS = ("浦江图书馆东门", "人民公园南门", "市民服务中心")
"""Doors of the demo city: a library, a park, a service centre. Two show a code being replayed."""

Verifier = dict[str, str]


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A founded city and the secrets of its invented people."""

    region: str
    root_public_key: str
    verifiers: list[Verifier]

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
                    "login": SandboxIdentityProvider.login(resident),
                }
                for resident in RESIDENTS
            ],
            "verifiers": self.verifiers,
        }


def found(city: City, *, secrets: Path | None, now: float) -> DemoCity:
    """Found the city where it is not founded yet, and let everybody in. What exists stays as it is.

    `secrets` is the file in which the verifiers' secrets are kept beside a store that outlives us; None keeps none.
    """
    city.custodian.run(now=int(now))
    for resident in RESIDENTS:
        city.sessions.register(resident.identity, now=now, colour=resident.colour)
    verifiers = _verifiers(city, secrets, now)
    return DemoCity(city.settings.region, city.custodian.root_public_key(), verifiers)


def _verifiers(city: City, secrets: Path | None, now: float) -> list[Verifier]:
    """The verifiers, as remembered where they still work, else newly registered."""
    remembered: list[Verifier] = json.loads(secrets.read_text()) if secrets and secrets.exists() else []
    known = {verifier["name"]: verifier for verifier in remembered if _works(city, verifier, now)}
    verifiers = [known.get(name) or _registered(city, name) for name in VERIFIERS]
    if secrets is not None:
        write_privately(secrets, json.dumps(verifiers, ensure_ascii=False, indent=2))
    return verifiers


def _works(city: City, verifier: Verifier, now: float) -> bool:
    """Whether the store still knows a verifier by this secret."""
    try:
        city.clients.grant(verifier["client_id"], verifier["client_secret"], wanted=frozenset(), now=now)
    except InvalidClient:
        return False
    return True


def _registered(city: City, name: str) -> Verifier:
    return {"name": name, **city.clients.register(name)._asdict()}


def write_privately(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)

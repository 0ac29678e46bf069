"""How the programs of the demo city are let in, and their secrets kept beside a store that outlives us.

Whoever scans or reports is registered from a shell, as before there were operators; partners are let in by two
operators, and one stadium waits for the second.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.partners.clients import Client as Registered
from chalicelib.partners.clients.office import Wanted
from chalicelib.partners.clients.steps import Act
from chalicelib.partners.refusals import InvalidClient, InvalidScope
from chalicelib.platform.http.office import Deed
from chalicelib.platform.permissions import Kind
from chalicelib.wiring import City
from infra.local import story
from infra.local.government import acted, wish
from infra.local.programs import Program

Client = dict[str, Any]
"""Name, client id and client secret; `terminals` likewise, each with its place, where there are some."""


class Enrolment:
    """Lets programs in that are not in yet. `secrets` is the folder of what is kept of them; None keeps nothing."""

    def __init__(self, city: City, holders: Mapping[str, str], secrets: Path | None, *, now: int) -> None:
        self._city = city
        self._operator, self._other = (holders[name] for name in story.OPERATORS)
        self._secrets = secrets
        self._now = now

    def of(self, kind: str, wanted: tuple[Program, ...]) -> list[Client]:
        """Clients as remembered under the name of their kind where they still work, else newly let in."""
        file = self._secrets and self._secrets / f"{kind}.json"
        remembered: list[Client] = json.loads(file.read_text()) if file and file.exists() else []
        known = {one["name"]: one for one in remembered}
        clients = [self._known(known.get(one.name), one) or self._let_in(one) for one in wanted]
        if file is not None:
            write_privately(file, json.dumps(clients, ensure_ascii=False, indent=2))
        return clients

    def propose(self, program: Program, *, about: str) -> Registered:
        """Let an operator ask for a program. What was asked for under the same words is found again."""
        wanted = Wanted(program.name, program.kind, program.scopes)
        asked, office = wish(f"client {about}"), self._city.client_office
        return acted(
            self._city,
            Deed(self._operator, "client:write", "propose_client", {}),
            lambda: office.propose(wanted, wish=asked, subject=self._operator, now=self._now),
            now=self._now,
        )

    def _known(self, client: Client | None, program: Program) -> Client | None:
        """A client that the store still knows by its secret, with its scopes and its terminals."""
        if client is None or len(client.get("terminals", ())) != len(program.gates):
            return None
        name, secret = client["client_id"], client["client_secret"]
        try:
            self._city.clients.grant(name, secret, wanted=program.scopes, now=self._now)
        except (InvalidClient, InvalidScope):
            return None
        return client

    def _let_in(self, program: Program) -> Client:
        """Let a program in, with its terminals."""
        if program.kind is Kind.PARTNER:
            client = {"name": program.name, **self._by_operators(program)}
        else:
            made = self._city.clients.register(program.name, scopes=program.scopes, kind=program.kind)
            client = {"name": program.name, **made._asdict()}
        if program.gates:
            client["terminals"] = self._terminals(client["client_id"], program)
        return client

    def _by_operators(self, program: Program) -> Client:
        """One operator asks, the other approves, the first fetches the secret."""
        client_id = self.propose(program, about=f"{program.name} {self._now}").client_id
        path, now = {"client_id": client_id}, self._now
        approval, made = Act(client_id, self._other, now), Act(client_id, self._operator, now)
        office, credentials = self._city.client_office, self._city.client_credentials
        approving = Deed(self._other, "client:approve", "approve_client", path)
        acted(self._city, approving, lambda: office.approve(approval, 1), now=now)
        making = Deed(self._operator, "client:write", "make_client_secret", path)
        new = acted(self._city, making, lambda: credentials.make_secret(made, overlap_s=0, replaces=None), now=now)
        return {"client_id": client_id, "client_secret": new.secret}

    def _terminals(self, client_id: str, program: Program) -> list[Client]:
        """The terminals of a client that is new itself."""
        terminals = []
        for gate in program.gates:
            wished = wish(f"terminal {client_id} {gate.name}")
            made = self._city.terminals.register(client_id, gate.name, gate.place, wish=wished, now=self._now)
            terminal_id = made.terminal.terminal_id
            terminals.append({**gate._asdict(), "terminal_id": terminal_id, "client_secret": made.secret})
        return terminals


def write_privately(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)

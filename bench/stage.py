"""A city to measure, wired as in production: its clock stands still, and its metrics are written to nowhere."""

from __future__ import annotations

import http.client
import itertools
import json
import logging
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app import build_app
from chalicelib.people.model import Identity, resident_id_check_digit
from chalicelib.platform import telemetry
from chalicelib.platform.aws import plain_dynamodb
from chalicelib.platform.http.operation import Principal
from chalicelib.platform.settings import Settings
from chalicelib.platform.tables import create_all
from chalicelib.wiring import City

if TYPE_CHECKING:
    from chalice.app import Chalice

NOW = 1_795_300_000.5
"""The instant at which everything happens, so that no code and no token expires under the measurement."""

AGE_S = 24 * 3600
"""How long ago the city was founded, so that its keys can have signed codes that are expired now."""

NAME = "张小三"
NUMBER = "31010119900307221"


class Stage:
    """A founded city over the store at a port. `boto3` is a client as boto3 has it, tuned: the yardstick."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.nonces = itertools.count(1)
        self.city = City(Settings.from_environment(), clock=lambda: NOW)
        self.table = f"{self.city.settings.table_prefix}statuses"
        self.boto3 = plain_dynamodb(self.city.settings, attempts=2)
        _write_metrics_to_nowhere()
        create_all()
        self.city.custodian.run(now=int(NOW) - AGE_S)

    @cached_property
    def app(self) -> Chalice:
        """What Lambda calls."""
        return build_app(self.city)

    @cached_property
    def holder(self) -> str:
        """A resident who has logged in once."""
        identity = Identity(NAME, "resident_id", NUMBER + resident_id_check_digit(NUMBER))
        return self.city.registration.register(identity, now=NOW)

    def token(self, subject: str, scopes: str, name: str = "") -> str:
        """An access token."""
        return self.city.tokens.issue(Principal(subject, frozenset(scopes.split()), name), now=NOW, lifetime=300)

    def calls(self) -> int:
        """How many calls the store has answered so far."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        connection.request("POST", "/", b"{}", {"X-Amz-Target": "DynamoDB_20120810.Calls"})
        answered: dict[str, int] = json.load(connection.getresponse())
        connection.close()
        return sum(answered.values())


def _write_metrics_to_nowhere() -> None:
    """Metrics are a part of what a request costs, so they are written as ever, only not to our output."""
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
    for handler in telemetry.metrics.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(nowhere)

"""A running city tells its partners at once, whatever store it stands on: through its queue and its pump."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import pytest

from tests.local.conftest import ON_BOTH_STORES, needs_engine
from tests.local.running import LocalCity, bearer, local_city
from tests.partners.webhooks.partner import Listening, listening

__all__ = ["needs_engine"]

PATIENCE_S = 20


class Office:
    """A verifier's office with an endpoint of its own."""

    def __init__(self, city: LocalCity, here: Listening) -> None:
        self.city, self.here, self._number = city, here, 0
        client = city.document["verifiers"][0]
        form = {"grant_type": "client_credentials", **{key: client[key] for key in ("client_id", "client_secret")}}
        self._token = city.http.post("/v1/oauth/token", data=form).json()["access_token"]
        made = self.post("/v1/webhooks", {"url": here.url, "events": ["key.published"], "order": "none"})
        self.path = f"/v1/webhooks/{made['webhook_id']}"
        self.post(f"{self.path}/challenge")

    def post(self, path: str, body: object = None) -> dict[str, str]:
        self._number += 1
        headers = bearer(self._token) | {"Idempotency-Key": f"office-{self._number}"}
        answer = self.city.http.post(path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def tried(self) -> float:
        """Seconds from a wish to be told until the word comes."""
        before, began = len(self.here.events), time.monotonic()
        self.post(f"{self.path}/test")
        while len(self.here.events) == before:
            assert time.monotonic() - began < PATIENCE_S
            time.sleep(0.01)
        return time.monotonic() - began


@pytest.mark.parametrize("store", ON_BOTH_STORES)
def test_a_partner_hears_within_two_seconds(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if store == "dynamodb-local":
        request.getfixturevalue("needs_engine")
    with local_city(tmp_path, STORE=store) as city, listening() as here:
        office = Office(city, here)
        assert median(office.tried() for _ in range(5)) <= 2
        assert here.types == ["webhook.test"] * 5

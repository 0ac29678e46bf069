"""The API about itself: its description (OpenAPI 3.1) and its health."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from chalicelib.platform.http.openapi import describe
from chalicelib.platform.http.operation import Api, Call, Front, Operation
from chalicelib.platform.times import rfc3339


class Health(msgspec.Struct):
    """That the function runs; it asks no other service."""

    status: Literal["ok"]
    server_time: str


def api(operations: Sequence[Operation], front: Front) -> Api:
    """The operations that describe all operations, themselves included."""
    api = front("description")

    @api.operation("GET", "/v1/health", summary="Whether the API is up, and its clock", answer=Health)
    def get_health(call: Call[None]) -> Health:
        return Health("ok", rfc3339(call.now))

    @lru_cache(maxsize=1)
    def description() -> msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(describe([*operations, *api.operations])))

    @api.operation(
        "GET",
        "/v1/openapi.json",
        summary="This description",
        answer=dict[str, Any],
        headers={"Cache-Control": "public, max-age=300"},
    )
    def get_openapi(call: Call[None]) -> msgspec.Raw:
        return description()

    return api

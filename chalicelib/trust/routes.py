"""`GET /v1/trust-list`: the keys to trust, for anyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.trust.trust_list import TrustList

CACHE_S = 300


class PublishedList(Protocol):
    """Where the signed list is put up."""

    def published(self) -> str | None:
        """The newest signed list as JSON text."""


def api(source: Callable[[], PublishedList], front: Front) -> Api:
    """The operations of this room."""
    api = front("trust")

    @api.operation(
        "GET",
        "/v1/trust-list",
        summary="The issuer's living keys, signed by its root key",
        answer=TrustList,
        refusals=(StorageUnavailable,),
        headers={"Cache-Control": f"public, max-age={CACHE_S}"},
    )
    def get_trust_list(call: Call[None]) -> msgspec.Raw:
        document = source().published()
        if document is None:
            raise StorageUnavailable
        return msgspec.Raw(document.encode())

    return api

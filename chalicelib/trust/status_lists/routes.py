"""`GET /v1/status-lists` and `GET /v1/status-lists/{number}`: which carriers are revoked, for anyone, and cacheable.

A token travels unpacked inside JSON (status_list.py); a gateway that compresses answers brings it to the size of the
bits.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339
from chalicelib.trust.status_list import TTL_S
from chalicelib.trust.status_lists.refusals import NoSuchStatusList
from chalicelib.trust.status_lists.service import StatusLists

CACHEABLE = {"Cache-Control": f"public, max-age={TTL_S}"}
LONGEST_NUMBER = 5


class SeenStatusList(msgspec.Struct):
    """A list that is published. `uri` is what its token calls itself; `version` grows with every new token."""

    number: int
    uri: str
    version: int
    issued_at: str


class SeenStatusLists(msgspec.Struct):
    """All of them, oldest first."""

    status_lists: list[SeenStatusList]


class PublishedStatusList(msgspec.Struct):
    """A list itself: a JWT of type `statuslist+jwt`, which is `<protected>.<base64url of claims>.<signature>`.

    `claims` is that very text.
    """

    number: int
    uri: str
    version: int
    protected: str
    claims: str
    signature: str


def api(lists: Callable[[], StatusLists], front: Front) -> Api:
    """The operations of this room."""
    api = front("status_lists")

    @api.operation(
        "GET",
        "/v1/status-lists",
        summary="The status lists that papers stand on",
        answer=SeenStatusLists,
        refusals=(StorageUnavailable,),
        headers=CACHEABLE,
    )
    def list_status_lists(call: Call[None]) -> SeenStatusLists:
        here = lists()
        return SeenStatusLists(
            [
                SeenStatusList(one.number, here.name(one.number), one.version, rfc3339(one.issued_at))
                for one in here.living(now=int(call.now))
            ]
        )

    @api.operation(
        "GET",
        "/v1/status-lists/{number}",
        summary="One status list, signed",
        answer=PublishedStatusList,
        refusals=(NoSuchStatusList, StorageUnavailable),
        headers=CACHEABLE,
    )
    def get_status_list(call: Call[None]) -> PublishedStatusList:
        number, here = _number(call.path["number"]), lists()
        kept = here.token(number, now=int(call.now))
        if kept.unpacked is None:
            raise NoSuchStatusList
        parts = msgspec.structs.asdict(kept.unpacked)
        return PublishedStatusList(number, here.name(number), kept.version, **parts)

    return api


def _number(text: str) -> int:
    """The number of a list; raises `NoSuchStatusList`."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and text == str(int(text))):
        raise NoSuchStatusList
    return int(text)

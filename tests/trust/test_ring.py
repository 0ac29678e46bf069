"""The key ring: one look at the store per age, none per request, and a city that stays open while the store is away."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse
from chalicelib.trust.ring import RETRY_AFTER_S, STALE_LIMIT_S, KeyRing


class Source:
    """A store that counts who asks, and can be away."""

    def __init__(self) -> None:
        self.asked = 0
        self.fault: Exception | None = None
        self.keys = [KeyRecord("0000000a", KeyUse.TOKEN, KeyState.ACTIVE, b"", b"wrapped", 0, 10**9, 0)]

    def records(self) -> list[KeyRecord]:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self.keys


class Wrapper:
    """Counts how often it unwraps."""

    def __init__(self) -> None:
        self.unwrapped = 0

    def wrap(self, secret: bytes, *, label: str) -> bytes:
        raise NotImplementedError

    def unwrap(self, wrapped: bytes, *, label: str) -> bytes:
        self.unwrapped += 1
        return b"secret of " + label.encode()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def wrapper() -> Wrapper:
    return Wrapper()


@pytest.fixture
def ring(source: Source, wrapper: Wrapper) -> KeyRing:
    return KeyRing(lambda: source, lambda: wrapper, max_age=60)


def test_the_store_is_asked_once_per_age(ring: KeyRing, source: Source, wrapper: Wrapper) -> None:
    for second in range(60):
        assert ring.signing(KeyUse.TOKEN, now=1000 + second).secret == b"secret of token#0000000a"
    assert (source.asked, wrapper.unwrapped) == (1, 1)
    ring.find("0000000a", now=1060)
    assert source.asked == 2


def test_an_unknown_key_costs_no_look_at_the_store(ring: KeyRing, source: Source) -> None:
    for attempt in range(100):
        assert ring.find(f"{attempt:08x}", now=1000) is None or attempt == 10
    assert source.asked == 1


def test_a_clock_that_jumped_back_looks_again(ring: KeyRing, source: Source) -> None:
    ring.find("0000000a", now=1000)
    ring.find("0000000a", now=500)
    assert source.asked == 2


def test_the_old_copy_serves_while_the_store_is_away(ring: KeyRing, source: Source) -> None:
    ring.find("0000000a", now=1000)
    source.fault = EndpointConnectionError(endpoint_url="x")
    assert ring.find("0000000a", now=1000 + STALE_LIMIT_S) is not None
    with pytest.raises(StorageUnavailable):
        ring.find("0000000a", now=1000 + STALE_LIMIT_S + RETRY_AFTER_S + 1)


def test_a_store_that_is_away_is_not_asked_with_every_request(ring: KeyRing, source: Source) -> None:
    ring.find("0000000a", now=1000)
    source.fault = EndpointConnectionError(endpoint_url="x")
    for tenth in range(10 * RETRY_AFTER_S):
        ring.find("0000000a", now=1100 + tenth / 10)
    assert source.asked == 2


def test_a_cold_ring_without_store_cannot_tell(ring: KeyRing, source: Source) -> None:
    source.fault = EndpointConnectionError(endpoint_url="x")
    with pytest.raises(StorageUnavailable):
        ring.find("0000000a", now=1000)


def test_a_city_that_was_never_founded_cannot_tell(ring: KeyRing, source: Source) -> None:
    source.keys = []
    with pytest.raises(StorageUnavailable):
        ring.signing(KeyUse.CODE, now=1000)

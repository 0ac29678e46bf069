"""Exchange tokens: only the terminal that scanned can use one, for ten minutes, and none can be told from another."""

from __future__ import annotations

import pytest

from chalicelib.codes.exchange import Exchange, Exchanged
from chalicelib.codes.model import EXCHANGE_S
from chalicelib.codes.refusals import ExchangeTokenExpired, ExchangeTokenMalformed, ExchangeTokenOfAnother
from chalicelib.status.model import Scan
from chalicelib.wiring import City
from tests.world import NOON, another_process

HOLDER, CLINIC, GATE = "0a" * 12, "client-of-a-clinic", "terminal-1"
SCAN = Scan(CLINIC, "clinic", "medical", "急诊大厅", NOON, terminal=GATE)


@pytest.fixture
def exchange(city: City) -> Exchange:
    return city.exchange


@pytest.fixture
def token(exchange: Exchange) -> str:
    return exchange.seal(HOLDER, SCAN, "scan-1", now=NOON)


def test_a_token_says_whom_who_scanned_where_and_why(exchange: Exchange, token: str) -> None:
    said = exchange.open(token, client_id=CLINIC, terminal=GATE, now=NOON + 1)
    assert said == Exchanged(HOLDER, CLINIC, GATE, "medical", "scan-1", "急诊大厅", NOON + EXCHANGE_S)


def test_any_function_of_the_city_reads_it(city: City, token: str) -> None:
    elsewhere = another_process(city.clock)  # type: ignore[arg-type]
    assert elsewhere.exchange.open(token, client_id=CLINIC, terminal=GATE, now=NOON).holder == HOLDER


@pytest.mark.parametrize(("client", "terminal"), [("client-of-a-bar", GATE), (CLINIC, "terminal-2"), (CLINIC, "")])
def test_nobody_else_uses_it_not_even_the_next_terminal(
    exchange: Exchange, token: str, client: str, terminal: str
) -> None:
    for now in (NOON, NOON + EXCHANGE_S + 1):
        with pytest.raises(ExchangeTokenOfAnother):
            exchange.open(token, client_id=client, terminal=terminal, now=now)


def test_it_lasts_ten_minutes_to_the_second_and_says_so(exchange: Exchange, token: str) -> None:
    assert exchange.open(token, client_id=CLINIC, terminal=GATE, now=NOON + EXCHANGE_S).scan_id == "scan-1"
    with pytest.raises(ExchangeTokenExpired) as refused:
        exchange.open(token, client_id=CLINIC, terminal=GATE, now=NOON + EXCHANGE_S + 1)
    assert refused.value.evidence == {
        "expired_at": "2026-09-21T14:23:20Z",
        "server_time": "2026-09-21T14:23:21Z",
    }


def test_no_character_of_it_can_be_changed(exchange: Exchange, token: str) -> None:
    for place, was in enumerate(token[:-1]):  # the last character has bits that stand for nothing
        changed = token[:place] + ("A" if was != "A" else "B") + token[place + 1 :]
        with pytest.raises(ExchangeTokenMalformed):
            exchange.open(changed, client_id=CLINIC, terminal=GATE, now=NOON)


@pytest.mark.parametrize("text", ["", "x", "x1.", "x1.A", "x1.AAAA", "x2.AAAA", "x1.张三", "x1." + "A" * 2000, "\0"])
def test_what_is_no_token_is_refused_by_name(exchange: Exchange, text: str) -> None:
    with pytest.raises(ExchangeTokenMalformed):
        exchange.open(text, client_id=CLINIC, terminal=GATE, now=NOON)


def test_a_sealed_name_is_no_token(city: City, exchange: Exchange) -> None:
    from base64 import urlsafe_b64encode

    sealed = city.fields.seal("林晚晴", context="status#token", now=NOON)
    with pytest.raises(ExchangeTokenMalformed):
        exchange.open("x1." + urlsafe_b64encode(sealed).decode(), client_id=CLINIC, terminal=GATE, now=NOON)


def test_two_tokens_of_one_scan_have_nothing_in_common_but_the_key_id(exchange: Exchange, token: str) -> None:
    other = exchange.seal(HOLDER, SCAN, "scan-1", now=NOON)
    somebody = exchange.seal("0b" * 12, SCAN, "scan-2", now=NOON)
    head = len("x1.") + 5  # the tag, and what the four bytes of the key id fill
    assert token[:head] == other[:head] == somebody[:head]
    assert len(token) == len(other) == len(somebody), "not even the length tells whose it is"
    assert not set(windows(token[head:])) & set(windows(other[head:]))


def windows(text: str) -> list[str]:
    return [text[place : place + 6] for place in range(len(text) - 5)]

"""Signed requests and replies: exactly these bytes by exactly this key, not long ago - or refused, with the reason."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.platform.crypto import sm2
from chalicelib.trust.signed_headers import (
    LONGEST_HEADER,
    NotSigned,
    OfAnotherRequest,
    SignatureRefused,
    UnknownSigner,
    WrongSignature,
    WrongTime,
)
from chalicelib.trust.signed_requests import (
    SKEW_S,
    Nonces,
    Reply,
    Request,
    VerifiedRequest,
    reply_text,
    request_text,
    sign_reply,
    sign_request,
    verify_reply,
    verify_request,
)
from tests.crypto.vectors import OFFICIAL, pair_of
from tests.world import NOON

NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242"
ASKED = Request("POST", "/v2/prove?trace=1", '{"name":"张三"}'.encode())
ANSWERED = Reply(200, b'{"proven":false}')

ASKED_TEXT = 'POST\n/v2/prove?trace=1\n1790000000\n593BEC0C930BF1AFEB40B4A08C8FB242\n{"name":"张三"}\n'
ANSWERED_TEXT = '200\n1790000001\n593BEC0C930BF1AFEB40B4A08C8FB242\n{"proven":false}\n'
AUTHORIZATION = (
    'YIMA-SM2 issuer="310000",key_id="0a1b2c3d",timestamp="1790000000",nonce="593BEC0C930BF1AFEB40B4A08C8FB242",'
    'signature="7ncCAfsKNsyV/j5Q30wZuIfGmJvn9/zmNMziu5oOL8B+mxeTU16pKFwT4xIXi9QWrXE64Tib4CANyPJmI85Kkw=="'
)
SIGNATURE = (
    'timestamp="1790000001",nonce="593BEC0C930BF1AFEB40B4A08C8FB242",'
    'signature="2FlWC3wEFUxIIe9Qfz+0bRY6rZ2te9Ks1ES62cIKxd/qvu+GYPyL82Q9cSQWPmXo/vY5rLx8a7VH3TsXHqjDzg=="'
)
"""Published examples, by the key of GB/T 32918.5, A.2: text, then header."""


def known(issuer: str, key_id: str) -> bytes | None:
    return OFFICIAL.public if (issuer, key_id) == ("310000", "0a1b2c3d") else None


def received(request: Request = ASKED, header: str | None = AUTHORIZATION, now: float = NOON) -> VerifiedRequest:
    return verify_request(request, header, key_of=known, now=now)


def answered(reply: Reply = ANSWERED, header: str | None = SIGNATURE, now: float = NOON, nonce: str = NONCE) -> None:
    verify_reply(reply, header, expected_key=OFFICIAL.public, expected_nonce=nonce, now=now)


def test_what_is_signed_is_written_line_by_line() -> None:
    assert request_text(ASKED, 1_790_000_000, NONCE).decode() == ASKED_TEXT
    assert reply_text(ANSWERED, 1_790_000_001, NONCE).decode() == ANSWERED_TEXT


@pytest.mark.parametrize("name", sm2.BACKENDS)
def test_the_examples_hold_by_each_back_end(name: str) -> None:
    for text, header in ((ASKED_TEXT, AUTHORIZATION), (ANSWERED_TEXT, SIGNATURE)):
        signature = b64decode(header.rpartition('signature="')[2].rstrip('"'))
        assert sm2.backend(name).verify(OFFICIAL.public, text.encode(), signature)


def test_the_examples_are_verified() -> None:
    assert received() == VerifiedRequest(ASKED, "310000", "0a1b2c3d", 1_790_000_000, NONCE)
    answered()


def test_the_order_of_fields_and_the_case_of_the_scheme_do_not_matter() -> None:
    scheme, _, fields = AUTHORIZATION.partition(" ")
    turned = ", ".join(reversed(fields.split(",")))
    assert received(header=f"{scheme.lower()} {turned}") == received()


BODIES = st.binary(max_size=80)
TARGETS = st.from_regex(r"/[!-~]{0,40}", fullmatch=True)
NONCES = st.from_regex(r"[A-Za-z0-9_-]{16,64}", fullmatch=True)
TIMES = st.integers(0, 10**12 - 1)


@settings(max_examples=40)
@given(st.sampled_from(["GET", "POST", "DELETE"]), TARGETS, BODIES, TIMES, NONCES)
def test_what_was_signed_is_verified(method: str, target: str, body: bytes, time: int, nonce: str) -> None:
    request = Request(method, target, body)
    header = sign_request(OFFICIAL, request, issuer="310000", key_id="0a1b2c3d", timestamp=time, nonce=nonce)
    assert received(request, header, now=time).nonce == nonce
    reply = Reply(503, body)
    answered(reply, sign_reply(OFFICIAL, reply, timestamp=time, nonce=nonce), now=time, nonce=nonce)


CHANGED_REQUESTS = {
    "another method": Request("PUT", ASKED.target, ASKED.body),
    "another path": Request("POST", "/v2/relation?trace=1", ASKED.body),
    "another query": Request("POST", "/v2/prove?trace=2", ASKED.body),
    "no query": Request("POST", "/v2/prove", ASKED.body),
    "another body": Request("POST", ASKED.target, b'{"name":"x"}'),
    "no body": Request("POST", ASKED.target, b""),
    "a line feed more": Request("POST", ASKED.target, ASKED.body + b"\n"),
}


@pytest.mark.parametrize("case", CHANGED_REQUESTS)
def test_a_request_that_was_changed_is_refused(case: str) -> None:
    with pytest.raises(WrongSignature):
        received(CHANGED_REQUESTS[case])


@pytest.mark.parametrize(
    "reply",
    [Reply(201, ANSWERED.body), Reply(200, b'{"proven":true}'), Reply(200, b"")],
    ids=["status", "body", "none"],
)
def test_a_reply_that_was_changed_is_refused(reply: Reply) -> None:
    with pytest.raises(WrongSignature):
        answered(reply)


@settings(max_examples=60)
@given(st.integers(0, len(AUTHORIZATION) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_whatever_character_of_a_header_is_changed_it_is_refused(place: int, character: str) -> None:
    changed = AUTHORIZATION[:place] + character + AUTHORIZATION[place + 1 :]
    if changed.lower().startswith("yima-sm2 ") and changed[9:] == AUTHORIZATION[9:]:
        return
    with pytest.raises(SignatureRefused):
        received(header=changed)


BAD_HEADERS: dict[str, tuple[str | None, type[SignatureRefused]]] = {
    "none": (None, NotSigned),
    "an empty one": ("", NotSigned),
    "another scheme": (AUTHORIZATION.replace("YIMA-SM2", "Bearer"), NotSigned),
    "the scheme alone": ("YIMA-SM2", NotSigned),
    "a field missing": (AUTHORIZATION.replace('issuer="310000",', ""), NotSigned),
    "a field twice": (AUTHORIZATION + ',issuer="310000"', NotSigned),
    "one twice instead of another": (AUTHORIZATION.replace("key_id=", "issuer="), NotSigned),
    "a field that is not ours": (AUTHORIZATION + ',host="a"', NotSigned),
    "no quotes": (AUTHORIZATION.replace('"', ""), NotSigned),
    "a time with a zero before it": (AUTHORIZATION.replace('"179', '"0179'), NotSigned),
    "a time in other digits": (AUTHORIZATION.replace("1790000000", "179000000０"), NotSigned),
    "a short nonce": (AUTHORIZATION.replace(NONCE, "0" * 15), NotSigned),
    "a signature of 63 bytes": (AUTHORIZATION.replace("kw==", ""), NotSigned),
    "a signature without padding": (AUTHORIZATION.replace("==", ""), NotSigned),
    "a signature that is no Base64": (AUTHORIZATION.replace("7ncC", "7n-C"), NotSigned),
    "blanks without end": (AUTHORIZATION + " " * LONGEST_HEADER, NotSigned),
    "another issuer": (AUTHORIZATION.replace("310000", "210100"), UnknownSigner),
    "another key": (AUTHORIZATION.replace("0a1b2c3d", "0a1b2c3e"), UnknownSigner),
    "another time": (AUTHORIZATION.replace("1790000000", "1790000001"), WrongSignature),
    "another nonce": (AUTHORIZATION.replace(NONCE, NONCE[::-1]), WrongSignature),
    "a time long ago": (AUTHORIZATION.replace("1790000000", "0"), WrongTime),
}


@pytest.mark.parametrize("case", BAD_HEADERS)
def test_a_header_that_proves_nothing_is_refused_with_the_reason(case: str) -> None:
    header, reason = BAD_HEADERS[case]
    with pytest.raises(reason) as refused:
        received(header=header)
    assert str(refused.value) == reason.reason, "nothing of what was received is repeated"


def test_the_key_of_somebody_else_signs_nothing_in_our_name() -> None:
    header = sign_request(pair_of(7), ASKED, issuer="310000", key_id="0a1b2c3d", timestamp=NOON, nonce=NONCE)
    with pytest.raises(WrongSignature):
        received(header=header)


@pytest.mark.parametrize("off_by", [SKEW_S, -SKEW_S])
def test_a_clock_may_be_wrong_by_five_minutes_and_not_by_more(off_by: int) -> None:
    received(now=NOON + off_by)
    answered(now=NOON + 1 + off_by)
    for refused in (received, answered):
        with pytest.raises(WrongTime):
            refused(now=NOON + 1 + off_by + (1 if off_by > 0 else -2))


def test_the_reply_to_another_request_is_refused() -> None:
    with pytest.raises(OfAnotherRequest):
        answered(nonce="0" * 16)


def test_neither_kind_of_text_can_be_taken_for_the_other() -> None:
    """A reply says its status where a request says its method."""
    request = sign_request(OFFICIAL, ASKED, issuer="310000", key_id="0a1b2c3d", timestamp=NOON, nonce=NONCE)
    fields = request.split(" ")[1].split(",")
    with pytest.raises(WrongSignature):
        answered(Reply(200, ASKED.body), ",".join(fields[2:]))


@pytest.mark.parametrize(
    ("request_", "time", "nonce"),
    [
        (Request("post", "/", b""), NOON, NONCE),
        (Request("POST", "https://elsewhere/", b""), NOON, NONCE),
        (Request("POST", "/a\nb", b""), NOON, NONCE),
        (Request("POST", "/张三", b""), NOON, NONCE),
        (Request("POST", "/", b""), -1, NONCE),
        (Request("POST", "/", b""), NOON, "short"),
        (Request("POST", "/", b""), NOON, "a line feed\n" * 2),
    ],
    ids=["method", "host", "line feed", "not ASCII", "time", "short nonce", "nonce of lines"],
)
def test_what_could_be_read_in_two_ways_is_not_signed(request_: Request, time: int, nonce: str) -> None:
    with pytest.raises(ValueError, match=r"nonce|slash"):
        sign_request(OFFICIAL, request_, issuer="310000", key_id="0a1b2c3d", timestamp=time, nonce=nonce)


def test_a_name_that_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(NotSigned):
        sign_request(OFFICIAL, ASKED, issuer='31",key_id="', key_id="0a1b2c3d", timestamp=NOON, nonce=NONCE)


def test_a_request_that_comes_again_is_known_while_its_time_is_good() -> None:
    nonces, verified = Nonces(), received()
    assert nonces.is_new(verified, now=NOON)
    assert not nonces.is_new(verified, now=NOON)
    assert not nonces.is_new(verified, now=NOON + 2 * SKEW_S)
    assert nonces.is_new(verified, now=NOON + 2 * SKEW_S + 1), "its time is refused by then"


@given(st.text(max_size=300))
def test_no_text_is_more_than_refused(text: str) -> None:
    for header in (text, f"YIMA-SM2 {text}"):
        with pytest.raises(SignatureRefused):
            received(header=header)
    with pytest.raises(SignatureRefused):
        answered(header=text)

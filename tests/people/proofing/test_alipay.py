"""Alipay tells an account for a code; what we ask is signed by us, and what it grants is signed by Alipay."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import lru_cache

import pytest

from chalicelib.people.proofing.alipay import AlipayChannel
from chalicelib.people.proofing.refusals import ChannelCodeInvalid, ChannelUnavailable
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.outgoing import Outgoing
from tests.people.proofing.apps import Answer, Asked, RsaPair, app_server, rsa_pair
from tests.world import NOON

GRANTED = b'{"access_token":"2012","user_id":"2088102150477652","expires_in":3600}'


@lru_cache
def ours() -> RsaPair:
    return rsa_pair()


@lru_cache
def alipays() -> RsaPair:
    return rsa_pair()


def granting(said: bytes, signature: str | None = None) -> Answer:
    """An answer, signed by Alipay unless with another signature."""
    sign = alipays().sign(said) if signature is None else signature
    return Answer(b'{"alipay_system_oauth_token_response":' + said + b',"sign":"' + sign.encode() + b'"}')


class Alipay:
    """The platform: checks what it is asked, and says what it is told to."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.says = granting(GRANTED)
        self.address = ""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        fields = dict(asked.fields)
        signature = fields.pop("sign")
        ours().check("&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode(), signature)
        return self.says


@pytest.fixture
def platform() -> Iterator[Alipay]:
    here = Alipay()
    with app_server(here.answer) as here.address:
        yield here


def channel_at(address: str) -> AlipayChannel:
    outgoing = Outgoing(connect_s=10, read_s=10)
    return AlipayChannel(
        "2021", lambda: ours().private, alipays().public, outgoing=outgoing, gateway=f"{address}/gateway.do"
    )


def test_a_code_becomes_the_account_as_alipay_documents_it(platform: Alipay) -> None:
    assert channel_at(platform.address).account("4b203fe6c11548bcabd8da5bb087a83b", now=NOON) == "user:2088102150477652"
    (asked,) = platform.asked
    assert asked.path == "/gateway.do"
    assert (
        asked.fields.items()
        >= {
            "app_id": "2021",
            "method": "alipay.system.oauth.token",
            "grant_type": "authorization_code",
            "code": "4b203fe6c11548bcabd8da5bb087a83b",
            "sign_type": "RSA2",
            "charset": "utf-8",
            "version": "1.0",
            "timestamp": "2026-09-21 22:13:20",
        }.items()
    )


def test_an_app_that_gets_open_ids_has_accounts_of_another_kind(platform: Alipay) -> None:
    platform.says = granting(b'{"open_id":"074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"}')
    assert channel_at(platform.address).account("code", now=NOON).startswith("open:074a1")


def test_the_bytes_of_the_answer_are_what_was_signed_however_they_are_laid_out(platform: Alipay) -> None:
    platform.says = granting(b'{ "nested": {"a":"}"} ,\n "user_id" : "2088" }')
    assert channel_at(platform.address).account("code", now=NOON) == "user:2088"


def refusing(sub_code: str, name: bytes = b"error_response") -> Answer:
    return Answer(b'{"' + name + b'":{"code":"40002","sub_code":"' + sub_code.encode() + b'"},"sign":""}')


def test_a_signature_over_another_answer_opens_nothing(platform: Alipay) -> None:
    platform.says = granting(GRANTED.replace(b"7652", b"7653"), alipays().sign(GRANTED))
    with pytest.raises(ChannelUnavailable):
        channel_at(platform.address).account("code", now=NOON)


ANSWERS: dict[str, tuple[Answer, type[Refusal]]] = {
    "no such code": (refusing("isv.code-invalid"), ChannelCodeInvalid),
    "no such code, said in the other place": (
        refusing("isv.code-invalid", b"alipay_system_oauth_token_response"),
        ChannelCodeInvalid,
    ),
    "our signature is wrong": (refusing("isv.invalid-signature"), ChannelUnavailable),
    "busy": (refusing("isp.unknow-error"), ChannelUnavailable),
    "no signature": (granting(GRANTED, ""), ChannelUnavailable),
    "a signature that is no Base64": (granting(GRANTED, "张三"), ChannelUnavailable),
    "a signature of somebody else": (granting(GRANTED, "QUFB" * 86), ChannelUnavailable),
    "an account beside an error": (
        Answer(b'{"error_response":{"user_id":"2088"},"sign":""}'),
        ChannelUnavailable,
    ),
    "no account": (granting(b'{"access_token":"2012"}'), ChannelUnavailable),
    "nothing in it": (Answer(b"{}"), ChannelUnavailable),
    "no JSON": (Answer(b"<html>"), ChannelUnavailable),
    "nothing": (Answer(b""), ChannelUnavailable),
    "an error on their side": (Answer(b"", 502), ChannelUnavailable),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_other_answer_is_a_refusal(platform: Alipay, case: str) -> None:
    platform.says, refusal = ANSWERS[case]
    with pytest.raises(refusal):
        channel_at(platform.address).account("code", now=NOON)


def test_nobody_at_home_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ChannelUnavailable):
        channel_at(nobody).account("code", now=NOON)

"""WeChat tells an account for a code, or why not; its address, which carries our secret, is written nowhere."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator

import pytest

from chalicelib.people.proofing.refusals import ChannelCodeInvalid, ChannelUnavailable
from chalicelib.people.proofing.wechat import WeChatChannel
from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.outgoing import Outgoing
from tests.people.proofing.apps import Answer, Asked, app_server
from tests.world import NOON

SECRET = b"3e2fa5ce15909936"


class WeChat:
    """The platform: what it was asked, and what it says."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.says = Answer(b'{"openid":"o6_bm","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}')
        self.address = ""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.says


@pytest.fixture
def platform() -> Iterator[WeChat]:
    here = WeChat()
    with app_server(here.answer) as here.address:
        yield here


def channel_at(address: str) -> WeChatChannel:
    return WeChatChannel("wx4f28", lambda: SECRET, outgoing=Outgoing(connect_s=10, read_s=10), base_url=address)


def test_a_code_becomes_the_account_as_wechat_documents_it(platform: WeChat) -> None:
    assert channel_at(platform.address).account("0716AVll&x=1", now=NOON) == "o6_bm"
    wish = {"appid": "wx4f28", "secret": SECRET.decode(), "js_code": "0716AVll&x=1", "grant_type": "authorization_code"}
    assert platform.asked == [Asked("GET", "/sns/jscode2session", wish)]


ANSWERS: dict[str, tuple[Answer, type[Refusal]]] = {
    "no such code": (Answer(b'{"errcode":40029,"errmsg":"invalid code"}'), ChannelCodeInvalid),
    "a code that was used": (Answer(b'{"errcode":40163,"errmsg":"code been used"}'), ChannelCodeInvalid),
    "an account WeChat blocks": (Answer(b'{"errcode":40226,"errmsg":"code blocked"}'), ChannelCodeInvalid),
    "too often": (Answer(b'{"errcode":45011,"errmsg":"limit"}'), ChannelUnavailable),
    "busy": (Answer(b'{"errcode":-1,"errmsg":"system error"}'), ChannelUnavailable),
    "our app id is wrong": (Answer(b'{"errcode":40013,"errmsg":"invalid appid"}'), ChannelUnavailable),
    "our secret is wrong": (Answer(b'{"errcode":40125,"errmsg":"invalid appsecret"}'), ChannelUnavailable),
    "an error beside an account": (Answer(b'{"errcode":40029,"openid":"o6_bm"}'), ChannelCodeInvalid),
    "no account": (Answer(b'{"errcode":0}'), ChannelUnavailable),
    "no JSON": (Answer(b"<html>"), ChannelUnavailable),
    "a number for an account": (Answer(b'{"openid":7}'), ChannelUnavailable),
    "nothing": (Answer(b""), ChannelUnavailable),
    "an error on their side": (Answer(b'{"openid":"o6_bm"}', 502), ChannelUnavailable),
    "a body without end": (Answer(b" " * 70_000), ChannelUnavailable),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_other_answer_is_a_refusal(platform: WeChat, case: str) -> None:
    platform.says, refusal = ANSWERS[case]
    with pytest.raises(refusal):
        channel_at(platform.address).account("code", now=NOON)


def test_an_error_without_a_number_that_we_know_gives_no_account(platform: WeChat) -> None:
    for errcode in (1, 40001, 99999, 2**40):
        platform.says = Answer(json.dumps({"errcode": errcode, "openid": "o6_bm"}).encode())
        with pytest.raises(ChannelUnavailable):
            channel_at(platform.address).account("code", now=NOON)


def test_the_secret_is_in_no_log_and_no_error(
    platform: WeChat, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
    channel_at(platform.address).account("code", now=NOON)
    for address in (nobody, platform.address, "http://["):
        platform.says = Answer(b"<html>")
        with pytest.raises(ChannelUnavailable) as refused:
            channel_at(address).account("code", now=NOON)
        error: BaseException | None = refused.value
        while error is not None:
            assert SECRET.decode() not in repr(error)
            error = error.__cause__ or error.__context__
    assert "secret" not in caplog.text
    assert SECRET.decode() not in caplog.text + "".join(capfd.readouterr())

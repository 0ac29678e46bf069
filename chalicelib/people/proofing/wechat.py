"""WeChat's mini program log-in: the code of `wx.login` becomes the account (openid) it stands for.

One GET to `/sns/jscode2session` with app id, secret and code, as WeChat documents it; errors come with HTTP status 200
and an `errcode`. The address carries the app's secret, so it is written nowhere (platform/outgoing.py).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec

from chalicelib.people.proofing.refusals import ChannelCodeInvalid, ChannelUnavailable
from chalicelib.platform import telemetry
from chalicelib.platform.outgoing import NoAnswer, Outgoing

WECHAT = "https://api.weixin.qq.com"

INVALID_CODES = frozenset({40029, 40163, 40226})
"""No such code, used before, and an account that WeChat itself lets in nowhere."""

BUSY = frozenset({-1, 45011})
"""Busy, and asked too often for one account. Any other error means that our app id or secret is wrong."""


class Session(msgspec.Struct):
    """WeChat's answer; what else it says is not ours to read, the session key least of all."""

    openid: str = ""
    errcode: int = 0


_read = msgspec.json.Decoder(Session).decode


class WeChatChannel:
    """Asks WeChat which account a code stands for. `secret` is asked for when it is needed and kept by nobody here."""

    def __init__(self, app_id: str, secret: Callable[[], bytes], *, outgoing: Outgoing, base_url: str = WECHAT) -> None:
        self._app_id = app_id
        self._secret = secret
        self._outgoing = outgoing
        self._base_url = base_url

    def account(self, code: str, *, now: float) -> str:
        """The openid; raises `ChannelCodeInvalid` or `ChannelUnavailable`."""
        try:
            return _account(self._session(code))
        except NoAnswer as error:
            telemetry.count("ChannelFaults", channel="wechat", kind=error.kind)
        raise ChannelUnavailable

    def _session(self, code: str) -> Session:
        """WeChat's answer; raises `NoAnswer` where there is none that can be read."""
        answer = self._outgoing.send("GET", self._address(code), headers={"Accept": "application/json"})
        if answer.status != 200:
            raise NoAnswer("status")
        try:
            return _read(answer.body)
        except (msgspec.DecodeError, UnicodeError):
            raise NoAnswer("unreadable") from None

    def _address(self, code: str) -> str:
        """The address that carries the secret."""
        wish = {
            "appid": self._app_id,
            "secret": self._secret().decode(),
            "js_code": code,
            "grant_type": "authorization_code",
        }
        return f"{self._base_url}/sns/jscode2session?{urlencode(wish)}"


def _account(session: Session) -> str:
    """The account in an answer; raises `ChannelCodeInvalid`, or `NoAnswer` where it tells of none."""
    if session.errcode in INVALID_CODES:
        raise ChannelCodeInvalid
    if session.errcode:
        raise NoAnswer("busy" if session.errcode in BUSY else "refused")
    if not session.openid:
        raise NoAnswer("unreadable")
    return session.openid

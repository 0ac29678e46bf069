"""Whom this deployment asks outside of the city, put together as its settings say."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from chalicelib.people.proofing.alipay import AlipayChannel
from chalicelib.people.proofing.app_secret import opener
from chalicelib.people.proofing.channels import Channel
from chalicelib.people.proofing.http_provider import HttpIdentityProvider
from chalicelib.people.proofing.sandbox_channel import SandboxChannel
from chalicelib.people.proofing.wechat import WeChatChannel
from chalicelib.platform.addresses import app, point
from chalicelib.platform.outgoing import Outgoing
from chalicelib.platform.settings import Settings, SettingsError
from chalicelib.trust.ring import KeyRing
from chalicelib.trust.wrapping import KeyWrapper

CHANNELS = ("wechat", "alipay")


def provider(settings: Settings, *, ring: KeyRing, outgoing: Outgoing) -> HttpIdentityProvider:
    """Those who keep the registers; raises `SettingsError` where nobody could be believed."""
    key = point(settings.identity_provider_key)
    if key is None:
        raise SettingsError("YIMA_IDENTITY_PROVIDER_KEY is no SM2 key")
    address = settings.identity_provider
    return HttpIdentityProvider(address, key, issuer=settings.region, ring=ring, outgoing=outgoing)


def channels(settings: Settings, *, wrapper: Callable[[], KeyWrapper], outgoing: Outgoing) -> dict[str, Channel]:
    """The apps through which people come. Where the invented residents live, their apps are invented too."""
    invented = settings.identity_provider == "sandbox"
    found: dict[str, Channel] = dict.fromkeys(CHANNELS, SandboxChannel()) if invented else {}
    if wechat := app(settings.wechat):
        secret = opener(wechat.secret, "wechat", wrapper)
        found["wechat"] = WeChatChannel(wechat.app_id, secret, outgoing=outgoing)
    if alipay := app(settings.alipay):
        key, theirs = opener(alipay.secret, "alipay", wrapper), b64decode(settings.alipay_key)
        found["alipay"] = AlipayChannel(alipay.app_id, key, theirs, outgoing=outgoing)
    return found

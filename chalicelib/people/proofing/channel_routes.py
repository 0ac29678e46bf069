"""`/v1/channels`: a person binds accounts of theirs in other apps, sees them, and removes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import msgspec

from chalicelib.people.assurance import require_real_person
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.proofing.refusals import CHANNEL, ChannelBoundElsewhere, ChannelNotBound
from chalicelib.people.refusals import AssuranceTooLow
from chalicelib.platform.http.operation import Api, Call, Front
from chalicelib.platform.http.refusals import StorageUnavailable
from chalicelib.platform.times import rfc3339

if TYPE_CHECKING:
    from chalicelib.people.proofing.channels import Binding, ChannelAccounts

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class ChannelCode(msgspec.Struct):
    """A code that an app gave a moment ago. `name` is `wechat` or `alipay`."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    code: Text


class BoundChannel(msgspec.Struct):
    """An account of a person in another app. `channel_id` names it without telling it; times are RFC 3339 UTC."""

    channel_id: str
    name: str
    assurance: Assurance
    bound_at: str


class BoundChannels(msgspec.Struct):
    """All accounts of a person, oldest first."""

    channels: list[BoundChannel]
    server_time: str


class Unbound(msgspec.Struct):
    """An account that opens no session any more."""

    channel_id: str
    server_time: str


def api(accounts: Callable[[], ChannelAccounts], front: Front) -> Api:
    """The operations about channels."""
    api = front("channels")

    @api.operation(
        "POST",
        "/v1/channels",
        summary="Bind an account of another app to me",
        body=ChannelCode,
        answer=BoundChannel,
        status=201,
        needs="channel:write",
        refusals=(*CHANNEL, AssuranceTooLow, ChannelBoundElsewhere, StorageUnavailable),
    )
    def bind_channel(call: Call[ChannelCode]) -> BoundChannel:
        require_real_person(call.principal)
        wish, holder = call.body, call.principal.subject
        bound = accounts().bind(holder, wish.name, wish.code, assurance=Assurance.REAL_PERSON, now=call.now)
        return _shown(bound)

    @api.operation(
        "GET",
        "/v1/channels",
        summary="My accounts in other apps",
        answer=BoundChannels,
        needs="channel:write",
        refusals=(StorageUnavailable,),
    )
    def list_channels(call: Call[None]) -> BoundChannels:
        found = accounts().of(call.principal.subject)
        return BoundChannels([_shown(binding) for binding in found], rfc3339(call.now))

    @api.operation(
        "DELETE",
        "/v1/channels/{channel_id}",
        summary="Let an account of another app open no session of mine",
        answer=Unbound,
        needs="channel:write",
        refusals=(ChannelNotBound, StorageUnavailable),
    )
    def unbind_channel(call: Call[None]) -> Unbound:
        channel_id = call.path["channel_id"]
        accounts().unbind(call.principal.subject, channel_id, now=call.now)
        return Unbound(channel_id, rfc3339(call.now))

    return api


def _shown(binding: Binding) -> BoundChannel:
    """An account as its holder sees it."""
    return BoundChannel(binding.channel_id, binding.name, binding.assurance, rfc3339(binding.bound_at))

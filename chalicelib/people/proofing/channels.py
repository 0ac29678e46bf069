"""Channels: the apps through which people come, WeChat and Alipay. An account there belongs to one holder here.

An app proves which account somebody has, and nothing of who they are. So an account is bound once, by somebody whose
face was compared; from then on it opens their sessions, as surely as they were recognised at the binding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from chalicelib.people.notices import Notices
from chalicelib.people.proofing.channel_store import ChannelAccountItem, ChannelStore
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.proofing.refusals import ChannelBoundElsewhere, ChannelNotBound, ChannelUnknown
from chalicelib.trust.fields import Fields


class Channel(Protocol):
    """An app that knows which account a code belongs to."""

    def account(self, code: str, *, now: float) -> str:
        """The account that a code of the app stands for; raises `ChannelCodeInvalid` or `ChannelUnavailable`."""


class Bound(NamedTuple):
    """Whose account it is, and how surely they were recognised when it was bound."""

    holder: str
    assurance: Assurance


class Binding(NamedTuple):
    """One of a holder's accounts. `channel_id` names it without telling it; times are Unix seconds."""

    channel_id: str
    name: str
    assurance: Assurance
    bound_at: int


class ChannelAccounts:
    """Which account is whose."""

    def __init__(
        self, store: ChannelStore, channels: Mapping[str, Channel], *, fields: Fields, notices: Notices
    ) -> None:
        self._store = store
        self._channels = channels
        self._fields = fields
        self._notices = notices

    def bind(self, holder: str, name: str, code: str, *, assurance: Assurance, now: float) -> Binding:
        """Bind an account to a holder; again is the same. Raises `ChannelBoundElsewhere` where it is somebody else's.

        The account is claimed first, so of two holders at once one has it; binding never makes it less sure.
        """
        channel_id = self._index(name, code, now)
        item = ChannelAccountItem(channel_id, holder=holder, name=name, assurance=assurance, bound_at=int(now))
        kept = self._store.claim(item)
        if kept.holder != holder:
            raise ChannelBoundElsewhere
        if kept.assurance != assurance and assurance is Assurance.REAL_PERSON:
            kept.assurance = assurance
            self._store.save(kept)
        binding = _binding(kept)
        event = f"bind#{channel_id}"
        self._notices.tell(holder, "channel_bound", {"channel": name}, event=event, now=binding.bound_at)
        return binding

    def holder_of(self, name: str, code: str, *, now: float) -> Bound:
        """Whose account a code stands for; raises `ChannelNotBound`."""
        item = self._store.get(self._index(name, code, now))
        if item is None:
            raise ChannelNotBound
        return Bound(item.holder, Assurance(item.assurance))

    def unbind(self, holder: str, channel_id: str, *, now: float) -> None:
        """Let an account of a holder open no session any more; raises `ChannelNotBound` where it is not theirs."""
        item = self._store.get(channel_id)
        if item is None or item.holder != holder or not self._store.remove(item):
            raise ChannelNotBound
        event = f"unbind#{channel_id}#{item.bound_at}"
        self._notices.tell(holder, "channel_unbound", {"channel": item.name}, event=event, now=int(now))

    def of(self, holder: str) -> Sequence[Binding]:
        """A holder's accounts, oldest first. One that was bound a moment ago may be missing."""
        return sorted(map(_binding, self._store.of(holder)), key=lambda binding: binding.bound_at)

    def _index(self, name: str, code: str, now: float) -> str:
        """Under which key an account is kept: a blind index, so that nobody reads in the table who has which."""
        channel = self._channels.get(name)
        if channel is None:
            raise ChannelUnknown(known=sorted(self._channels))
        return self._fields.blind_index("channel", name, channel.account(code, now=now), now=now)


def _binding(item: ChannelAccountItem) -> Binding:
    """What a holder is shown of an account."""
    return Binding(item.account_index, item.name, Assurance(item.assurance), int(item.bound_at))

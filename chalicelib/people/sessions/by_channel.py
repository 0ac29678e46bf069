"""Coming through an app: an account that was bound once opens its holder's sessions, without a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chalicelib.people.proofing.channels import ChannelAccounts
from chalicelib.people.proofing.provider import Assurance
from chalicelib.people.sessions.log_in import UNKNOWN_DEVICE, Bind, Opened, Sessions
from chalicelib.people.sessions.model import AppCode, Device


class Names(Protocol):
    """Knows what people are called."""

    def masked_name(self, holder: str, *, now: float) -> str:
        """The name of a holder as others see it."""


class ChannelSessions:
    """Opens sessions for the accounts of apps."""

    def __init__(self, sessions: Sessions, accounts: Callable[[], ChannelAccounts], names: Names) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._names = names

    def log_in(self, by: AppCode, *, now: float, device: Device = UNKNOWN_DEVICE) -> Opened:
        """Open a session of the holder an account is bound to, as surely as they were recognised at the binding.

        Raises a `Refusal`.
        """
        bound = self._accounts().holder_of(by.app, by.code, now=now)
        name = self._names.masked_name(bound.holder, now=now)
        return self._sessions.opened(bound.holder, bound.assurance, name, device=device, now=now)

    def binding(self, by: AppCode, *, now: float) -> Bind:
        """What binds the account of an app to a holder who has just been recognised."""

        def bind(holder: str, assurance: Assurance) -> object:
            return self._accounts().bind(holder, by.app, by.code, assurance=assurance, now=now)

        return bind

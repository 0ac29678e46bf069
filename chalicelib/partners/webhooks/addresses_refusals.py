"""Why nothing is sent to an address. What a name resolves to is not said: it would draw a map of what lies inside."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Refusal, Unprocessable


class UnsafeAddress(Unprocessable):
    """The host is, or resolves to, an address that is not public; or the port is one of other services."""

    code = "unsafe_address"
    title = "Nothing is sent to this address"
    detail = "Use a host all of whose addresses are public, and port 443, 80, or one from 1024 on."


class UnknownHost(Unprocessable):
    """The name of the host leads to no address."""

    code = "unknown_host"
    title = "The host cannot be found"
    detail = "Check the name, and that it is published in the public DNS; then try again."


ADDRESSES: tuple[type[Refusal], ...] = (UnsafeAddress, UnknownHost)

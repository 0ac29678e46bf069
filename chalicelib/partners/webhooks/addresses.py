"""Where a webhook may be sent: to the public internet, and to the very address that was checked.

Whoever registers an endpoint chooses where the city's own functions connect to. So a name is resolved once, every
address it has must be public, and the connection is made to one of those addresses and never to the name again: what
DNS says a moment later changes nothing (SSRF, DNS rebinding).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chalicelib.partners.webhooks.addresses_refusals import UnknownHost, UnsafeAddress

Address = IPv4Address | IPv6Address
Resolve = Callable[..., list[Any]]
"""socket.getaddrinfo, or what a test has in its place."""

PORTS = {"https": 443, "http": 80}
FIRST_FREE_PORT = 1024
"""Below are the ports of other services, which could take a request for something else (SMTP, SSH, DNS …)."""

UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
NOT_HOSTS = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))
"""Relays, and what the IETF keeps for protocols: not every Python knows them."""

METADATA = IPv6Network("fd00:ec2::/32")
"""Where a cloud keeps credentials by IPv6, in the middle of the private addresses."""

RESOLVE_S = 2.0
"""Whoever runs a name's servers could keep us for half a minute before anything is sent."""


class Target(NamedTuple):
    """A checked address: what the receiver is called, what is asked of it, and where it really is."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


class Addresses:
    """Checks addresses of endpoints. `private` lets a city on a laptop speak to this machine and its network."""

    def __init__(
        self, *, private: bool = False, resolve: Resolve = socket.getaddrinfo, resolve_s: float = RESOLVE_S
    ) -> None:
        self._private = private
        self._resolve = resolve
        self._resolve_s = resolve_s

    def checked(self, url: str) -> Target:
        """Where to connect to for a URL.

        1. It can be read, and has scheme and port that we send to; raises `UnsafeAddress`.
        2. Its host resolves; raises `UnknownHost`.
        3. Each of its addresses may be connected to, not only the first; raises `UnsafeAddress`.
        """
        scheme, host, port, path = _parts(url)
        if scheme == "http" and not self._private:
            raise UnsafeAddress
        found = self._found(host, port)
        if not found:
            raise UnknownHost
        if not all(map(self._allowed, found)):
            raise UnsafeAddress
        return Target(scheme, host, port, path, str(found[0]))

    def _found(self, host: str, port: int) -> list[Address]:
        """All addresses of a host, in the resolver's order."""
        try:
            answers = self._resolved(host, port).result(self._resolve_s)
            return [ip_address(answer[4][0]) for answer in answers]
        except (OSError, UnicodeError):
            raise UnknownHost from None
        except ValueError:
            raise UnsafeAddress from None

    def _resolved(self, host: str, port: int) -> Future[list[Any]]:
        """What the resolver says, when it does. Nobody can stop it, so it is left behind where it takes too long."""
        said = Future[list[Any]]()

        def ask() -> None:
            try:
                said.set_result(self._resolve(host, port, type=socket.SOCK_STREAM))
            except Exception as error:
                said.set_exception(error)

        Thread(target=ask, daemon=True).start()
        return said

    def _allowed(self, address: Address) -> bool:
        plain = _plain(address)
        return is_public(plain) or (self._private and is_near(plain))


def is_public(address: Address) -> bool:
    """Whether an address is one host's on the public internet, whatever form it is written in."""
    plain = _plain(address)
    if isinstance(plain, IPv6Address):
        return plain in UNICAST and plain.is_global
    return plain.is_global and not plain.is_multicast and not any(plain in network for network in NOT_HOSTS)


def is_near(address: Address) -> bool:
    """Whether an address is this machine, or a private network around it. Not link-local: clouds keep secrets there."""
    unusable = address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA
    return not unusable and (address.is_loopback or address.is_private)


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (mapped, 6to4, NAT64); else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, path with query; raises `UnsafeAddress` where there is more, or less."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise UnsafeAddress from None
    visible = url.isascii() and url.isprintable() and " " not in url
    if not (host and visible and parts.scheme in PORTS and "@" not in parts.netloc):
        raise UnsafeAddress
    if port not in PORTS.values() and port < FIRST_FREE_PORT:
        raise UnsafeAddress
    return parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

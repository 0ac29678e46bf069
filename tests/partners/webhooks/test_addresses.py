"""Nothing is sent to what lies inside, however its address is written and whatever DNS says a moment later."""

from __future__ import annotations

import socket
from threading import Event
from typing import Any

import pytest

from chalicelib.partners.webhooks.addresses import Addresses, Resolve, Target
from chalicelib.partners.webhooks.addresses_refusals import UnknownHost, UnsafeAddress


def resolves_to(*addresses: str) -> Resolve:
    """DNS, as whoever runs the name's zone likes it."""
    return lambda host, port, **_: [(0, 0, 0, "", (address, port)) for address in addresses]


PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:5db8:d822", "64:ff9b::5db8:d822"]
INSIDE = {
    "this machine": "127.0.0.1",
    "this machine, another of its names": "127.8.8.8",
    "this machine by IPv6": "::1",
    "no address": "0.0.0.0",
    "no address by IPv6": "::",
    "a private network": "10.0.0.1",
    "another private network": "172.16.0.1",
    "a home network": "192.168.1.1",
    "a carrier's network": "100.64.0.1",
    "where clouds keep credentials": "169.254.169.254",
    "where clouds keep credentials, by IPv6": "fd00:ec2::254",
    "link-local": "fe80::1",
    "link-local with a zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "everybody": "255.255.255.255",
    "a group": "224.0.0.1",
    "a group by IPv6": "ff02::1",
    "reserved": "240.0.0.1",
    "a relay": "192.88.99.1",
    "kept for protocols": "192.0.0.192",
    "for documents": "2001:db8::1",
    "mapped": "::ffff:127.0.0.1",
    "compatible": "::7f00:1",
    "by 6to4": "2002:7f00:1::",
    "by NAT64": "64:ff9b::a9fe:a9fe",
    "by a local NAT64": "64:ff9b:1::a00:1",
    "by Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to_as_it_was_checked(address: str) -> None:
    target = Addresses(resolve=resolves_to(address)).checked("https://partner.example/hooks?a=1")
    assert target == Target("https", "partner.example", 443, "/hooks?a=1", address)


@pytest.mark.parametrize("where", INSIDE)
def test_nothing_inside_is_connected_to(where: str) -> None:
    with pytest.raises(UnsafeAddress):
        Addresses(resolve=resolves_to(INSIDE[where])).checked("https://partner.example/")


@pytest.mark.parametrize("where", INSIDE)
def test_one_address_inside_spoils_all(where: str) -> None:
    with pytest.raises(UnsafeAddress):
        Addresses(resolve=resolves_to(PUBLIC[0], INSIDE[where])).checked("https://partner.example/")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "localhost"])
def test_this_machine_is_known_however_it_is_written(host: str) -> None:
    with pytest.raises((UnsafeAddress, UnknownHost)):
        Addresses().checked(f"https://{host}/")


def test_a_name_is_asked_for_once_so_that_another_answer_comes_too_late() -> None:
    answers = [PUBLIC[0], "169.254.169.254"]
    asked: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", (answers[len(asked) - 1], port))]

    addresses = Addresses(resolve=rebinding)
    assert addresses.checked("https://partner.example/").address == PUBLIC[0]
    assert len(asked) == 1
    with pytest.raises(UnsafeAddress):
        addresses.checked("https://partner.example/")


UNREADABLE = [
    "",
    "partner.example",
    "//partner.example/",
    "ftp://partner.example/",
    "https://",
    "https://user@partner.example/",
    "https://partner.example:22/",
    "https://partner.example:25/",
    "https://partner.example:99999/",
    "https://partner.example:port/",
    "https://[/",
    "https://partner.example/a b",
    "https://partner.example/\r\nX-Own: 1",
    "https://伙伴.example/",
    "http://partner.example/",
]


@pytest.mark.parametrize("url", UNREADABLE)
def test_an_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        Addresses(resolve=resolves_to(PUBLIC[0])).checked(url)


@pytest.mark.parametrize("port", [80, 443, 1024, 8443, 65535])
def test_ports_of_the_web_and_free_ones_will_do(port: int) -> None:
    addresses = Addresses(resolve=resolves_to(PUBLIC[0]))
    assert addresses.checked(f"https://partner.example:{port}").port == port


@pytest.mark.parametrize("error", [socket.gaierror(), UnicodeError(), TimeoutError()])
def test_a_name_that_leads_nowhere_is_unknown(error: Exception) -> None:
    def lost(*_: Any, **__: Any) -> list[Any]:
        raise error

    with pytest.raises(UnknownHost):
        Addresses(resolve=lost).checked("https://partner.example/")
    with pytest.raises(UnknownHost):
        Addresses(resolve=resolves_to()).checked("https://partner.example/")


def test_a_name_whose_servers_keep_silent_keeps_nobody_waiting() -> None:
    over = Event()

    def silent(*_: Any, **__: Any) -> list[Any]:
        over.wait(10)
        return []

    with pytest.raises(UnknownHost):
        Addresses(resolve=silent, resolve_s=0.01).checked("https://partner.example/")
    assert not over.is_set()
    over.set()


NEAR = ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fd12:3456::1"]
NEVER = ["169.254.169.254", "fd00:ec2::254", "fe80::1", "0.0.0.0", "224.0.0.1"]


def test_a_city_on_a_laptop_reaches_this_machine_and_its_network_but_no_credentials() -> None:
    for address in NEAR:
        local = Addresses(private=True, resolve=resolves_to(address))
        assert local.checked("http://partner.example:9000/").address == address
    for address in NEVER:
        with pytest.raises(UnsafeAddress):
            Addresses(private=True, resolve=resolves_to(address)).checked("http://partner.example:9000/")

"""Asking other systems: certificates are checked, answers bounded, and a failure tells nothing of what was asked."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chalicelib.platform.addresses import App, app, is_address, point
from chalicelib.platform.outgoing import Answer, NoAnswer, Outgoing
from tests.crypto.vectors import OFFICIAL_PUBLIC

PATIENT = Outgoing(connect_s=10, read_s=10)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: a\r\n\r\nhi"


@contextmanager
def answering(*answers: bytes, context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives one answer per connection, and what it was sent; with a context it speaks TLS."""
    heard = list[bytes]()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                try:
                    plain, _ = listener.accept()
                    with context.wrap_socket(plain, server_side=True) if context else plain as connection:
                        heard.append(connection.recv(65536))
                        connection.sendall(answer)
                except OSError:
                    return

        Thread(target=serve, daemon=True).start()
        scheme = "https" if context else "http"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", heard


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "registers")])
    began = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_an_answer_comes_back_with_status_headers_and_body() -> None:
    with answering(OK) as (address, heard):
        answer = PATIENT.send("POST", f"{address}/a", headers={"X-Own": "1"}, body=b"{}")
        assert (answer.status, answer.body, answer.headers["x-kind"]) == (200, b"hi", "a")
        assert heard[0].startswith(b"POST /a HTTP/1.1\r\n")
        assert {b"Accept-Encoding: identity", b"Connection: close", b"X-Own: 1"} <= set(heard[0].split(b"\r\n"))


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    with answering(OK, OK, context=context) as (address, heard), pytest.raises(NoAnswer, match="SSLError"):
        PATIENT.send("POST", address, headers={}, body=b"a name")
    assert not any(heard), "nothing was told to a stranger"


def test_what_was_sent_is_not_sent_again() -> None:
    with answering(b"", OK) as (address, heard), pytest.raises(NoAnswer):
        PATIENT.send("POST", address, headers={}, body=b"{}")
    assert len(heard) == 1


def test_nobody_is_followed_elsewhere() -> None:
    away = b"HTTP/1.1 307 Elsewhere\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    with answering(away, OK) as (address, heard):
        assert PATIENT.send("POST", address, headers={}, body=b"{}").status == 307
    assert len(heard) == 1


def test_an_answer_has_a_largest_size() -> None:
    small = Outgoing(connect_s=10, read_s=10, largest=2)
    longer = OK.replace(b"Length: 2", b"Length: 3").replace(b"hi", b"hi!")
    with answering(OK, longer) as (address, _):
        assert small.send("GET", address, headers={}) == Answer(200, {"content-length": "2", "x-kind": "a"}, b"hi")
        with pytest.raises(NoAnswer, match="TooLarge"):
            small.send("GET", address, headers={})


@pytest.mark.parametrize("address", ["http://[", "http://127.0.0.1:99999/", "ftp://127.0.0.1/"])
def test_an_address_that_is_none_gives_no_answer(address: str) -> None:
    with pytest.raises(NoAnswer) as failed:
        PATIENT.send("GET", f"{address}?secret=abc", headers={})
    assert "abc" not in repr(failed.value)
    assert failed.value.__context__ is failed.value.__cause__ is None


ADDRESSES = {
    "https://registers.example/v2": True,
    "https://registers.example:8443": True,
    "http://127.0.0.1:9000/registers": True,
    "http://localhost:9000": True,
    "http://[::1]:9000": True,
    "http://registers.example": False,
    "http://127.0.0.1.example": False,
    "https://": False,
    "https://user:word@registers.example": False,
    "https://registers.example?key=1": False,
    "https://registers.example#a": False,
    "https://registers.example:port": False,
    "https://[": False,
    "https://登记.example": False,
    "ftp://registers.example": False,
    "registers.example": False,
    "": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_personal_data_goes_to_https_or_stays_on_this_machine(address: str) -> None:
    assert is_address(address) == ADDRESSES[address]


def test_a_key_is_a_point_with_its_mark() -> None:
    assert point("04" + OFFICIAL_PUBLIC.hex()) == OFFICIAL_PUBLIC
    for text in ("", "04", OFFICIAL_PUBLIC.hex(), "02" + OFFICIAL_PUBLIC.hex(), "04" + "11" * 64, "four"):
        assert point(text) is None


def test_an_app_is_an_id_and_where_its_secret_is() -> None:
    assert app("wx4f28:file:/run/wechat") == App("wx4f28", "file:/run/wechat")
    assert app("wx4f28:sealed:AAEC+/==") == App("wx4f28", "sealed:AAEC+/==")
    for text in ("", "wx4f28", "wx4f28:", "wx4f28:the secret itself", ":file:/a", "wx4f28:file:", "wx 4:file:/a"):
        assert app(text) is None

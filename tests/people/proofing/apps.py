"""WeChat and Alipay on loopback ports: real HTTP servers that answer as the platforms document."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


class Asked(NamedTuple):
    """A request as it arrived: path without query, and the fields of its query or form."""

    method: str
    path: str
    fields: dict[str, str]


class Answer(NamedTuple):
    """What is sent back."""

    body: bytes
    status: int = 200
    media: str = "text/plain"


@contextmanager
def app_server(answer: Callable[[Asked], Answer]) -> Iterator[str]:
    """A platform; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self.reply(Asked("GET", parts.path, dict(parse_qsl(parts.query))))

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(Asked("POST", self.path, dict(parse_qsl(form))))

        def reply(self, asked: Asked) -> None:
            said = answer(asked)
            self.send_response(said.status)
            self.send_header("Content-Type", said.media)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class RsaPair(NamedTuple):
    """An RSA pair as both sides of Alipay have one: PKCS #8 and SubjectPublicKeyInfo, in DER."""

    key: RSAPrivateKey
    private: bytes
    public: bytes

    def sign(self, text: bytes) -> str:
        """RSA2 over a text."""
        return b64encode(self.key.sign(text, PKCS1v15(), hashes.SHA256())).decode()

    def check(self, text: bytes, signature: str) -> None:
        """Raises where the signature is not over the text."""
        self.key.public_key().verify(b64decode(signature), text, PKCS1v15(), hashes.SHA256())


def rsa_pair() -> RsaPair:
    """A fresh pair; making one takes a tenth of a second."""
    key = generate_private_key(65537, 2048)
    return RsaPair(
        key,
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )

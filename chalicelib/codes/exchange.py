"""Exchange tokens: what a scan gives who may ask for more. Sealed for the issuer, and kept nowhere.

`x1.<base64url of a sealed field>`. It says whose code was scanned by whom, where and for what, and is good for ten
minutes at the terminal that scanned. A fresh nonce seals each, so that nobody can tell two tokens to be one person's.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

import msgspec

from chalicelib.codes.model import EXCHANGE_S
from chalicelib.codes.refusals import ExchangeTokenExpired, ExchangeTokenMalformed, ExchangeTokenOfAnother
from chalicelib.platform.crypto.sealing import SealBroken
from chalicelib.platform.times import rfc3339
from chalicelib.status.model import Scan
from chalicelib.trust.fields import Fields

TAG = "x1."
CONTEXT = "exchange#token"


class Exchanged(NamedTuple):
    """What a token stands for: the scan as it was logged. `expires_at` is in Unix seconds."""

    holder: str
    client_id: str
    terminal: str
    purpose: str
    scan_id: str
    place: str
    expires_at: int


_read = msgspec.json.Decoder(Exchanged).decode


class Exchange:
    """Makes exchange tokens, and reads them."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def seal(self, holder: str, scan: Scan, scan_id: str, *, now: float) -> str:
        """A token for a scan that was just accepted, as it was logged."""
        until = int(now) + EXCHANGE_S
        said = Exchanged(holder, scan.verifier, scan.terminal, scan.purpose, scan_id, scan.place, until)
        sealed = self._fields.seal(msgspec.json.encode(said).decode(), context=CONTEXT, now=now)
        return TAG + urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, text: str, *, client_id: str, terminal: str, now: float) -> Exchanged:
        """What a token stands for, once it is seen that it is this client's, at this terminal, and in its time.

        Raises `ExchangeTokenMalformed`, `ExchangeTokenOfAnother` or `ExchangeTokenExpired`.
        """
        said = self._opened(text, now)
        if (said.client_id, said.terminal) != (client_id, terminal):
            raise ExchangeTokenOfAnother
        if now > said.expires_at:
            raise ExchangeTokenExpired(expired_at=rfc3339(said.expires_at), server_time=rfc3339(now))
        return said

    def _opened(self, text: str, now: float) -> Exchanged:
        tag, sealed = text[: len(TAG)], text[len(TAG) :]
        try:
            if tag != TAG:
                raise ExchangeTokenMalformed
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            return _read(self._fields.open(raw, context=CONTEXT, now=now))
        except (SealBroken, ValueError) as error:
            raise ExchangeTokenMalformed from error

"""`python -m chalicelib.codes verify-offline CODE --trust-list FILE`: a gate's verification, without any network.

A paper code takes `--status-list FILE` too, once for each list that the gate has downloaded.

Prints one JSON object and ends with 0 when the code is accepted, 1 when it is rejected, 2 when it cannot be told.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from chalicelib.codes.model import Reason
from chalicelib.codes.offline import OfflineVerdict, verify_offline
from chalicelib.codes.paper.wire import PaperBody
from chalicelib.codes.wire import CodeBody
from chalicelib.platform.clock import system_clock
from chalicelib.platform.times import parse_rfc3339, rfc3339
from chalicelib.status.model import ShownBy
from chalicelib.trust.status_list import Unpacked, UnverifiedToken, read_token
from chalicelib.trust.trust_list import read_list

Read = TypeVar("Read")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, verify, print; answers the exit status."""
    options = _parser().parse_args(arguments)
    now = system_clock() if options.at is None else options.at
    try:
        trust = _read(options.trust_list, read_list, "trust list")
        lists = [_read(file, _token, "status list") for file in options.status_list]
    except _Unreadable as error:
        print(f"verify-offline: {error}", file=sys.stderr)
        return 2
    verdict = verify_offline(options.code, trust, now=now, expected_root=options.root_key, status_lists=lists)
    print(json.dumps(_told(verdict, now), indent=2))
    if verdict.reason is Reason.UNAVAILABLE:
        return 2
    return 0 if verdict.reason is None else 1


class _Unreadable(Exception):
    """A file is not what it was said to be."""


def _token(content: bytes) -> UnverifiedToken:
    """The token in what `GET /v1/status-lists/{number}` answered; raises ValueErrors."""
    return read_token(msgspec.json.decode(content, type=Unpacked).token)


def _read(file: Path, reader: Callable[[bytes], Read], what: str) -> Read:
    """What is in a file; raises `_Unreadable`."""
    try:
        return reader(file.read_bytes())
    except (OSError, ValueError) as error:
        raise _Unreadable(f"{file} is no {what}: {error}") from error


def _parser() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(prog="python -m chalicelib.codes")
    commands = parser.add_subparsers(required=True)
    verify = commands.add_parser("verify-offline", help="verify a code against a downloaded trust list")
    verify.add_argument("code", help="the text of the symbol, YM1:…")
    verify.add_argument("--trust-list", type=Path, required=True, help="what GET /v1/trust-list answered")
    verify.add_argument(
        "--status-list", type=Path, action="append", default=[], help="what GET /v1/status-lists/{number} answered"
    )
    verify.add_argument("--root-key", help="the issuer's root public key, hex 04‖X‖Y, pinned beforehand")
    verify.add_argument("--at", type=parse_rfc3339, help="verify as of this time (RFC 3339) instead of now")
    return parser


def _told(verdict: OfflineVerdict, now: float) -> dict[str, object]:
    """The verdict as the command prints it."""
    body = verdict.body
    return {
        "verdict": "accepted" if verdict.reason is None else "rejected",
        "reason": verdict.reason,
        "colour": verdict.colour,
        "carrier": body and body.carrier,
        "shown_by": body and body.shown_by,
        "colour_as_of": rfc3339(body.issued_at) if isinstance(body, CodeBody) else None,
        "issued_at": body and rfc3339(body.issued_at),
        "expires_at": body and rfc3339(body.expires_at),
        "specimen": body is not None and body.specimen,
        "trust_list_age_seconds": verdict.list_age,
        "trust_list_authentic": verdict.list_authentic,
        "status_list_age_seconds": verdict.status_list_age,
        "checked_at": rfc3339(now),
        "not_checked": _not_checked(body),
    }


def _not_checked(body: CodeBody | PaperBody | None) -> list[str]:
    """What only the city can tell of a code."""
    if isinstance(body, PaperBody):
        return ["colour", "holder_suspended", "revoked since the lists were issued"]
    ended = ["delegation_ended"] if body is not None and body.shown_by is ShownBy.GUARDIAN else []
    return ["replayed", "superseded", "holder_suspended", *ended, "revoked since the list was issued"]


if __name__ == "__main__":
    sys.exit(main())

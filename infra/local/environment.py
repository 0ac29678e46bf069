"""What keeps the emulation on this machine: no real credentials, no open door, and an environment of its own."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

DEFAULT_REGION = "cn-north-1"
CREDENTIAL_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Where botocore looks for somebody's account."""

STAND_IN_VALUES = frozenset({"test", "testing", "fake", "dummy", "local", "FOOBARKEY", "FOOBARSECRET", "yimalocal"})
"""What emulators and their users write where credentials must not be real."""

STAND_IN_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "yimalocal",
    "AWS_SECRET_ACCESS_KEY": "yimalocal",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # else botocore asks hosts that moto does not answer for
}


class Refused(Exception):
    """The emulation does not start; the message is one sentence for the person who started it."""


def refuse_real_credentials(env: Mapping[str, str]) -> None:
    """An emulation has no use for a real account, so one that could reach it does not start unasked.

    `YIMA_ALLOW_REAL_CREDENTIALS=1` asks for it. Raises `Refused`, which names variables and never values.
    """
    found = [name for name in CREDENTIAL_VARIABLES if env.get(name) and env[name] not in STAND_IN_VALUES]
    if found and env.get("YIMA_ALLOW_REAL_CREDENTIALS") != "1":
        raise Refused(
            f"The environment may hold real AWS credentials ({', '.join(found)}), and a local city needs none: "
            "unset them, or set YIMA_ALLOW_REAL_CREDENTIALS=1 to start all the same."
        )


def refuse_open_door(host: str, env: Mapping[str, str]) -> None:
    """The emulation hands out its own secrets, so it listens to this machine only; raises `Refused`."""
    if not is_loopback(host) and env.get("YIMA_ALLOW_REMOTE") != "1":
        raise Refused(
            f"{host!r} can be reached from other machines, and a local city hands out its secrets: "
            "use 127.0.0.1, or set YIMA_ALLOW_REMOTE=1 to open it all the same."
        )


def refuse_remote_store(endpoint: str, env: Mapping[str, str]) -> None:
    """The emulation fills its store with invented people, so that store is on this machine; raises `Refused`."""
    host = urlsplit(endpoint).hostname or ""
    if not is_loopback(host) and env.get("YIMA_ALLOW_REMOTE") != "1":
        raise Refused(
            f"DYNAMODB_ENDPOINT is on another machine ({host}), and a local city fills it with invented people: "
            "unset it, or set YIMA_ALLOW_REMOTE=1 to use it all the same."
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address, perhaps in brackets, can only mean this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@contextmanager
def environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment variables (None removes one) and put back what was there."""
    before = {name: os.environ.get(name) for name in variables}
    _apply(variables)
    try:
        yield
    finally:
        _apply(before)


def stand_in_credentials() -> dict[str, str | None]:
    """An environment in which no AWS client can find an account, whatever the machine has."""
    return dict.fromkeys(CREDENTIAL_VARIABLES) | STAND_IN_ENVIRONMENT


def _apply(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

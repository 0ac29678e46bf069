"""What was asked of `make run`, read once from the environment. What cannot be done is refused at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.platform.times import parse_rfc3339
from infra.local.environment import ROOT, Refused, refuse_open_door, refuse_real_credentials, refuse_remote_store

STORES = ("embedded", "dynamodb-local")
SWITCH = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class Options:
    """A local city as asked for. `store` is one of `STORES`, or the URL of a server that speaks the DynamoDB API.

    `folder` is where the city keeps what it must remember and writes `city.json`. `at` is the instant (Unix seconds) at
    which the city's clock starts, None for the present. Without `scheduler`, no scheduled function is ever called.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    store: str = "embedded"
    folder: Path = ROOT / ".local"
    metrics: bool = False
    at: float | None = None
    scheduler: bool = True

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Options:
        """YIMA_HOST, PORT (0: any free one), STORE or DYNAMODB_ENDPOINT, YIMA_LOCAL_DIR, YIMA_METRICS, AT, SCHEDULER.

        Raises `Refused`, also for real credentials and for addresses beyond this machine.
        """
        options = cls(
            host=env.get("YIMA_HOST") or "127.0.0.1",
            port=_port(env.get("PORT") or "8000"),
            store=_store(env.get("STORE") or "embedded", env.get("DYNAMODB_ENDPOINT") or ""),
            folder=Path(env.get("YIMA_LOCAL_DIR") or ROOT / ".local"),
            metrics=env.get("YIMA_METRICS") == "1",
            at=_instant(env.get("AT") or ""),
            scheduler=_switch(env.get("SCHEDULER") or "on"),
        )
        refuse_real_credentials(env)
        refuse_open_door(options.host, env)
        if options.store not in STORES:
            refuse_remote_store(options.store, env)
        return options


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise Refused(f"PORT is {text!r}; use a number from 0 to 65535 (0 takes any free port).")
    return int(text)


def _store(name: str, endpoint: str) -> str:
    """The store's name, or the endpoint where one is given."""
    if name not in STORES:
        raise Refused(f"STORE is {name!r}; use one of {', '.join(STORES)}.")
    if endpoint and name == "dynamodb-local":
        raise Refused("STORE=dynamodb-local starts its own engine; unset DYNAMODB_ENDPOINT, or leave STORE out.")
    return endpoint or name


def _instant(text: str) -> float | None:
    """A moment with its offset, as Unix seconds; None where none is given."""
    if not text:
        return None
    try:
        return float(parse_rfc3339(text))
    except (ValueError, OverflowError):
        reason = f"AT is {text!r}; write a moment with its offset from UTC, such as 2026-12-01T23:59:30+08:00."
        raise Refused(reason) from None


def _switch(text: str) -> bool:
    if text not in SWITCH:
        raise Refused(f"SCHEDULER is {text!r}; use on or off.")
    return SWITCH[text]

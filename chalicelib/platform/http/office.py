"""What officers do by right of an office is written down: before it is carried out, and then what came of it.

Nobody acts for the city in silence. Where the first of the two cannot be written nothing is done; where the second
cannot, what was done stands in the log without an outcome. Which scopes are an office's stands in
platform/permissions.py, so no operation has to remember.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from chalicelib.platform.http.refusals import InternalFault, Refusal, StorageUnavailable
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.permissions import PERMISSIONS

Answer = TypeVar("Answer")

OF_OFFICES = frozenset(scope for scope, one in PERMISSIONS.items() if one.roles)
SHOW_CASES = frozenset(
    {"appeal:read", "appeal:review", "appeal:review2", "assist:person", "audit:read", "override:read"}
)
"""Reading by these shows somebody's case, or what others did in one. Who reads policies and clients reads of nobody."""


class Deed(NamedTuple):
    """What an officer is about to do: who, by which scope, which operation, and the path parameters as they came."""

    subject: str
    scope: str
    operation: str
    path: Mapping[str, str]


class OfficeLog(Protocol):
    """Keeps what officers did."""

    def begin(self, deed: Deed, *, now: int) -> Any:
        """Write down what is about to be done; answers what `end` wants. Raises what the store raises."""

    def end(self, entry: Any, *, status: int, code: str) -> None:
        """Add what came of it: the HTTP status, and the code of the problem if there was one. Never raises."""


def is_written_down(method: str, scope: str) -> bool:
    """Whether using an operation by this scope goes into the log."""
    return scope in OF_OFFICES and (method != "GET" or scope in SHOW_CASES)


def scope_used(method: str, needs: tuple[str, ...], scopes: frozenset[str]) -> str | None:
    """The scope by which somebody with these uses an operation, where that goes into the log."""
    return next((scope for scope in needs if scope in scopes and is_written_down(method, scope)), None)


def on_record(log: OfficeLog, deed: Deed, status: int, act: Callable[[], Answer], *, now: int) -> Answer:
    """Carry out a deed between its two lines in the log; `status` is that of success. Raises what the deed raises."""
    entry = log.begin(deed, now=now)
    try:
        answer = act()
    except Refusal as refusal:
        log.end(entry, status=refusal.status, code=refusal.code)
        raise
    except Exception as error:
        fault = StorageUnavailable if is_passing_fault(error) else InternalFault
        log.end(entry, status=fault.status, code=fault.code)
        raise
    log.end(entry, status=status, code="")
    return answer

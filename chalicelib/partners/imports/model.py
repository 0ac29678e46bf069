"""The life of an import: a file that a department hands in, and how far it has been read. Values and rules only."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

LARGEST_BYTES = 5 * 1024**3
"""As much as can be put under one link."""

MOST_OPEN = 5
"""How many imports of one department may be waiting or running."""

LINK_S = 3600
"""How long an upload may begin under a link; one that has begun may take longer."""

WAITING_S = 24 * 3600
"""How long a file is waited for."""

STALLED_S = 24 * 3600
"""How long an import that cannot go on is tried again."""

KEPT_S = 30 * 86_400
"""How long an import is told of after it was opened, with the rows that were refused."""


class ImportKind(StrEnum):
    """What the rows of a file are."""

    EVIDENCE = "evidence"
    TAGS = "tags"
    CARDS = "cards"


class Format(StrEnum):
    """How a file is written: CSV (RFC 4180) with a row of names first, or one JSON document a line."""

    CSV = "csv"
    JSONL = "jsonl"


class Encoding(StrEnum):
    """How the text of a file is written as bytes. What Chinese spreadsheets call ANSI is GB 18030, as is GBK."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"


class State(StrEnum):
    """Where an import is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What happens to an import."""

    ARRIVE = "arrive"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


LIFECYCLE: dict[State, dict[Event, State]] = {
    State.WAITING: {Event.ARRIVE: State.RUNNING, Event.FAIL: State.FAILED, Event.CANCEL: State.CANCELLED},
    State.RUNNING: {Event.FINISH: State.FINISHED, Event.FAIL: State.FAILED, Event.CANCEL: State.CANCELLED},
    State.FINISHED: {},
    State.FAILED: {},
    State.CANCELLED: {},
}
"""`{state: {event: next state}}`. What is over is over: the same file again is another import, whose rows are known."""

OPEN = frozenset({State.WAITING, State.RUNNING})


class Import(msgspec.Struct, frozen=True):
    """One file. Times are Unix seconds.

    `creation` and `digest` are those of the wish; `declared` is the length that the department said, `bytes` and
    `version` those of the file that came. `turn` counts the checkpoints: whoever stores one names the turn read. Each
    says up to which byte (`offset`) and line the file is done, and what became of the `rows` so far; `ahead` are lines
    behind it that were accepted all the same. `lease_until` is until when somebody is at it, or it rests.
    `moved_at` is when it last came any further, `woken_at` when it was last told to; `problem` says why it failed.
    """

    import_id: str
    client_id: str
    client_name: str
    kind: ImportKind
    format: Format
    encoding: Encoding
    declared: int | None
    digest: str
    created_at: int
    state: State = State.WAITING
    bytes: int = 0
    version: str = ""
    turn: int = 0
    lease_until: int = 0
    moved_at: int = 0
    woken_at: int = 0
    offset: int = 0
    line: int = 0
    columns: tuple[str, ...] = ()
    rows: int = 0
    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    ahead: tuple[int, ...] = ()
    problem: dict[str, Any] | None = None
    finished_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything can still become of it."""
        return self.state in OPEN


class IllegalMove(Exception):
    """An import is not in a state in which this can happen to it."""


def moved(one: Import, event: Event, *, now: int, **changes: Any) -> Import:
    """An import after something happened to it; raises `IllegalMove`."""
    state = LIFECYCLE[one.state].get(event)
    if state is None:
        raise IllegalMove
    ended = None if state in OPEN else now
    return msgspec.structs.replace(one, **{"state": state, "moved_at": now, "finished_at": ended, **changes})


def file_key(import_id: str) -> str:
    """Under which key the file of an import comes."""
    return f"imports/{import_id}"


def import_of(key: str) -> str:
    """Whose file came under a key, "" where it is no import's."""
    folder, _, import_id = key.partition("/")
    return import_id if folder == "imports" and "/" not in import_id else ""

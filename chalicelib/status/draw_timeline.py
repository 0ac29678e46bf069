"""`python -m chalicelib.status timeline`: one person's timeline, as lines or as a picture.

Of a holder of the city that the environment names, or of evidence and a policy in files, without any city.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

if TYPE_CHECKING:
    from chalicelib.status.evidence.model import Evidence
    from chalicelib.status.timeline import PreparedPolicy, Segment

Rulebook = Sequence[tuple[int, "PreparedPolicy"]]
STDOUT = "-"


class Unreadable(Exception):
    """What was asked for cannot be drawn; says why."""


class WrittenEvidence(msgspec.Struct, forbid_unknown_fields=True):
    """A piece of evidence in a file: a JSON list of these. Times are RFC 3339 with an offset."""

    kind: str
    happened_at: datetime
    attributes: dict[str, str] = {}
    valid_until: datetime | None = None


def takes(parser: argparse.ArgumentParser) -> None:
    """Whose timeline, and what to make of it."""
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--holder", metavar="ID", help="a holder of the city that the environment names")
    whose.add_argument("--evidence", metavar="FILE", type=Path, help="evidence in a JSON file (docs/status.md)")
    parser.add_argument("--policy", metavar="FILE", type=Path, help="with --evidence: a policy file (docs/policies.md)")
    parser.add_argument(
        "--now", metavar="TIME", type=_instant, help="the present, in RFC 3339; the clock's if left out"
    )
    parser.add_argument(
        "--svg", metavar="FILE", nargs="?", const=STDOUT, help="draw it, into FILE or to standard output"
    )


def run(options: argparse.Namespace) -> int:
    """Print or draw it; 0: done, 2: it could not be read."""
    from chalicelib.status.picture import drawn
    from chalicelib.status.timeline import spliced

    try:
        evidence, rulebook = _in_the_city(options.holder) if options.holder else _in_files(options)
    except Unreadable as error:
        print(f"timeline: {error}", file=sys.stderr)
        return 2
    if not options.svg:
        print(*_lines(spliced(evidence, rulebook), rulebook), sep="\n")
        return 0
    svg = drawn(evidence, rulebook, now=options.now or int(time.time()))
    if options.svg == STDOUT:
        print(svg, end="")
    else:
        Path(options.svg).write_text(svg, encoding="utf-8")
    return 0


def _in_files(options: argparse.Namespace) -> tuple[list[Evidence], Rulebook]:
    """Evidence and one policy for all time, from files."""
    from chalicelib.status.policy.mistakes import MistakenPolicy
    from chalicelib.status.policy.reading import read
    from chalicelib.status.timeline import EVER, prepare

    if options.policy is None:
        raise Unreadable("evidence in a file needs a policy: add --policy FILE")
    try:
        written = msgspec.json.decode(options.evidence.read_bytes(), type=list[WrittenEvidence])
        policy = read(options.policy.read_text(encoding="utf-8"))
        return [_fact(number, one) for number, one in enumerate(written)], [(EVER, prepare(policy))]
    except MistakenPolicy:
        raise Unreadable(f"{options.policy} has mistakes; `check-policy` tells them") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"it cannot be read: {error}") from None


def _fact(number: int, written: WrittenEvidence) -> Evidence:
    """Evidence as a timeline takes it; raises ValueError for a time without an offset, and for no colour."""
    from chalicelib.status.evidence.model import MANUAL, Evidence
    from chalicelib.status.model import Colour

    if written.kind == MANUAL:
        Colour(written.attributes.get("colour", "nothing"))
    until = None if written.valid_until is None else _seconds(written.valid_until)
    return Evidence(f"{number:024x}", written.kind, _seconds(written.happened_at), written.attributes, until)


def _in_the_city(holder: str) -> tuple[list[Evidence], Rulebook]:
    """What the city knows of a holder; it is read, and nothing is changed."""
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    from chalicelib.platform.aws import tuned_dynamodb
    from chalicelib.platform.settings import Settings, SettingsError
    from chalicelib.status.evidence.store import EvidenceReader
    from chalicelib.status.policy.rulebook import Rulebooks
    from chalicelib.status.policy.store import PolicyStore, RulebookStore

    try:
        city = Settings.from_environment()
        rulebooks = Rulebooks(PolicyStore(), RulebookStore())
        evidence = EvidenceReader(tuned_dynamodb(city), city.table("evidence")).of(holder)
        return evidence, rulebooks.prepared(rulebooks.current())
    except (SettingsError, PynamoDBException, BotoCoreError, ClientError) as error:
        raise Unreadable(f"it cannot be told: {error}") from None


def _lines(segments: Sequence[Segment], rulebook: Rulebook) -> list[str]:
    """A segment a line: local time, colour, the rules that speak for it."""
    from chalicelib.status.timeline import EVER

    zone = ZoneInfo(rulebook[-1][1].policy.time_zone)
    return [
        f"{str(datetime.fromtimestamp(one.starts, zone)) if one.starts > EVER else 'at first':<27}"
        f"{one.colour:<8}{', '.join(dict.fromkeys(reason.rule for reason in one.reasons))}"
        for one in segments
    ]


def _instant(argument: str) -> int:
    """A time as Unix seconds; raises ValueError."""
    return _seconds(datetime.fromisoformat(argument))


def _seconds(instant: datetime) -> int:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no offset from UTC: write {instant.isoformat()}+08:00 or the like")
    return int(instant.astimezone(UTC).timestamp())

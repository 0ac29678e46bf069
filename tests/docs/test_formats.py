"""docs/wire-formats.md shows what the code writes."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from dataclasses import replace

from chalicelib.status.changes import Change, Told, changes_text, told_text
from chalicelib.status.course import to_text, turns
from chalicelib.status.draw_timeline import _in_files
from chalicelib.status.model import Colour
from chalicelib.status.policy.shipped import FILES, FOLDER
from chalicelib.status.timeline import EVER, Reason, Segment, spliced
from chalicelib.trust.chain import START, Head, Sound, check, following
from infra.docs import DOCS
from tests.docs.test_docs import commands


def test_the_stored_timeline_it_shows_follows_from_the_files_it_names() -> None:
    [shown] = re.findall(r"```text\n(.*)\n```", (DOCS / "wire-formats.md").read_text())
    files = Namespace(evidence=DOCS / "examples/evidence.json", policy=FOLDER / FILES["epidemic@1"])
    assert to_text(spliced(*_in_files(files)), since=EVER) == shown
    assert to_text([Segment(each.at, each.colour, (each.reason,)) for each in turns(shown)], since=EVER) == shown


def test_what_it_says_of_changes_and_of_what_was_told_is_how_they_are_written() -> None:
    reason = Reason("epidemic@1", "arrival-medium", "0" * 24)
    change = Change(8, 1788248400, Colour.GREEN, Colour.YELLOW, reason, "evidence")
    assert changes_text([change]) == f"8|1788248400|green|yellow|epidemic@1|arrival-medium|{'0' * 24}|evidence"
    assert told_text(Told(Colour.YELLOW, 1788248400, 8)) == "yellow|1788248400|8"


def test_the_example_of_the_journal_is_an_entry_and_the_one_after_it() -> None:
    hashed = [(json.loads(said), output.split()[-1]) for command, output in commands() for said in _quoted(command)]
    [first, second] = [
        replace(following(head, "overrides", step_id=said["step_id"], at=said["at"], what=said["what"]), hash=expected)
        for (said, expected), head in zip(hashed, (START, Head(1, hashed[0][1])), strict=True)
    ]
    assert check([first, second]) == Sound(second.head)


def _quoted(command: str) -> list[str]:
    """The entry of a journal that a command hashes."""
    return re.findall(r"'(\{\"at\".*\})'", command)

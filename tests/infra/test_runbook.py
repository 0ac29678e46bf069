"""What docs/operating.md tells an operator to do at three in the morning works."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from chalicelib.partners.__main__ import _parser
from chalicelib.trust.model import KeyUse
from chalicelib.wiring import City
from functions import change_keys, log_scans
from infra.docs import DOCS
from tests.world import Caller, moved_in

RUNBOOK = (DOCS / "operating.md").read_text(encoding="utf-8")

AS_THE_COMMAND_LINE_PRINTS = {
    "Records": [
        {
            "eventID": "1",
            "eventName": "MODIFY",
            "dynamodb": {
                "ApproximateCreationDateTime": "2026-09-21T22:13:20+08:00",
                "Keys": {"holder": {"S": "somebody"}},
                "NewImage": {
                    "holder": {"S": "somebody"},
                    "mark": {"B": "bWFyaw=="},
                    "last_scan": {
                        "M": {
                            "verifier": {"S": "metro"},
                            "verifier_name": {"S": "地铁"},
                            "purpose": {"S": "entry"},
                            "place": {"S": "2 号口"},
                            "at": {"N": "1790000000"},
                        }
                    },
                },
                "SequenceNumber": "100",
                "SizeBytes": 200,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        }
    ],
    "NextShardIterator": "…",
}


def test_records_of_the_command_line_can_be_replayed_and_replaying_twice_logs_once(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_scans, "city", lambda: city)
    for _ in range(2):
        assert log_scans.log_scans(AS_THE_COMMAND_LINE_PRINTS, None) == {"batchItemFailures": []}
    assert [scan.verifier_name for scan in city.scans.page("somebody", before=None, size=20)] == ["地铁"]


def test_before_the_first_rotation_the_city_says_that_it_cannot_answer_yet(city: City, api: Caller) -> None:
    from chalicelib.trust.store import KeyItem

    moved_in(city)
    for key in KeyItem.scan():
        key.delete()
    city.ring.forget()
    reply = api.get("/v1/trust-list")
    assert (reply.status, reply.code) == (503, "unavailable")


def test_the_changes_of_keys_that_it_shows_are_made(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_keys, "city", lambda: city)
    [old] = [key.kid for key in city.key_store.records() if key.use is KeyUse.CODE]
    payloads = re.findall(r"change-keys .*\n\s*--payload '(.*)'", RUNBOOK.replace("1a2b3c4d", old))
    answers = [change_keys.change_keys(json.loads(payload), None) for payload in payloads]
    assert [next(iter(answer.items())) for answer in answers] == [("revoked", old), ("rotating", "code")]


def test_the_commands_for_verifiers_that_it_shows_are_understood() -> None:
    shown = re.findall(r"python -m chalicelib\.partners (.*)", RUNBOOK)
    subjects = [_parser().parse_args(shlex.split(command)).subject for command in shown]
    assert subjects == ["地铁二号线", "client-0123456789abcdef"]

"""What docs/operating.md tells an operator to do at three in the morning works."""

from __future__ import annotations

import pytest

from chalicelib.wiring import City
from functions import log_scans
from tests.world import Caller, moved_in

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

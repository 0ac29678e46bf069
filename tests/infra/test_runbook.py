"""What docs/operating.md tells an operator to do at three in the morning works."""

from __future__ import annotations

import base64
import json
import re
import shlex
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest

from chalicelib.accounts.retention_model import LONGEST_PAUSE_S, Run
from chalicelib.desk.following import CHAIN as ASSISTANCES
from chalicelib.partners import __main__ as partners
from chalicelib.partners.clients.following import CHAIN as CLIENTS
from chalicelib.people import __main__ as people
from chalicelib.people.proofing import __main__ as proofing
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.platform.addresses import app
from chalicelib.status import __main__ as status
from chalicelib.status.appeals.following import CHAIN as APPEALS
from chalicelib.status.overrides.following import CHAIN as OVERRIDES
from chalicelib.status.policy.taking_effect import CHAIN as POLICIES
from chalicelib.trust import __main__ as trust
from chalicelib.trust.model import KeyUse
from chalicelib.trust.status_list import SIZE
from chalicelib.trust.status_lists.model import SIGNED_ANEW_S
from chalicelib.trust.status_lists.store import SHELF, StatusListItem
from chalicelib.wiring import City
from functions import (
    apply_overrides,
    change_keys,
    continue_imports,
    emit_alert_events,
    emit_appeal_events,
    emit_carrier_events,
    emit_consent_events,
    emit_import_events,
    emit_key_events,
    emit_scan_events,
    emit_status_events,
    follow_appeals,
    follow_assistances,
    follow_clients,
    follow_consents,
    follow_delegations,
    follow_tags,
    log_scans,
    publish_status_lists,
    recompute_statuses,
    revoke_carriers,
    sweep_retention,
    tell_changes,
    watch_refusals,
    watch_scans,
)
from infra.docs import DOCS
from tests.faults.colours import stream_of
from tests.infra.permissions import Permission, watched
from tests.status.overrides.desk import Desk
from tests.world import Caller, StoppedClock, moved_in

RUNBOOK = (DOCS / "operating.md").read_text(encoding="utf-8")

FOLLOWERS = {
    log_scans: "statuses",
    tell_changes: "statuses",
    recompute_statuses: "evidence",
    apply_overrides: "overrides",
    follow_appeals: "appeals",
    follow_delegations: "delegations",
    follow_tags: "tags",
    follow_assistances: "assistances",
    revoke_carriers: "carriers",
    follow_clients: "clients",
    follow_consents: "consents",
    watch_scans: "scans",
    watch_refusals: "refused-scans",
    continue_imports: "imports",
    emit_scan_events: "scans",
    emit_status_events: "changes",
    emit_consent_events: "consents",
    emit_appeal_events: "appeals",
    emit_carrier_events: "status-lists",
    emit_key_events: "keys",
    emit_alert_events: "alerts",
    emit_import_events: "imports",
}

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


def test_records_of_any_stream_can_be_replayed_as_the_command_line_prints_them(
    city: City, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    override = Desk(city, api).approved()
    for function, stream in FOLLOWERS.items():
        monkeypatch.setattr(function, "city", lambda: city)
        handler = getattr(function, function.__name__.rpartition(".")[2])
        records = [_as_printed(record) for record in stream_of(city, stream)]
        for _ in range(2):
            assert handler({"Records": records, "NextShardIterator": "…"}, None) == {"batchItemFailures": []}
    assert [each.what["override"] for each in city.journal.entries("overrides")] == [override] * 2


def _as_printed(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its bytes in Base64."""
    printed: dict[str, Any] = json.loads(json.dumps(record, default=lambda value: base64.b64encode(value).decode()))
    return printed


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


def test_the_commands_for_verifiers_and_departments_that_it_shows_are_understood() -> None:
    parsed = [partners._parser().parse_args(each) for each in shown("chalicelib.partners")]
    assert [each.subject for each in parsed] == ["地铁二号线", "71 路公交", "第一人民医院", "client-0123456789abcdef"]
    assert [getattr(each, "kind", None) for each in parsed] == ["verifier", "verifier", "department", None]
    assert [getattr(each, "card", None) for each in parsed] == [False, True, False, None]


def test_the_commands_for_officers_journals_and_policies_that_it_shows_are_understood() -> None:
    roles = [people._parser().parse_args(each) for each in shown("chalicelib.people")]
    chains = [trust._parser().parse_args(each).chain for each in shown("chalicelib.trust")]
    assert [each.carry_out for each in roles] == [people.appoint, people.appoint, people.suspend]
    assert [each.role for each in roles[:2]] == ["health_officer", "helper"]
    assert chains == [OVERRIDES, APPEALS, POLICIES, ASSISTANCES, CLIENTS]
    assert [status.main(each) for each in shown("chalicelib.status")] == [0]


def test_secrets_of_apps_are_sealed_by_who_may_seal_and_as_a_setting_takes_them(
    city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in shown("chalicelib.people.proofing"):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"the secret of an app")))
        with watched() as deeds:
            assert proofing.main(arguments) == 0
        [(permission, label)] = [(each.permission, each.detail) for each in deeds]
        assert permission == Permission("kms:Encrypt", "IssuerKeyEncryptionKey")
        assert label == f"channel#{arguments[1]}"
        assert app(f"wx0123456789:{capsys.readouterr().out.strip()}") is not None


def test_status_lists_are_signed_at_once_where_somebody_asks_for_it(
    city: City, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.post("/v1/papers", {}, token=api.log_in(), key="paper").status == 201
    assert isinstance(city.clock, StoppedClock)
    city.clock.advance(SIGNED_ANEW_S)
    monkeypatch.setattr(publish_status_lists, "city", lambda: city)
    [payload] = re.findall(r"publish-status-lists .*--payload '([^']*)'", RUNBOOK)
    assert publish_status_lists.publish_status_lists(json.loads(payload), None) == {"signed": 1}


class _Context:
    """What Lambda says of a call: that there is time."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def test_after_a_long_pause_the_sweep_believes_who_says_that_the_clock_is_right(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_retention, "city", lambda: city)
    [payload] = re.findall(r"sweep-retention .*--payload '([^']*)'", RUNBOOK)
    event = json.loads(payload)
    assert isinstance(city.clock, StoppedClock)
    nothing: dict[str, str] = {}
    for detail in (nothing, nothing, event["detail"]):
        city.custodian.publish(now=int(city.clock()))
        sweep_retention.sweep_retention(event | {"detail": detail}, _Context())
        city.clock.advance(LONGEST_PAUSE_S + 60)
    assert (len(_runs(city, refused=False)), len(_runs(city, refused=True))) == (2, 1)


def _runs(city: City, *, refused: bool) -> list[Run]:
    """The reports of the sweep."""
    return city.retention.reports(refused=refused, before="")


def test_a_list_that_is_said_to_be_full_is_given_no_more_entries(city: City, api: Caller) -> None:
    """What the runbook says of a restored table of which nobody knows how far entries were handed out."""
    now = int(city.clock())
    first, _ = city.status_lists.allot(now, now + 1)
    assert f"raise `taken` of the newest list to {SIZE}" in RUNBOOK
    StatusListItem(SHELF, first).update([StatusListItem.taken.set(SIZE)])
    assert city.status_lists.allot(now, now + 1) == (first + 1, 0)


def test_the_rights_of_who_appoints_are_those_that_it_takes(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    moved_in(city, RESIDENTS[1])
    monkeypatch.setattr(
        "sys.stdin", TextIOWrapper(BytesIO(json.dumps(SandboxIdentityProvider.login(RESIDENTS[1])).encode()))
    )
    with watched() as deeds:
        assert people.main(["appoint", "auditor"]) == 0
    assert {each.permission for each in deeds} == {
        Permission("dynamodb:GetItem", "IdentitiesTable"),
        Permission("dynamodb:GetItem", "HoldersTable"),
        Permission("dynamodb:Query", "KeysTable"),
        Permission("dynamodb:UpdateItem", "OfficersTable"),
        Permission("kms:Decrypt", "IssuerKeyEncryptionKey"),
    }
    labels = {each.detail.partition("#")[0] for each in deeds if each.permission.action == "kms:Decrypt"}
    assert labels <= {"field", "index"}


def test_the_right_of_who_verifies_the_journal_is_to_query_it(city: City) -> None:
    with watched() as deeds:
        assert trust.main(["verify-journal", "overrides"]) == 0
    assert {each.permission for each in deeds} == {Permission("dynamodb:Query", "JournalTable")}


def shown(module: str) -> list[list[str]]:
    """The arguments of each command of a module that the runbook shows; what comes from a file is left out."""
    commands = re.findall(rf"python -m {re.escape(module)} (.*)", RUNBOOK)
    return [shlex.split(command.partition(" < ")[0]) for command in commands]

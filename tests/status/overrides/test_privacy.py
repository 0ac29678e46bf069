"""Overrides tell nobody more than they must: not the log, not the tables at rest, not the officers' own pages."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.platform.permissions import Role
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.status.overrides.store import OverrideItem
from chalicelib.trust.journal_store import JournalItem
from tests.faults.weather import BEFORE, weather
from tests.fuzz.ear import listening
from tests.status.overrides.desk import GU, LIN, OUYANG, REASON, SHEN, ZHOU, Desk, document
from tests.world import NOON, Reply

NOTE = "电话核实：本人在家"
GROUP = "三号楼二单元"


def a_day(desk: Desk) -> list[Reply]:
    """Everything that officers do and are refused; answers what they were told."""
    made = desk.proposed(LIN, OUYANG, group=GROUP)
    replies = [
        desk.propose(LIN, GU, ground="none"),
        desk.propose(LIN, ZHOU),
        desk.propose(people=[document(LIN), {"document_type": "resident_id", "document_number": "1"}]),
        desk.act("approval", made, ZHOU),
        desk.act("approval", made, SHEN, note=NOTE),
        desk.act("end", made, GU, note=NOTE),
        desk.act("rejection", made, GU, note=NOTE),
    ]
    reading = ["overrides", f"overrides/{made}", "override-report", "override-grounds", "overrides/none"]
    replies += [desk.api.get(f"/v1/{path}", token=desk.token(OUYANG, Role.AUDITOR)) for path in reading]
    desk.follow()
    return replies


def test_no_log_no_metric_and_no_refusal_tells_of_anybody(desk: Desk) -> None:
    with listening() as ear, weather() as sky:
        for reply in a_day(desk):
            ear.hear(reply)
        sky.brings(BEFORE["throttled"])
        ear.hear(desk.act("approval", "0" * 24))
        ear.secrets |= {REASON, NOTE, GROUP, desk.lin, *desk.officers.values()}
        assert ear.heard
        assert not ear.told()


def test_no_answer_to_an_officer_holds_an_id_a_number_or_a_full_name(desk: Desk) -> None:
    told = json.dumps([reply.body for reply in a_day(desk)], ensure_ascii=False)
    for hidden in (desk.lin, desk.auditor, *desk.officers.values()):
        assert hidden not in told
    for resident in (LIN, OUYANG, ZHOU, SHEN, GU):
        assert resident.identity.name not in told
        assert resident.identity.document_number not in told


def test_what_was_said_rests_sealed(desk: Desk) -> None:
    a_day(desk)
    rest = " ".join(_at_rest(item) for model in (OverrideItem, EvidenceItem, JournalItem) for item in model.scan())
    for hidden in (REASON, NOTE, GROUP, "林*晴", "欧**远", LIN.identity.document_number):
        assert hidden not in rest
        assert json.dumps(hidden)[1:-1] not in rest


def test_the_journal_and_the_lists_do_not_know_whom_it_is_about(desk: Desk) -> None:
    a_day(desk)
    assert not any(desk.lin in _at_rest(entry) for entry in JournalItem.scan())
    listed = list(OverrideItem.by_month.query("2026-09"))
    assert listed
    assert not any(item.targets or item.words for item in listed)


def test_a_change_behind_the_desks_back_shows_in_the_journal(desk: Desk) -> None:
    from chalicelib.status.overrides.following import entry

    made = desk.approved()
    override = desk.city.override_store.get(made)
    assert override is not None
    kept = [one.what["content"] for one in desk.city.journal.entries("overrides") if one.what["override"] == made]
    assert kept == [entry(override, step)["content"] for step in override.steps]
    OverrideItem(made).update([OverrideItem.targets.set(desk.auditor)])
    forged = desk.city.override_store.get(made)
    assert forged is not None
    assert not set(kept) & {entry(forged, step)["content"] for step in forged.steps}
    assert forged.proposed_at == NOON


def _at_rest(item: Any) -> str:
    """An item as the store has it."""
    return str(item.to_dynamodb_dict())

"""A policy file with a mistake is refused with the line and what to do, and never read as something else."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.status.evidence.kinds import REPORTABLE
from chalicelib.status.evidence.model import MANUAL
from chalicelib.status.policy.model import Clearing, Offset, Pattern, Policy
from chalicelib.status.policy.nodes import LIMIT_BYTES, MOST_MISTAKES
from chalicelib.status.policy.reading import read
from tests.status.policy.files import GOOD, changed, mistakes


def test_a_good_file_is_read_as_it_is_written() -> None:
    policy = read(GOOD)
    assert (policy.key, policy.time_zone, policy.otherwise.colour) == ("story@3", "Asia/Shanghai", "green")
    arrival, contact = policy.rules
    assert arrival.when == Pattern("arrival", {"risk": ["medium", "high"]})
    assert (contact.starts, contact.until) == (Offset(hours=0), Offset(days=14))
    assert contact.cleared_by == [Clearing("test_result", {"result": "negative"}, count=2, apart=Offset(hours=24))]


def test_what_was_read_can_be_kept_as_json_and_is_the_same() -> None:
    policy = read(GOOD)
    assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy


WRONG: dict[str, tuple[tuple[str, str], int, str, str]] = {
    # what is wrong: (from, to), line, place, what the advice or the problem says
    "a colour that does not exist": (("colour: yellow", "colour: orange"), 9, "rules[1].colour", "yellow or red"),
    "a misspelt field": (("until: {days: 7}", "untill: {days: 7}"), 12, "rules[1].untill", "'until'"),
    "a field that is missing": (("    precedence: 50\n", ""), 7, "rules[1]", "'precedence'"),
    "a precedence out of bounds": (("precedence: 50", "precedence: 1000"), 10, "rules[1].precedence", "0 to 999"),
    "a negative number": (("days: 7", "days: -7"), 12, "rules[1].until.days", "quotes"),
    "a number in words": (("days: 7", "days: seven"), 12, "rules[1].until.days", "0 to 3660"),
    "a number with a leading zero": (("days: 7", "days: 07"), 12, "rules[1].until.days", "quotes"),
    "days and hours": (("{days: 7}", "{days: 7, hours: 1}"), 12, "rules[1].until", "one of {days"),
    "neither days nor hours": (("{days: 7}", "{}"), 12, "rules[1].until", "one of {days"),
    "a bare number for a time": (("{days: 7}", "7"), 12, "rules[1].until", "days, hours"),
    "nothing where a value belongs": (("until: {days: 7}", "until:"), 12, "rules[1].until", "leave the whole line out"),
    "an unknown kind": (("kind: arrival,", "kind: arival,"), 8, "rules[1].when.kind", "'arrival'"),
    "the kind of overrides": (("kind: close_contact", "kind: manual"), 14, "rules[2].when.kind", "overrides"),
    "an unknown attribute": (("risk:", "rsk:"), 8, "rules[1].when.attributes.rsk", "'risk'"),
    "a value that never comes": (("high]", "huge]"), 8, "rules[1].when.attributes.risk", "low, medium or high"),
    "an empty list of values": (("[medium, high]", "[]"), 8, "rules[1].when.attributes.risk", "low, medium or high"),
    "a value of the wrong form": (
        ("risk: [medium, high]", "area: 上海"), 8, "rules[1].when.attributes.area", "[0-9]{6}",
    ),
    "a number where a text is meant": (
        ("risk: [medium, high]", "area: 310000"), 8, "rules[1].when.attributes.area", "in quotes",
    ),
    "an unknown attribute in a clearing": (
        ("attributes: {result", "attributes: {outcome"), 22, "rules[2].cleared_by[1].attributes.outcome", "result",
    ),
    "a count of none": (("count: 2", "count: 0"), 23, "rules[2].cleared_by[1].count", "1 to 10"),
    "one id for two rules": (("id: contact", "id: arrival"), 13, "rules[2].id", "rules[1]"),
    "a reserved id": (("id: contact", "id: otherwise"), 13, "rules[2].id", "another name"),
    "an id that is no name": (("id: contact", "id: Contact!"), 13, "rules[2].id", "lower-case"),
    "an unknown time zone": (("Asia/Shanghai", "Asia/Shanghia"), 4, "time_zone", "'Asia/Shanghai'"),
    "a time zone that is a path": (("Asia/Shanghai", "../../etc/passwd"), 4, "time_zone", "time zone"),
    "a language left out": (("{zh: 抵达, en: Arrival}", "{zh: 抵达}"), 11, "rules[1].reason", "'en'"),
    "an empty text": (("en: Arrival", 'en: ""'), 11, "rules[1].reason.en", "1 to 200"),
    "two lines in a text": (("en: Arrival", r'en: "Arr\nival"'), 11, "rules[1].reason.en", "one line"),
    "a text YAML takes for false": (("en: Arrival", "en: no"), 11, "rules[1].reason.en", '"no"'),
    "a text YAML takes for ninety": (("en: Arrival", "en: 1:30"), 11, "rules[1].reason.en", '"1:30"'),
    "a text YAML takes for a date": (("en: Arrival", "en: 2026-01-01"), 11, "rules[1].reason.en", '"2026-01-01"'),
    "a fraction": (("version: 3", "version: 3.0"), 2, "version", "fraction"),
    "a field written twice": (("version: 3", "version: 3\nversion: 4"), 3, "version", "line 2"),
    "an attribute written twice": (
        ("{risk: [medium, high]}", "{risk: low, risk: high}"), 8, "rules[1].when.attributes.risk", "Keep one",
    ),
    "an anchor": (("{days: 7}", "&week {days: 7}"), 12, "", "Write out"),
    "an alias": (("colour: red", "colour: *red"), 15, "", "Write out"),
    "a type tag": (("version: 3", "version: !!int 3"), 2, "", "Leave it out"),
    "a second document": (("rules:", "---\nrules:"), 6, "", "one policy per file"),
    "a tab": (("    colour: yellow", "\tcolour: yellow"), 9, "", "a tab"),
    "a bracket left open": (("[medium, high]", "[medium, high"), 8, "", "bracket"),
    "a field nobody knows": (("\nrules:", "\nrules: []\nunruly:"), 7, "unruly", "rules"),
    "fields where a list belongs": (("when: {kind: close_contact}", "when: [close_contact]"), 14, "rules[2].when",
        "kind"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_with_its_line_its_place_and_what_to_do(case: str) -> None:
    change, line, place, said = WRONG[case]
    found = mistakes(changed(change))
    assert [(mistake.line, mistake.place) for mistake in found] == [(line, place)], found
    assert said in str(found[0])


def test_all_mistakes_are_told_at_once_in_order_of_their_lines() -> None:
    found = mistakes(changed(*(WRONG[case][0] for case in ("a colour that does not exist", "an unknown time zone",
        "days and hours", "a count of none", "a fraction", "an unknown kind", "one id for two rules"))))  # fmt: skip
    assert [mistake.line for mistake in found] == [2, 4, 8, 9, 12, 13, 23]


def test_manual_evidence_is_the_business_of_overrides_only() -> None:
    assert MANUAL not in REPORTABLE


UNREADABLE = ["", "# nothing\n", "- a\n- b\n", "just a text", "3", "a: \x00", "a: \ud800", "{" * 5000, "[" * 5000,
    "%YAML 9.9\n---\na: 1\n", "a: !!python/object/apply:os.system [ls]", "? [a]\n: b", "<<: {a: 1}", "=: 1",
    "a: &a [*a]", "a" * (LIMIT_BYTES + 1), "\ufeff", "---\n---\n",
    "rules: {}", "rules: [3]", "rules: [[[[]]]]"]  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: repr(text[:20]))
def test_what_is_no_policy_at_all_is_refused_with_a_line(text: str) -> None:
    found = mistakes(text)
    assert found
    assert all(mistake.line >= 1 and mistake.problem and mistake.advice for mistake in found)


def test_a_million_laughs_stay_unread() -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert {mistake.problem for mistake in mistakes(laughs)} == {"An anchor or alias (& or *) stands here."}


def test_nobody_has_to_read_more_than_fifty_mistakes() -> None:
    assert len(mistakes("\n".join(f"a{number}: b" for number in range(1000)))) == MOST_MISTAKES


@given(st.text(max_size=200))
def test_any_text_is_a_policy_or_a_list_of_mistakes(text: str) -> None:
    assert mistakes(text)


@given(st.data())
def test_a_damaged_file_is_a_policy_or_a_list_of_mistakes(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD)))
    cut = data.draw(st.integers(0, 8))
    text = GOOD[:place] + data.draw(st.text(max_size=3)) + GOOD[place + cut :]
    assert mistakes(text) or isinstance(read(text), Policy)


def test_what_nobody_could_review_is_refused() -> None:
    rule = (
        "  - {id: a%d, when: {kind: release}, colour: red, precedence: 1, reason: {zh: a, en: a}, cleared_by: [%s]}\n"
    )
    many = changed(("rules:\n", "rules:\n" + "".join(rule % (number, "") for number in range(199))))
    assert [mistake.place for mistake in mistakes(many)] == ["rules"]
    wide = changed(("rules:\n", "rules:\n" + rule % (0, "{kind: release}, " * 11)))
    assert [mistake.place for mistake in mistakes(wide)] == ["rules[1].cleared_by"]

"""Nobody is acted for in silence: what people are told, in which words, and page by page."""

from __future__ import annotations

import pytest

from chalicelib.people.notices import KINDS, NoticeItem, UnknownKind
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.wiring import City
from tests.world import NOON, Caller, moved_in


def told(city: City, number: int, *, holder: str) -> None:
    city.notices.tell(holder, "desk_acted", {"by": "方*"}, event=f"act-{number}", now=NOON + number)


def test_a_notice_says_what_happened_in_two_languages(city: City, api: Caller) -> None:
    told(city, 0, holder=moved_in(city))
    (notice,) = api.get("/v1/notices", token=api.log_in()).body["notices"]
    assert notice.pop("notice_id")
    assert notice == {
        "kind": "desk_acted",
        "title": {"zh": "服务窗口为你办理了业务", "en": "A service desk acted for you"},
        "facts": {"by": "方*"},
        "at": "2026-09-21T14:13:20Z",
    }


def test_told_again_is_told_once(city: City) -> None:
    holder = moved_in(city)
    for _ in range(3):
        told(city, 0, holder=holder)
    assert NoticeItem.count() == 1


def test_a_long_list_goes_on_where_the_page_before_ended(city: City, api: Caller) -> None:
    holder, token = moved_in(city), api.log_in()
    for number in range(45):
        told(city, number, holder=holder)
    pages, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/notices{cursor and '?cursor='}{cursor}", token=token).body
        pages.append(len(page["notices"]))
        cursor = page["next_cursor"]
    assert pages == [20, 20, 5]


def test_nobody_reads_what_another_was_told(city: City, api: Caller) -> None:
    told(city, 0, holder=moved_in(city, RESIDENTS[0]))
    assert api.get("/v1/notices", token=api.log_in(RESIDENTS[1])).body == {"notices": [], "next_cursor": None}


@pytest.mark.parametrize("cursor", ["x", "0123456789", "0123456789-" + "g" * 24, "0123456789-" + "a" * 25, "%00"])
def test_a_cursor_that_was_not_given_out_is_refused(api: Caller, cursor: str) -> None:
    assert api.get(f"/v1/notices?cursor={cursor}", token=api.log_in()).code == "unknown_cursor"


def test_a_kind_that_has_no_name_is_not_told(city: City) -> None:
    with pytest.raises(UnknownKind, match="birthday"):
        city.notices.tell(moved_in(city), "birthday", {}, event="e", now=NOON)
    assert NoticeItem.count() == 0


def test_every_kind_is_named_in_both_languages() -> None:
    for title in KINDS.values():
        assert title.zh
        assert title.en.isascii()

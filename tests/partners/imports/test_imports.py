"""`POST /v1/imports`: departments hand in whole files, and are told what became of every row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from chalicelib.codes.cards.lookup import CardLookup
from chalicelib.partners.imports import cutting
from chalicelib.partners.imports.formats import MOST_TOLD
from chalicelib.partners.imports.model import KEPT_S, LARGEST_BYTES, LINK_S, MOST_OPEN, WAITING_S, file_key
from chalicelib.partners.imports.routes import REFUSED_PAGE
from chalicelib.partners.imports.rows import ROWS
from chalicelib.partners.imports.store import RefusedRowItem
from chalicelib.platform.times import rfc3339
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.partners.imports.department import (
    COLUMNS,
    Department,
    Functions,
    as_csv,
    as_jsonl,
    cells_of,
    facts,
)
from tests.status.evidence.department import fact, holder_of, somebody, waiting_for
from tests.world import NOON, Caller, StoppedClock, caller, found_city


@pytest.fixture(scope="module")
def city(embedded_store: Store) -> Iterator[City]:
    """One city for all; every test brings people and references of its own."""
    yield found_city(StoppedClock())
    embedded_store.clear()


@pytest.fixture(scope="module")
def api(city: City) -> Caller:
    return caller(city)


@pytest.fixture
def cdc(city: City, api: Caller) -> Department:
    return Department(city, api)


def outcome(seen: dict[str, Any]) -> tuple[str, int, int, int, int]:
    return seen["state"], seen["rows"], seen["accepted"], seen["repeated"], seen["refused"]


@pytest.mark.parametrize("size", [None, 1000])
def test_a_department_asks_for_a_link_and_is_told_where_to_put_the_file(cdc: Department, size: int | None) -> None:
    reply = cdc.opens(size=size)
    assert (reply.status, reply.body["state"], reply.body["bytes"]) == (201, "waiting", None)
    link = reply.body["upload"]
    assert (link["method"], link["expires_at"]) == ("PUT", rfc3339(NOON + LINK_S))
    assert link["headers"] == ({} if size is None else {"Content-Length": "1000"})
    assert file_key(reply.body["import_id"]) in link["url"]
    assert reply.body["kept_until"] == rfc3339(NOON + KEPT_S)


def test_the_same_request_again_is_the_same_import(cdc: Department) -> None:
    first, again = cdc.opens(key="nightly"), cdc.opens(key="nightly")
    assert first.body["import_id"] == again.body["import_id"]
    assert again.body["upload"] is not None
    assert cdc.opens(key="nightly", kind="tags").code == "idempotency_key_reused"


@pytest.mark.parametrize("write", [as_csv, as_jsonl])
def test_every_row_becomes_a_fact(city: City, cdc: Department, write: Any) -> None:
    rows = facts(11)
    known = somebody()
    holder = holder_of(city, known)
    rows.append(fact(known, reference=f"KNOWN-{write.__name__}"))
    seen = cdc.imports(write(rows), format=write.__name__.removeprefix("as_"))
    assert outcome(seen) == ("finished", 12, 12, 0, 0)
    assert seen["bytes_done"] == seen["bytes"] == len(write(rows))
    assert [one.reference for one in city.evidence.of(holder)] == [f"KNOWN-{write.__name__}"]
    assert [one.source_name for one in city.evidence.of(holder)] == ["疾病预防控制中心"]


def test_the_same_file_again_is_another_import_whose_rows_are_all_known(cdc: Department) -> None:
    file = as_csv(facts(7))
    assert outcome(cdc.imports(file)) == ("finished", 7, 7, 0, 0)
    assert outcome(cdc.imports(file)) == ("finished", 7, 0, 7, 0)


def test_the_file_is_gone_when_it_has_been_read(city: City, cdc: Department) -> None:
    seen = cdc.imports(as_csv(facts(1)))
    assert city.uploads.find(file_key(seen["import_id"])) is None


def test_a_refused_row_is_told_by_its_line_and_what_to_do_and_keeps_no_other(cdc: Department) -> None:
    good, unknown, odd, late = facts(4)
    unknown["kind"], odd["document_number"], late["happened_at"] = "rumour", "310101199003072211", "yesterday"
    file = as_csv([good, unknown, odd, late]) + b"one,two\r\n" + b'a,b,"c\n'
    seen = cdc.imports(file)
    assert outcome(seen) == ("finished", 6, 1, 0, 5)
    assert cdc.refused(seen["import_id"]) == [
        (3, "unknown_kind"),
        (4, "invalid_document_number"),
        (5, "malformed_row"),
        (6, "wrong_number_of_cells"),
        (7, "quote_not_closed"),
    ]
    rows = cdc.api.get(f"/v1/imports/{seen['import_id']}/refused", token=cdc.token).body["rows"]
    assert rows[2]["evidence"] == {"where": "Invalid value - at `$.happened_at`"}
    assert all(set(row) == {"line", "code", "detail", "evidence"} for row in rows)
    text = json.dumps(rows)
    assert "rumour" not in text
    assert "310101199003072211" not in text


def test_many_refused_rows_come_in_pages(cdc: Department) -> None:
    number = REFUSED_PAGE + 3
    import_id = cdc.hands_in(",".join(COLUMNS).encode() + b"\n" + b"x\n" * number)
    Functions(cdc.city, rows=400, together=200).arrive(import_id).follow()
    assert cdc.refused(import_id) == [(line, "wrong_number_of_cells") for line in range(2, number + 2)]


def test_whoever_asks_right_after_the_end_misses_no_refused_row(
    cdc: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copies of a table may lag; a page that is short of a row would be taken for the last."""
    import_id = cdc.imports(HEADER.encode() + b"\nx\n")["import_id"]
    query, asked = RefusedRowItem.query, list[bool]()

    def watched(*place: Any, **how: Any) -> Any:
        asked.append(how.get("consistent_read", False))
        return query(*place, **how)

    monkeypatch.setattr(RefusedRowItem, "query", watched)
    assert cdc.refused(import_id) == [(2, "wrong_number_of_cells")]
    assert asked == [True]


def test_rows_with_one_reference_are_taken_in_the_order_of_the_file(cdc: Department) -> None:
    first, second = facts(2)
    second["reference"] = first["reference"]
    seen = cdc.imports(as_csv([first, second]))
    assert cdc.refused(seen["import_id"]) == [(3, "reference_taken")]


def test_people_whom_we_do_not_know_wait_as_after_a_request(city: City, cdc: Department) -> None:
    person = somebody()
    cdc.imports(as_jsonl([fact(person, reference="WAITS-1")]), format="jsonl")
    assert waiting_for(city, person) == ["WAITS-1"]


WITH_BOM = b"\xef\xbb\xbf"
NOTES = "备注"


def with_note(rows: list[dict[str, Any]], encoding: str, note: str) -> bytes:
    """JSON Lines with a field that is not ours."""
    return b"".join((json.dumps(row | {NOTES: note}, ensure_ascii=False) + "\n").encode(encoding) for row in rows)


FINE: dict[str, tuple[Any, dict[str, str]]] = {
    "a byte-order mark": (lambda rows: WITH_BOM + as_csv(rows), {}),
    "no line end at the end": (lambda rows: as_csv(rows).removesuffix(b"\r\n"), {}),
    "line ends of Unix": (lambda rows: as_csv(rows).replace(b"\r\n", b"\n"), {}),
    "empty lines": (lambda rows: as_csv(rows).replace(b"\r\n", b"\r\n\r\n") + b"\n \n", {}),
    "everything in quotes": (lambda rows: as_csv(rows).replace(b",", b'","').replace(b"\r\n", b'"\r\n"')[:-1], {}),
    "columns in another order": (
        lambda rows: b"\n".join(
            b",".join(reversed([cell.encode() for cell in line]))
            for line in ([*COLUMNS], *([*cells_of(row)] for row in rows))
        ),
        {},
    ),
    "GB 18030": (lambda rows: with_note(rows, "gb18030", "张三，𠮷"), {"encoding": "gb18030", "format": "jsonl"}),
    "a mark of GB 18030": (
        lambda rows: b"\x84\x31\x95\x33" + with_note(rows, "gb18030", "张三"),
        {"encoding": "gb18030", "format": "jsonl"},
    ),
    "Chinese text as it should be": (lambda rows: with_note(rows, "utf-8", "张三，𠮷"), {"format": "jsonl"}),
    "line ends within quotes": (
        lambda rows: as_csv(rows).replace(b"attributes.risk", b'"attributes.risk\r\n"', 1),
        {},
    ),
}


@pytest.mark.parametrize("case", FINE)
def test_a_file_that_is_written_otherwise_is_read_all_the_same(cdc: Department, case: str) -> None:
    write, wish = FINE[case]
    file = write(facts(5))
    if case == "everything in quotes":
        file = b'"' + file
    assert outcome(cdc.imports(file, **wish)) == ("finished", 5, 5, 0, 0)


HEADER = ",".join(COLUMNS)
WRONG: dict[str, tuple[bytes, dict[str, str], str, dict[str, Any]]] = {
    "no byte": (b"", {}, "file_empty", {}),
    "nothing but empty lines": (b"\n\r\n \n", {}, "file_empty", {}),
    "GBK said to be UTF-8": ("备注\n张三\n".encode("gbk"), {}, "looks_like_gb18030", {}),
    "UTF-8 said to be GB 18030": (WITH_BOM + b"a,b\n", {"encoding": "gb18030"}, "looks_like_utf8", {}),
    "UTF-16": (HEADER.encode("utf-16"), {}, "looks_like_utf16", {}),
    "UTF-16 without a mark": (HEADER.encode("utf-16-le"), {}, "looks_like_utf16", {}),
    "a column that is missing": (HEADER.replace("kind,", "").encode(), {}, "wrong_columns", {"missing": ["kind"]}),
    "a column twice": (f"{HEADER},kind".encode(), {}, "wrong_columns", {"repeated": ["kind"]}),
    "a column that is not ours": (f"{HEADER},name".encode(), {}, "wrong_columns", {"unknown": [7]}),
    "no row of names": (
        b"resident_id,310101199003072211,arrival,2026-09-01T00:00:00Z,high,R-1",
        {},
        "wrong_columns",
        {"unknown": [1, 2, 3, 4, 5, 6]},
    ),
    "a first row that never ends": (b'"' + b"x" * 100_000, {}, "header_unreadable", {"why": "line_too_long"}),
    "a quote that stays open": (b'"document_type\n', {}, "header_unreadable", {"why": "quote_not_closed"}),
    "nothing but commas": (b"," * 65_000, {}, "wrong_columns", {"unknown": [*range(1, MOST_TOLD + 1)]}),
    "JSON Lines without a line": (b"\n \r\n", {"format": "jsonl"}, "file_empty", {}),
    "a page of empty lines first": (b"\n" * 70_000 + HEADER.encode(), {}, "file_empty", {}),
    "columns of another kind": (HEADER.encode(), {"kind": "tags"}, "wrong_columns", {"missing": ["tag", "expires_at"]}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_cannot_be_read_says_what_to_do(cdc: Department, case: str) -> None:
    file, wish, code, evidence = WRONG[case]
    seen = cdc.imports(file, **wish)
    assert (seen["state"], seen["problem"]["code"]) == ("failed", code)
    assert {name: seen["problem"][name] for name in evidence} == evidence
    assert "310101199003072211" not in json.dumps(seen["problem"])


@pytest.mark.parametrize("wish", [{}, {"format": "jsonl"}])
def test_a_file_without_line_ends_is_refused_as_a_whole(
    cdc: Department, monkeypatch: pytest.MonkeyPatch, wish: dict[str, str]
) -> None:
    monkeypatch.setattr(cutting, "LONGEST_LINE", 200_000)
    seen = cdc.imports(HEADER.encode() + b"\n" + b"x" * 300_000, **wish)
    assert (seen["state"], seen["problem"]["code"]) == ("failed", "line_too_long")


def test_a_turn_may_end_among_empty_lines_which_are_no_rows(cdc: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "LONGEST_RECORD", 200)
    first, *rest = as_csv(facts(5)).split(b"\r\n")
    seen = cdc.imports(b"\r\n".join([first, *(b"\n" * 900 + row for row in rest), b"x"]))
    assert outcome(seen) == ("finished", 6, 5, 0, 1)
    assert cdc.refused(seen["import_id"]) == [(5 * 901 + 900 + 3, "wrong_number_of_cells")]


def test_a_file_of_names_of_columns_alone_has_no_rows(cdc: Department) -> None:
    assert outcome(cdc.imports(HEADER.encode())) == ("finished", 0, 0, 0, 0)


BAD_ROWS: dict[str, tuple[bytes, str]] = {
    "a NUL": (b"a\0b\n", "nul_in_row"),
    "a byte that is no text": (b"a\xff\n", "not_in_encoding"),
    "ten megabytes": (b"x" * 10 * 2**20 + b"\n", "line_too_long"),
    "a quote in the middle": (b'"a"b,c\n', "malformed_row"),
    "a line end of another age": (b"a\rb\n", "malformed_row"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_row_that_cannot_be_read_is_refused_alone(cdc: Department, case: str) -> None:
    bad, code = BAD_ROWS[case]
    before, after = facts(2)
    file = as_csv([before]) + bad + as_csv([after]).partition(b"\n")[2]
    seen = cdc.imports(file)
    assert outcome(seen) == ("finished", 3, 2, 0, 1)
    assert cdc.refused(seen["import_id"]) == [(3, code)]


def test_tags_are_taken_as_requests_are(city: City, cdc: Department) -> None:
    person = somebody()
    holder_of(city, person)
    row = {
        "document_type": person.document_type,
        "document_number": person.document_number,
        "tag": "veteran",
        "expires_at": "2036-09-20T10:00:00+08:00",
        "reference": "VETERAN-IMPORTED",
    }
    rows = [row, row, row | {"tag": "famous"}]
    seen = cdc.imports(as_jsonl(rows), kind="tags", format="jsonl")
    assert outcome(seen) == ("finished", 3, 1, 1, 1)
    assert [tag.group for tag in city.tags.of(holder_of(city, person), now=NOON)] == ["veteran"]


_numbers = count(3104000087650000)


class Cards:
    """A department that issues cards."""

    def __init__(self, city: City, cdc: Department) -> None:
        self.city, self.cdc = city, cdc

    def row(self, person: Any, number: int | None = None, reference: str = "") -> dict[str, Any]:
        number = number or next(_numbers)
        return {
            "card_type": "transit_card",
            "card_number": str(number),
            "document_type": person.document_type,
            "document_number": person.document_number,
            "reference": reference or f"CARD-{number}-{person.document_number[-4:]}",
        }

    def says(self, *rows: dict[str, Any]) -> list[str]:
        """What became of each: "" where it was taken."""
        seen = self.cdc.imports(as_jsonl(rows), kind="cards", format="jsonl")
        codes = dict(self.cdc.refused(seen["import_id"]))
        return [codes.get(line, "") for line in range(1, len(rows) + 1)]

    def holder(self, row: dict[str, Any]) -> str | None:
        card_id = self.city.cards.id_of(row["card_type"], row["card_number"], now=NOON)
        found = CardLookup(self.city.dynamodb, "yima-cards").find(card_id)
        return found.holder if found else None


@pytest.fixture
def issuer(city: City, cdc: Department) -> Cards:
    return Cards(city, cdc)


def test_a_card_is_bound_to_whom_it_was_issued_to_once(city: City, issuer: Cards) -> None:
    person = somebody()
    holder, row = holder_of(city, person), issuer.row(person)
    assert issuer.says(row) == [""]
    assert issuer.holder(row) == holder
    assert outcome(issuer.cdc.imports(as_jsonl([row]), kind="cards", format="jsonl")) == ("finished", 1, 0, 1, 0)
    assert issuer.says(row | {"reference": "another name for it"[:7]}) == [""], "known under another reference"


def test_why_a_card_could_not_be_bound_is_said_in_one_way(city: City, issuer: Cards) -> None:
    known, other, stranger = somebody(), somebody(), somebody()
    holder = holder_of(city, known)
    holder_of(city, other)
    taken, lost = issuer.row(known), issuer.row(known)
    assert issuer.says(taken, lost) == ["", ""]
    city.cards.lose(city.cards.id_of("transit_card", lost["card_number"], now=NOON), holder=holder, now=NOON)
    told = issuer.says(
        issuer.row(stranger), issuer.row(other, int(taken["card_number"])), lost | {"reference": "FOUND-1"}
    )
    assert told == ["card_not_bound"] * 3
    assert [str(card.state) for card in city.cards.of(holder)].count("lost") == 1


def test_a_reference_of_a_card_stands_for_one_card_of_one_person(city: City, issuer: Cards) -> None:
    one, other = somebody(), somebody()
    holder_of(city, one)
    holder_of(city, other)
    row = issuer.row(one, reference="SAME-1")
    assert issuer.says(row, issuer.row(other, reference="SAME-1"), issuer.row(one, reference="SAME-1")) == [
        "",
        "reference_taken",
        "reference_taken",
    ]
    assert issuer.says(issuer.row(one, reference="310101199003072211")) == ["reference_looks_personal"]


def test_an_import_of_another_department_is_not_to_be_seen(city: City, api: Caller, cdc: Department) -> None:
    import_id = cdc.hands_in(as_csv(facts(1)))
    other = Department(city, api, "教育局")
    for method, path in (("GET", ""), ("GET", "/refused"), ("DELETE", "")):
        assert api.send(method, f"/v1/imports/{import_id}{path}", token=other.token).code == "import_not_found"
    assert api.get("/v1/imports/nothing", token=other.token).code == "import_not_found"
    assert api.get("/v1/imports", token=other.token).body["imports"] == []


def test_a_department_lists_its_imports_newest_first(cdc: Department) -> None:
    made = [cdc.opens().body["import_id"] for _ in range(3)]
    listed = cdc.api.get("/v1/imports", token=cdc.token).body
    assert {one["import_id"] for one in listed["imports"]} == set(made)
    assert listed["next_cursor"] is None
    for cursor in ("x", "1790000000", "1790000000-", "-", "1790000000-../x"):
        assert cdc.api.get(f"/v1/imports?cursor={cursor}", token=cdc.token).code == "unknown_cursor"
    for cursor in ("x", "-1", "1" * 20, ""):
        reply = cdc.api.get(f"/v1/imports/{made[0]}/refused?cursor={cursor}", token=cdc.token)
        assert reply.code == "unknown_cursor"


def test_who_may_not_report_something_may_not_hand_in_a_file_of_it(city: City, api: Caller) -> None:
    schools = city.clients.register("教育局", scopes=frozenset({"import:write", "tag:report"}))
    token = api.token_for(schools)
    reply = api.post("/v1/imports", {"kind": "evidence", "format": "csv"}, token=token, key="a")
    assert (reply.code, reply.body["needed"]) == ("insufficient_scope", "evidence:write")
    assert {rows.scope for rows in ROWS.values()} == {"evidence:write", "tag:report", "card:report"}


def test_so_many_files_are_read_at_a_time(cdc: Department) -> None:
    made = [cdc.opens().body["import_id"] for _ in range(MOST_OPEN)]
    assert cdc.opens().code == "too_many_imports"
    assert cdc.api.delete(f"/v1/imports/{made[0]}", token=cdc.token).body["state"] == "cancelled"
    assert cdc.opens().status == 201


def test_a_file_may_have_so_many_bytes(cdc: Department) -> None:
    assert cdc.opens(size=LARGEST_BYTES).status == 201
    assert cdc.opens(size=LARGEST_BYTES + 1).code == "file_too_large"
    assert cdc.opens(size=-1).code == "malformed_body"


def test_a_cancelled_import_is_read_no_further(city: City, cdc: Department) -> None:
    import_id = cdc.hands_in(as_csv(facts(9)))
    functions = Functions(city).arrive(import_id)
    functions.step(3)
    assert cdc.api.delete(f"/v1/imports/{import_id}", token=cdc.token).body["state"] == "cancelled"
    assert cdc.api.delete(f"/v1/imports/{import_id}", token=cdc.token).status == 200
    functions.follow()
    state, rows, *_ = cdc.counts(import_id)
    assert (state, rows < 9) == ("cancelled", True)
    assert city.uploads.find(file_key(import_id)) is None
    finished = cdc.imports(as_csv(facts(1)))["import_id"]
    assert cdc.api.delete(f"/v1/imports/{finished}", token=cdc.token).code == "import_over"


@pytest.fixture
def later(city: City) -> Iterator[StoppedClock]:
    """A clock that may be put forward, and back where it was."""
    clock = city.clock
    assert isinstance(clock, StoppedClock)
    yield clock
    clock.now = NOON


def test_a_file_that_never_comes_is_waited_for_a_day(city: City, cdc: Department, later: StoppedClock) -> None:
    import_id = cdc.opens().body["import_id"]
    functions = Functions(city)
    later.advance(WAITING_S - 1)
    functions.sweep()
    assert cdc.api.get(f"/v1/imports/{import_id}", token=city_token(city, cdc)).body["state"] == "waiting"
    later.advance(1)
    functions.sweep()
    seen = cdc.api.get(f"/v1/imports/{import_id}", token=city_token(city, cdc)).body
    assert (seen["state"], seen["problem"]["code"]) == ("failed", "file_never_came")
    city.uploads.put(file_key(import_id), b"late")
    functions.arrive(import_id)
    assert city.uploads.find(file_key(import_id)) is None


def city_token(city: City, cdc: Department) -> str:
    """A token for later, when the first one has expired."""
    from chalicelib.platform.http.operation import Principal

    return city.tokens.issue(Principal(cdc.client_id, frozenset({"import:write"})), now=city.clock(), lifetime=300)


def test_a_file_that_nobody_told_of_is_found(city: City, cdc: Department) -> None:
    import_id = cdc.hands_in(as_csv(facts(1)))
    functions = Functions(city)
    functions.sweep()
    functions.follow()
    assert cdc.counts(import_id)[0] == "finished"


def test_a_file_that_shrinks_while_it_is_read_is_noticed(city: City, cdc: Department) -> None:
    file = as_csv(facts(9))
    import_id = cdc.hands_in(file)
    functions = Functions(city).arrive(import_id)
    functions.step(3)
    city.uploads.put(file_key(import_id), file[:-20])
    functions.follow()
    seen = cdc.sees(import_id)
    assert (seen["state"], seen["problem"]["code"]) == ("failed", "file_changed")


def test_who_is_suspended_has_no_file_read_any_more(city: City, cdc: Department) -> None:
    import_id = cdc.hands_in(as_csv(facts(9)))
    functions = Functions(city).arrive(import_id)
    functions.step(3)
    city.clients.suspend(cdc.client_id)
    functions.follow()
    seen = cdc.sees(import_id)
    assert (seen["state"], seen["problem"]["code"]) == ("failed", "no_longer_entitled")
    assert seen["rows"] < 9


def test_files_that_are_no_imports_are_left_alone(city: City) -> None:
    for key in ("imports/a/b", "other/a", "imports/", "x"):
        city.running_imports.arrived(key, now=NOON)

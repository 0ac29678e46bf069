"""Cutting files into records: the same however the bytes come and wherever reading begins, and never much at once."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.partners.imports import cutting
from chalicelib.partners.imports.cutting import LONGEST_RECORD, Record, records
from chalicelib.partners.imports.refusals import LineTooLong

TEXTS = st.text(alphabet='ab界",\r\n ', max_size=60)
CUTS = st.lists(st.integers(0, 60), max_size=6)


def cut(data: bytes, *, start: int = 0, line: int = 0, quotes: bool = True) -> list[Record]:
    return list(records([data[start:]], start=start, line=line, quotes=quotes))


def in_pieces(data: bytes, places: Iterable[int]) -> Iterator[bytes]:
    edges = [0, *sorted({min(place, len(data)) for place in places}), len(data)]
    return (data[one:other] for one, other in pairwise(edges))


@given(text=TEXTS, places=CUTS, quotes=st.booleans())
def test_however_the_bytes_come_the_records_are_the_same(text: str, places: list[int], quotes: bool) -> None:
    data = text.encode()
    assert list(records(in_pieces(data, places), start=0, line=0, quotes=quotes)) == cut(data, quotes=quotes)


@given(text=TEXTS, quotes=st.booleans())
def test_reading_on_after_any_record_gives_the_rest(text: str, quotes: bool) -> None:
    data = text.encode()
    whole = cut(data, quotes=quotes)
    for number, record in enumerate(whole, start=1):
        assert cut(data, start=record.end, line=record.last_line, quotes=quotes) == whole[number:]


@given(text=TEXTS, quotes=st.booleans())
def test_nothing_is_lost_between_records_but_empty_lines(text: str, quotes: bool) -> None:
    data, place = text.encode(), 0
    for record in cut(data, quotes=quotes):
        assert data[place : record.start].strip() == b""
        assert record.data == data[record.start : record.end].removesuffix(b"\n").removesuffix(b"\r")
        place = record.end
    assert data[place:].strip() == b""


@given(text=st.text(alphabet='"a\r\n ', max_size=60), places=CUTS)
def test_many_empty_lines_are_a_place_to_go_on_from(text: str, places: list[int]) -> None:
    data = text.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "LONGEST_RECORD", 4)
        whole = cut(data)
        assert list(records(in_pieces(data, places), start=0, line=0, quotes=True)) == whole
        for number, record in enumerate(whole, start=1):
            assert cut(data, start=record.end, line=record.last_line) == whole[number:]
            assert not record.is_blank or not data[record.start : record.end].strip()


def test_of_empty_lines_without_end_some_are_told() -> None:
    found = cut(b"\n" * (2 * LONGEST_RECORD + 10) + b"a\n")
    assert [(one.is_blank, one.line) for one in found] == [
        (True, LONGEST_RECORD + 1),
        (True, 2 * LONGEST_RECORD + 2),
        (False, 2 * LONGEST_RECORD + 11),
    ]


def test_a_line_that_does_not_end_is_not_read_for_ever() -> None:
    with pytest.raises(LineTooLong):
        list(records(repeat(b"x" * LONGEST_RECORD), start=0, line=0, quotes=True))


CELLS = st.text(alphabet='ab界",\r\n', min_size=1, max_size=8)


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5), ends=st.sampled_from(["\n", "\r\n"]))
def test_what_a_spreadsheet_writes_is_cut_as_it_was_meant(rows: list[list[str]], ends: str) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(rows)
    found = cut(file.getvalue().encode())
    assert [next(csv.reader([one.data.decode()], strict=True)) for one in found if one.data is not None] == rows


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", [(1, 1), (2, 1)]),
        ("a\r\n\r\n\n b", [(1, 1), (4, 1)]),
        ('1,"x\ny"\n2', [(1, 2), (3, 1)]),
        ('1,"x ""\n"" y"\n2', [(1, 2), (3, 1)]),
        ('5" pipe\n2', [(1, 1), (2, 1)]),
        ('a,"b"c\n2', [(1, 1), (2, 1)]),
        ('"","\n","\n"\n2', [(1, 3), (4, 1)]),
        ("", []),
        ("\n\r\n \n", []),
    ],
)
def test_a_record_knows_its_lines(text: str, lines: list[tuple[int, int]]) -> None:
    assert [(one.line, one.lines) for one in cut(text.encode())] == lines


def test_json_lines_know_no_quotes() -> None:
    assert [one.line for one in cut(b'{"a": "\n"}\n', quotes=False)] == [1, 2]


def test_a_quote_that_is_never_closed_costs_its_own_line_alone() -> None:
    text = 'a\nb,"oops\n' + "c\n" * 100_000
    found = cut(text.encode())
    assert [(one.line, one.unclosed) for one in found[:3]] == [(1, False), (2, True), (3, False)]
    assert len(found) == 100_002
    assert [one.unclosed for one in cut(b'"a\nb')] == [True, False]


def test_a_record_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "LONGEST_RECORD", 8)
    assert [one.data for one in cut(b"1234567\n12345678\n1234567")] == [b"1234567", None, b"1234567"]
    assert [one.data for one in cut(b'"34\n67"\n"34\n678"\n9')] == [b'"34\n67"', None, b"9"]


def test_a_line_of_ten_megabytes_is_passed_over_without_being_held() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"before\n"
        yield from repeat(b"x" * LONGEST_RECORD, 160)
        yield b"\nafter\n"

    tracemalloc.start()
    found = list(records(pieces(), start=0, line=0, quotes=True))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [one.data for one in found] == [b"before", None, b"after"]
    assert found[1].end - found[1].start == 160 * LONGEST_RECORD + 1
    assert peak < 6 * LONGEST_RECORD

"""A chain of entries: whatever is done to it afterwards is found, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.trust.chain import START, Broken, Entry, Flaw, Head, Sound, check, digest, following, parse_head
from tests.world import NOON

WHAT = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), st.text(max_size=9), max_size=4)


def written(*whats: dict[str, str], start: Head = START) -> list[Entry]:
    """A chain with an entry for each."""
    chain: list[Entry] = []
    head = start
    for number, what in enumerate(whats):
        chain.append(following(head, "overrides", step_id=f"case-{number}", at=NOON + number, what=what))
        head = chain[-1].head
    return chain


CHAIN = written({"by": "a"}, {"by": "b"}, {"by": "c"}, {"by": "d"}, {"by": "e"})
chains = st.lists(WHAT, min_size=1, max_size=6).map(lambda whats: written(*whats))


def test_the_format_is_what_the_documentation_says() -> None:
    entry = following(START, "overrides", step_id="8e03-1", at=NOON, what={"event": "approve", "by": "王\n\x1f\x7f"})
    text = (
        '{"at":1790000000,"chain":"overrides","format":"YJ1","previous":"' + "0" * 64 + '","seq":1,"step_id":"8e03-1",'
        '"what":{"by":"王\\n\\u001f\x7f","event":"approve"}}'
    )
    assert entry.hash == sm3(text.encode()).hex()
    assert entry.hash == "d32cbf474fb90f2494a336c6492cd03b75b15042dafec11516ff3aa7fe4f8dcb"


@given(chains)
def test_a_chain_as_it_was_written_is_sound(chain: list[Entry]) -> None:
    assert check(chain) == Sound(chain[-1].head)
    for entry in chain:
        assert check(chain, expected=entry.head) == Sound(chain[-1].head)


def test_a_chain_without_entries_is_sound() -> None:
    assert check([]) == Sound(START)
    assert check([], expected=START) == Sound(START)


FIELDS: dict[str, Any] = {
    "chain": "policies",
    "step_id": "case-9",
    "at": NOON - 1,
    "what": {"by": "somebody else"},
    "previous": "1" * 64,
    "hash": "1" * 64,
}


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize("field", FIELDS)
def test_an_entry_that_was_changed_is_found(field: str, seq: int) -> None:
    chain = [*CHAIN]
    chain[seq - 1] = replace(chain[seq - 1], **{field: FIELDS[field]})
    assert check(chain) == Broken(seq, Flaw.CHANGED)


@given(chains, st.data())
def test_any_change_of_what_was_done_is_found(chain: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(chain) - 1))
    what = data.draw(WHAT.filter(lambda what: what != chain[place].what))
    chain[place] = replace(chain[place], what=what)
    assert check(chain) == Broken(place + 1, Flaw.CHANGED)


@pytest.mark.parametrize("seq", [1, 3, 4])
def test_an_entry_that_was_written_anew_with_its_hash_is_found_by_the_next(seq: int) -> None:
    chain = [*CHAIN]
    forged = replace(chain[seq - 1], what={"by": "somebody else"})
    chain[seq - 1] = replace(forged, hash=digest(forged))
    assert check(chain) == Broken(seq + 1, Flaw.UNLINKED)


@given(chains, st.data())
def test_an_entry_that_was_removed_is_found(chain: list[Entry], data: st.DataObject) -> None:
    head = chain[-1].head
    place = data.draw(st.integers(0, len(chain) - 1))
    del chain[place]
    last = place == len(chain)
    assert check(chain, expected=head) == Broken(place + 1, Flaw.CUT_OFF if last else Flaw.MISSING)
    assert last or check(chain) == Broken(place + 1, Flaw.MISSING)


@given(st.permutations(CHAIN))
def test_entries_that_were_swapped_are_found(chain: list[Entry]) -> None:
    assert isinstance(check(chain), Sound if chain == CHAIN else Broken)


@given(st.permutations(CHAIN))
def test_entries_that_were_swapped_and_numbered_anew_are_found(chain: list[Entry]) -> None:
    numbered = [replace(entry, seq=place) for place, entry in enumerate(chain, 1)]
    assert isinstance(check(numbered), Sound if chain == CHAIN else Broken)


@given(st.integers(0, 5), st.sampled_from(CHAIN), st.integers(0, 7))
def test_an_entry_that_was_inserted_is_found(place: int, inserted: Entry, seq: int) -> None:
    chain = [*CHAIN]
    chain.insert(place, replace(inserted, seq=seq))
    assert isinstance(check(chain, expected=CHAIN[-1].head), Broken)


def test_a_chain_written_anew_from_some_entry_on_is_found_by_whoever_kept_a_head() -> None:
    kept = CHAIN[3].head
    forged = [*CHAIN[:2], *written({"by": "x"}, {"by": "y"}, {"by": "z"}, start=CHAIN[1].head)]
    assert isinstance(check(forged), Sound)
    assert check(forged, expected=kept) == Broken(4, Flaw.REPLACED)
    assert isinstance(check(forged, expected=CHAIN[1].head), Sound), "nothing was forged before that"


def test_a_head_survives_being_written() -> None:
    for entry in CHAIN:
        assert parse_head(str(entry.head)) == entry.head
    assert parse_head(str(START)) == START


@pytest.mark.parametrize("text", ["", "1", "1:", ":" + "0" * 64, "1:" + "0" * 63, "1:" + "A" * 64, "-1:" + "0" * 64])
def test_a_text_that_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no head"):
        parse_head(text)


NO_ENTRIES: dict[str, dict[str, Any]] = {
    "a chain with a colon": {"chain": "steps:overrides"},
    "a chain without a name": {"chain": ""},
    "a step without an id": {"step_id": ""},
    "a step with a blank": {"step_id": "a b"},
    "a long step": {"step_id": "a" * 129},
    "a name that sorts differently elsewhere": {"what": {"名": "x"}},
    "a number": {"what": {"count": 3}},
    "something inside": {"what": {"more": {"by": "x"}}},
    "half a character": {"what": {"by": "\ud800"}},
}


@pytest.mark.parametrize("case", NO_ENTRIES)
def test_what_the_format_has_no_room_for_is_refused(case: str) -> None:
    good: dict[str, Any] = {"chain": "overrides", "step_id": "case-1", "at": NOON, "what": {"by": "x"}}
    with pytest.raises(ValueError):  # noqa: PT011 - a half character is refused by Python
        following(START, **good | NO_ENTRIES[case])


@given(WHAT)
def test_the_order_in_which_a_step_is_told_makes_no_difference(what: dict[str, str]) -> None:
    shuffled = dict(reversed(what.items()))
    one, other = (following(START, "c", step_id="s", at=NOON, what=each) for each in (what, shuffled))
    assert one.hash == other.hash

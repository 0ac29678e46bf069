"""Many re-issues at once, in real threads, on both stores: every wish is fulfilled once, and one paper lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chalicelib.codes.model import Accepted
from chalicelib.codes.paper.model import Paper
from chalicelib.codes.paper.refusals import PaperContended
from chalicelib.platform.http.creation import Creation
from chalicelib.wiring import City
from tests.faults.test_races import at_once
from tests.world import NOON, StoppedClock, another_process, moved_in, scan_by


def until_done(act: Callable[[], Paper]) -> Paper:
    """What a client does who is told that others were quicker, again and again."""
    while True:
        try:
            return act()
        except PaperContended:
            continue


def test_of_many_re_issues_at_once_one_paper_lives(anywhere: City) -> None:
    assert isinstance(anywhere.clock, StoppedClock)
    holder = moved_in(anywhere)
    anywhere.papers.issue(holder, Creation("first", ""), now=NOON)
    functions = [another_process(anywhere.clock) for _ in range(2)]
    wishes = [Creation(f"wish {number % 4}", "") for number in range(8)]
    papers = at_once(
        [
            partial(until_done, partial(functions[number % 2].papers.issue, holder, wish, now=NOON))
            for number, wish in enumerate(wishes)
        ]
    )
    assert len({paper.paper_id for paper in papers}) == 4, "each wish twice, and fulfilled once"
    kept = anywhere.papers.of(holder)
    assert [str(paper.state) for paper in kept] == ["active", *["replaced"] * 4]
    text = anywhere.papers.to_print(holder, kept[0].paper_id, now=NOON).text
    assert isinstance(anywhere.verifier.verify(text, scan=scan_by("metro"), now=NOON), Accepted)

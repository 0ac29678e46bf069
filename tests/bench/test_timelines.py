"""The epidemic policy written out by hand is an honest yardstick: it gives the same answers."""

from __future__ import annotations

from random import Random

import pytest

from bench.epidemic_by_hand import timeline_by_hand
from bench.timelines import life
from chalicelib.status.policy.shipped import shipped
from chalicelib.status.timeline import prepare, timeline


@pytest.mark.parametrize("pieces", [0, 1, 3, 20, 60])
def test_a_policy_written_out_by_hand_says_what_the_policy_says(pieces: int) -> None:
    epidemic = prepare(shipped("epidemic"))
    for number in range(400):
        evidence = life(pieces, Random(number))
        assert timeline_by_hand(evidence) == timeline(evidence, epidemic), number


def test_random_lives_are_of_every_colour() -> None:
    colours = {segment.colour for number in range(50) for segment in timeline_by_hand(life(20, Random(number)))}
    assert len(colours) == 3

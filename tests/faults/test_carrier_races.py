"""Many at once at one card, and at one verifier's allowance: on moto and on AWS's own engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from chalicelib.codes.cards.store import CardItem
from chalicelib.codes.documents.allowances import Allowances, Limits
from chalicelib.people.sandbox import RESIDENTS
from chalicelib.platform.http.refusals import Refusal
from chalicelib.wiring import City
from tests.codes.cards.wallet import bind, wish
from tests.world import NOON, StoppedClock, another_process, moved_in

THREADS = 8


def at_once(tasks: Sequence[Callable[[], str]]) -> Counter[str]:
    """How often each outcome came."""
    with ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(outcome, tasks))


def outcome(task: Callable[[], str]) -> str:
    """What a task answers, or the code of its refusal."""
    try:
        return task()
    except Refusal as refusal:
        return refusal.code


def functions(city: City) -> list[City]:
    """Function instances of the same city, each with its own copy of the keys."""
    assert isinstance(city.clock, StoppedClock)
    return [another_process(city.clock) for _ in range(THREADS)]


def claim(city: City, holder: str, card: tuple[str, str]) -> str:
    """Bind a card with a wish of one's own; answers whose it is."""
    return bind(city, holder, card).holder


def test_of_two_people_who_claim_a_card_many_times_at_once_one_has_it(anywhere: City) -> None:
    people = [moved_in(anywhere, resident) for resident in RESIDENTS[:2]]
    many = functions(anywhere)
    for number in range(3):
        card = ("transit_card", f"04A1B2C{number}")
        told = at_once([partial(claim, each, people[who % 2], card) for who, each in enumerate(many)])
        (item,) = [item for item in CardItem.scan() if item.card_id == anywhere.cards.id_of(*card, now=NOON)]
        assert told == {item.holder: 1, "card_already_bound": 3, "card_bound_elsewhere": 4}


def test_one_wish_sent_many_times_at_once_is_one_card(anywhere: City) -> None:
    holder, creation = moved_in(anywhere), wish()

    def repeat(city: City) -> str:
        return bind(city, holder, ("senior_card", "310199777"), creation=creation).card_id

    told = at_once([partial(repeat, each) for each in functions(anywhere)])
    assert list(told.values()) == [THREADS]


def test_of_many_look_ups_at_once_as_many_pass_as_are_allowed(anywhere: City) -> None:
    allowances = Allowances(anywhere.dynamodb, anywhere.settings.table("allowances"), Limits(a_minute=30, a_day=50))

    def use(now: int) -> str:
        allowances.use("hospital", now=now)
        return "passed"

    begin = NOON - NOON % 60
    assert at_once([partial(use, begin)] * 40) == {"passed": 30, "too_many_look_ups": 10}
    assert at_once([partial(use, begin + 60)] * 40) == {"passed": 20, "too_many_look_ups": 20}, "the day is over"

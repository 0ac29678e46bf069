"""What time alone brings to a delegation: nobody answers, a date comes, a child comes of age."""

from __future__ import annotations

import pytest

from chalicelib.people.family.model import comes_of_age
from chalicelib.platform.times import parse_rfc3339
from chalicelib.status.calendar import Calendar
from chalicelib.wiring import City
from tests.people.family.home import DAY, GU, WANG, YIFAN, ZHOU, Home
from tests.world import Caller


@pytest.fixture
def home(city: City, api: Caller) -> Home:
    """A home in a city of its own, whose time runs far ahead."""
    return Home(city, api)


def test_a_proposal_lapses_when_nobody_answers(home: Home) -> None:
    made = home.proposed(ZHOU, WANG)
    home.clock.advance(7 * DAY)
    refused = home.act(made, "agreement", WANG)
    assert (refused.code, refused.body["state"]) == ("delegation_closed", "lapsed")
    (seen,) = home.seen(ZHOU)
    assert (seen["state"], seen["because"]) == ("lapsed", "no_answer")


def test_a_child_who_turns_18_while_a_code_is_on_screen(home: Home) -> None:
    made = home.child(GU, YIFAN)
    (seen,) = home.seen(GU)
    assert seen["until"] == "2026-12-30T16:00:00Z", "the midnight that begins 31 December in Shanghai"
    home.at("2026-12-31T00:00:00+08:00")
    home.clock.now -= 30
    shown, kept = home.code(GU, made), home.code(GU, made)
    ahead = home.codes(GU, made, ahead=15).body["codes"]
    assert len(ahead) == 1, "there is no code for a minute of full age"
    home.clock.advance(29)
    assert home.reason(shown) is None
    home.clock.advance(1)
    assert home.reason(kept) == "delegation_ended"
    refused = home.codes(GU, made)
    assert (refused.code, refused.body["because"]) == ("delegation_ended", "full_age")
    (seen,) = home.seen(YIFAN)
    assert (seen["state"], seen["because"]) == ("ended", "full_age")
    assert home.propose(GU, YIFAN, "child").code == "not_a_child"


def test_an_adults_delegation_ends_by_its_date_and_is_renewed_before(home: Home) -> None:
    made = home.proposed(ZHOU, WANG, until="2026-12-24T18:00:00+08:00")
    home.act(made, "agreement", WANG)
    refused = home.propose(ZHOU, WANG, "adult")
    assert (refused.code, refused.body["delegation_id"]) == ("already_delegated", made)
    home.at("2026-12-20T00:00:00+08:00")
    renewed = home.proposed(ZHOU, WANG)
    assert home.act(renewed, "agreement", WANG).status == 200
    home.at("2026-12-24T18:00:00+08:00")
    assert (home.codes(ZHOU, made).code, home.codes(ZHOU, renewed).status) == ("delegation_ended", 201)
    by_id = {one["delegation_id"]: one for one in home.seen(WANG)}
    assert (by_id[made]["because"], by_id[renewed]["state"]) == ("date", "active")


@pytest.mark.parametrize(
    ("born", "age", "zone", "instant"),
    [
        ("2008-12-31", 18, "Asia/Shanghai", "2026-12-31T00:00:00+08:00"),
        ("2012-09-22", 14, "Asia/Shanghai", "2026-09-22T00:00:00+08:00"),
        ("2008-02-29", 18, "Asia/Shanghai", "2026-03-01T00:00:00+08:00"),
        ("2008-02-29", 20, "Asia/Shanghai", "2028-02-29T00:00:00+08:00"),
        ("2008-12-31", 18, "America/New_York", "2026-12-31T00:00:00-05:00"),
        ("1999-10-17", 18, "America/Sao_Paulo", "2017-10-17T00:00:00-02:00"),
        ("2000-10-21", 18, "America/Sao_Paulo", "2018-10-21T00:00:00-03:00"),
        ("2000-11-04", 18, "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
    ],
)
def test_somebody_comes_of_age_at_the_midnight_that_begins_their_birthday(
    born: str, age: int, zone: str, instant: str
) -> None:
    assert comes_of_age(born, age, Calendar(zone)) == parse_rfc3339(instant)


@pytest.mark.parametrize("born", ["", "2008", "2008-13-01", "2007-02-29", "9999-01-01"])
def test_a_date_of_birth_that_cannot_be_is_none(born: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        comes_of_age(born, 18, Calendar("Asia/Shanghai"))

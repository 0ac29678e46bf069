"""Whether somebody is of age, by the days of the city and to the second, and never by a guess."""

from __future__ import annotations

import pytest

from chalicelib.partners.disclosures.people import Persons
from chalicelib.partners.disclosures.values import Adult
from chalicelib.people.model import Identity
from chalicelib.platform.times import parse_rfc3339
from chalicelib.status.calendar import Calendar
from chalicelib.status.model import UNMARKED, HolderStatus, Standing
from tests.partners.disclosures.desk import Desk

STATUS = HolderStatus(
    "h", "green|calm@1|otherwise|", Standing.ACTIVE, b"", UNMARKED, "", "elderly:2000000000 student:9"
)


class Register:
    """Knows one person, or nobody."""

    def __init__(self, known: Identity | None) -> None:
        self._known = known

    def identity(self, holder: str, *, now: float) -> Identity | None:
        return self._known


def persons(desk: Desk, known: Identity | None) -> Persons:
    return Persons(desk.city.register, Register(known), lambda now: Calendar("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("born", "at", "adult"),
    [
        ("2008-09-22", "2026-09-21T23:59:59+08:00", Adult.NO),
        ("2008-09-22", "2026-09-22T00:00:00+08:00", Adult.YES),
        ("2008-02-29", "2026-02-28T23:59:59+08:00", Adult.NO),
        ("2008-02-29", "2026-03-01T00:00:00+08:00", Adult.YES),
        ("", "2026-09-22T00:00:00+08:00", Adult.UNKNOWN),
    ],
)
def test_somebody_is_of_age_from_the_midnight_of_the_city(desk: Desk, born: str, at: str, adult: Adult) -> None:
    known = Identity("CHEN Wei", "passport", "CAN-ZZ999970", born)
    person = persons(desk, known).known(STATUS, now=parse_rfc3339(at))
    assert (person.adult, person.born) == (adult, born)


def test_a_number_that_says_when_somebody_was_born_is_believed_where_nobody_said_more(desk: Desk) -> None:
    known = Identity("林晚晴", "resident_id", "310101198803140027")
    person = persons(desk, known).known(STATUS, now=desk.now)
    assert (person.born, person.adult, person.groups) == ("1988-03-14", Adult.YES, ["elderly"])


def test_of_somebody_without_an_identity_nothing_is_known_but_the_colour(desk: Desk) -> None:
    person = persons(desk, None).known(STATUS, now=desk.now)
    assert (person.name, person.born, person.adult, person.colour) == ("", "", Adult.UNKNOWN, "green")

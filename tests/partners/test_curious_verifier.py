"""A curious verifier keeps every byte it receives for a month, and cannot tell who has been there before.

The criterion. People stand in crowds of those who look alike by what everybody may know: the colour at the visit, and
who holds the code up. A verifier has linked two visits of one person where it received something at both (a value of
an answer, a field of the code's head, any four bytes in a row of its sealed and signed rest or of the exchange token,
each at its place) that nobody else in that crowd ever gave; the id of a key is compared with the whole city, whose it
is. Under the purposes of a gate no two visits are linked, whatever all gates pool. Under `medical` the same attack
links all visits at one clinic, by the id that the purpose has; two clinics who pool what they have link nobody by it.

What this does not say. A masked name is a name: where only one person of a crowd is called 欧**远, clinics may guess. A
group that nobody else shows tells its member again to whoever has the scope for groups; people agree to each of theirs.
Who asks for consent knows again whom it asked: by one that runs for a period, and by a refusal. A paper and a card are
linkable by nature, since the symbol and the number are always the same: the answer adds nothing. And nobody hides
habits: who comes at 7:31 every morning is known by that.
"""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

import pytest

from chalicelib.people.model import Identity, mask_name, resident_id_check_digit
from chalicelib.platform.http.operation import Principal
from chalicelib.status.model import Colour
from chalicelib.status.store import StatusItem
from chalicelib.trust.model import RotationPlan
from chalicelib.wiring import City
from infra.local.dynamo import Store
from tests.codes.cards.wallet import HELPER, bind, wish
from tests.partners.curious import Visit, across, atoms_of, links
from tests.world import NOON, Caller, StoppedClock, caller, coloured, found_city

DAYS, DAY_S, OPEN_S = 30, 86_400, 50_000
RARE = ("欧阳明远", "上官", "Emma Tremblay", "司马光年")
SHARED = ("林晚晴", "林小晴", "王秀英", "王国英", "张伟", "张敏", "李娜", "李强")
PEOPLE, CHILDREN, COLOURED = 40, 4, range(20, 30)
PURPOSES = {"metro": "transit", "mall": "entry", "clinic": "medical", "hospital": "medical"}
GATES, CLINICS = ("metro", "mall"), ("clinic", "hospital")
TERMINALS = 3
PLAN = RotationPlan(ring_max_age=OPEN_S)
"""Nobody looks for new keys at each visit of a month: it is half of the time that this takes."""

SCANS = frozenset({"code:verify", "card:verify", "disclosure:read"})
GROUPS = {0: "veteran", 1: "elderly", 2: "elderly"}
"""Who shows to belong to a group; only one of all is a veteran."""


class Resident(NamedTuple):
    """Somebody of the town. `mother` shows the code of a child, under a delegation."""

    holder: str
    name: str
    colour: Colour
    mother: str = ""
    delegation: str = ""

    @property
    def crowd(self) -> str:
        """Who looks like them to anybody."""
        return f"{self.colour}, shown by {'a guardian' if self.mother else 'themselves'}"


class Town:
    """Forty people, and four verifiers with three terminals each, who keep all that they receive."""

    def __init__(self, city: City, api: Caller, clock: StoppedClock) -> None:
        self.city, self.api, self.clock = city, api, clock
        self._chance = random.Random(5)
        self.people: list[Resident] = []
        for number in range(PEOPLE):
            self.people.append(self._settled(number))
        for number, group in GROUPS.items():
            shown = StatusItem.tags.set(f"{group}:{NOON * 2}")
            StatusItem(self.people[number].holder).update([shown])

    def _settled(self, number: int) -> Resident:
        """Somebody moves in. The first have rare names and are mothers, the last are children."""
        name = (*RARE, *SHARED * 5)[number]
        is_child = number >= PEOPLE - CHILDREN
        first_17 = f"310199{'2017' if is_child else '1988'}0101{number:03}"
        identity = Identity(name, "resident_id", first_17 + resident_id_check_digit(first_17))
        holder = self.city.registration.register(identity, now=self.clock())
        colour = (Colour.YELLOW, Colour.RED)[number % 2] if number in COLOURED else Colour.GREEN
        if colour is not Colour.GREEN:
            coloured(self.city, holder, colour)
        if not is_child:
            return Resident(holder, name, colour)
        mother = self.people[number % CHILDREN].holder
        care = self.city.guardians.add(mother, holder, relation="parent", now=int(self.clock()))
        return Resident(holder, name, colour, mother, care.delegation_id)

    def month(self) -> list[Visit]:
        """What all verifiers received in thirty days. Keys are rotated as ever."""
        visits = []
        for day in range(DAYS):
            self.clock.now = NOON + day * DAY_S
            self.city.custodian.run(now=int(self.clock()))
            for second in sorted(self._chance.sample(range(OPEN_S), k=PEOPLE // 2)):
                self.clock.now = NOON + day * DAY_S + second
                who, verifier = self._chance.choice(self.people), self._chance.choice(list(PURPOSES))
                visits.append(self.scanned(who, verifier))
        return visits

    def scanned(self, who: Resident, verifier: str, *, scopes: frozenset[str] = SCANS) -> Visit:
        """One person passes one of a verifier's terminals, with a code of this moment."""
        code = self._code(who)
        answer = self.asked(verifier, scopes=scopes, code=code)
        assert answer["colour"] == who.colour
        return Visit(who.holder, verifier, who.crowd, atoms_of(answer, code))

    def asked(self, verifier: str, *, scopes: frozenset[str] = SCANS, **shown: Any) -> dict[str, Any]:
        """The answer to a scan at any of a verifier's terminals."""
        terminal = f"{verifier}-{self._chance.randrange(TERMINALS)}"
        principal = Principal(f"client-of-{verifier}", scopes, verifier, terminal=terminal, place="门口")
        token = self.city.tokens.issue(principal, now=self.clock(), lifetime=300)
        body = {**shown, "purpose": PURPOSES[verifier], "terminal": terminal}
        answer: dict[str, Any] = self.api.post("/v1/verifications", body, token=token).body
        assert answer["verdict"] == "accepted", answer
        return answer

    def _code(self, who: Resident) -> str:
        now = self.clock()
        if not who.mother:
            return self.city.issuer.issue(who.holder, now=now)[0].text
        return self.city.dependant_codes.issue(who.delegation, guardian=who.mother, now=now, count=1).codes[0].text


@pytest.fixture(scope="module")
def town(embedded_store: Store) -> Iterator[Town]:
    clock = StoppedClock()
    city = found_city(clock, plan=PLAN)
    yield Town(city, caller(city), clock)
    embedded_store.clear()


@pytest.fixture(scope="module")
def month(town: Town) -> list[Visit]:
    return town.month()


def at(month: list[Visit], *verifiers: str) -> list[Visit]:
    return [visit for visit in month if visit.verifier in verifiers]


def pairs(visits: list[Visit]) -> set[tuple[Visit, Visit]]:
    """All pairs of visits of one person, which is what the attack looks for."""
    return {(one, other) for one, other in combinations(visits, 2) if one.person == other.person}


def test_the_month_is_worth_attacking(month: list[Visit]) -> None:
    assert len(month) == DAYS * PEOPLE // 2
    for verifiers in (*((name,) for name in PURPOSES), GATES, CLINICS):
        assert len(pairs(at(month, *verifiers))) > 200
    people_in = Counter(crowd for crowd, _ in {(visit.crowd, visit.person) for visit in month})
    assert len(people_in) == 4
    assert min(people_in.values()) >= CHILDREN, "nobody is a crowd"


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_cannot_link_two_visits_of_anybody(month: list[Visit], gate: str) -> None:
    assert links(at(month, gate)) == {}


def test_nor_can_all_gates_together(month: list[Visit]) -> None:
    assert links(at(month, *GATES)) == {}


@pytest.mark.parametrize("clinic", CLINICS)
def test_a_clinic_knows_its_patients_again_by_their_id_alone(month: list[Visit], clinic: str) -> None:
    visits = at(month, clinic)
    found = links(visits)
    assert found.keys() == pairs(visits)
    assert {".pairwise_id"} <= set.intersection(*found.values())
    assert set.union(*found.values()) <= {".pairwise_id", ".holder", ".holder.name"}
    assert links(visits, leaving_out=".pairwise_id").keys() <= called_like_nobody(visits)


def called_like_nobody(visits: list[Visit]) -> set[tuple[Visit, Visit]]:
    """The pairs of visits of people whose masked name nobody else of their crowd gave."""
    names = {(visit.crowd, visit.person, dict(visit.atoms).get(".holder.name")) for visit in visits}
    shared = Counter((crowd, name) for crowd, _, name in names)
    alone = {person for crowd, person, name in names if shared[crowd, name] == 1}
    return {pair for pair in pairs(visits) if pair[0].person in alone}


def test_two_clinics_that_pool_all_they_have_link_nobody_by_an_id(month: list[Visit]) -> None:
    assert across(links(at(month, *CLINICS), leaving_out=".holder")) == {}


def test_what_a_rare_name_gives_away_to_them_is_the_name_and_no_more(month: list[Visit]) -> None:
    found = across(links(at(month, *CLINICS)))
    assert found.keys() <= called_like_nobody(at(month, *CLINICS))
    assert set().union(*found.values()) <= {".holder", ".holder.name"}
    assert mask_name(RARE[0]) == "欧**远"


def test_clinics_and_gates_have_nothing_in_common(month: list[Visit]) -> None:
    found = across(links(month, leaving_out=".holder"))
    assert found == {}


# ---- the attack is no straw man


def test_the_attack_finds_an_id_of_four_bytes_wherever_it_is_hidden(month: list[Visit]) -> None:
    def hidden(visit: Visit) -> Visit:
        return replace(visit, atoms=visit.atoms | {("code: at 40", bytes.fromhex(visit.person[:8]))})

    visits = [hidden(visit) for visit in at(month, "metro")]
    assert links(visits).keys() == pairs(visits)


def test_it_finds_a_token_that_is_always_the_same(month: list[Visit]) -> None:
    def token_of(visit: Visit) -> str:
        return "x1." + urlsafe_b64encode(visit.person.encode() * 4).decode()

    visits = [replace(visit, atoms=atoms_of({"exchange_token": token_of(visit)})) for visit in at(month, "mall")]
    assert links(visits).keys() == pairs(visits)


# ---- what is linkable by nature


def test_a_group_that_nobody_else_shows_tells_its_member_again_and_a_shared_one_nobody(town: Town) -> None:
    visits = []
    for who in town.people[:8] * 3:
        town.clock.advance(61)
        visits.append(town.scanned(who, "mall", scopes=SCANS | {"tag:read"}))
    assert {one.person for one, _ in links(visits)} == {town.people[0].holder}
    assert set().union(*links(visits).values()) == {".tags", ".tags[]"}


def test_the_answer_adds_nothing_to_the_number_of_a_card(town: Town) -> None:
    people = town.people[4:10]
    cards = [("senior_card", f"31019900020{number:02}") for number in range(len(people))]
    for who, card in zip(people, cards, strict=True):
        bind(town.city, who.holder, card, at=int(town.clock()), by=HELPER)
    visits = []
    for who, (kind, number) in [*zip(people, cards, strict=True)] * 4:
        town.clock.advance(61)
        answer = town.asked("metro", card={"card_type": kind, "card_number": number})
        visits.append(Visit(who.holder, "metro", who.crowd, atoms_of(answer)))
    assert links(visits) == {}


def test_nor_to_the_symbol_of_a_paper_but_what_the_symbol_says_itself(town: Town) -> None:
    texts = []
    for who in town.people[4:10]:
        town.clock.advance(61)
        made = town.city.papers.issue(who.holder, wish(), now=town.clock())
        texts.append((who, town.city.papers.to_print(who.holder, made.paper_id, now=town.clock()).text))
    visits = []
    for who, text in texts * 4:
        town.clock.advance(61)
        visits.append(Visit(who.holder, "mall", who.crowd, atoms_of(town.asked("mall", code=text))))
    assert set().union(*links(visits).values()) == {".issued_at", ".expires_at"}

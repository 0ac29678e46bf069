"""Who is who: documents, masks, and one holder per person."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.documents.registry import is_number, normalised
from chalicelib.people.model import Identity, mask_name
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider, SandboxResident
from chalicelib.people.store import HolderItem, IdentityItem
from chalicelib.status.model import Colour, colour_at
from chalicelib.status.store import StatusItem
from chalicelib.wiring import City
from tests.world import NOON, Caller, moved_in

NAMES = {"张": "张", "张三": "张*", "张小三": "张*三", "欧阳明远": "欧**远", "Li": "L*", "": ""}


@pytest.mark.parametrize("name", NAMES)
def test_a_mask_shows_one_star_per_hidden_character(name: str) -> None:
    assert mask_name(name) == NAMES[name]


@given(st.text(min_size=2, max_size=20))
def test_a_mask_keeps_the_length_and_never_the_whole_name(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert "*" in masked


@pytest.mark.parametrize(
    "resident",
    [resident for resident in RESIDENTS if resident.identity.document_type == "resident_id"],
    ids=lambda resident: resident.identity.name,
)
def test_invented_residents_have_good_numbers_in_a_place_that_does_not_exist(resident: SandboxResident) -> None:
    assert is_number(resident.identity.document_type, resident.identity.document_number)
    assert resident.identity.document_number.startswith("310199")


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda resident: resident.identity.name)
def test_documents_of_invented_residents_are_written_as_the_city_writes_them(resident: SandboxResident) -> None:
    person = resident.identity
    assert normalised(person.document_type, person.document_number) == person.document_number


def test_invented_residents_are_different_people_of_every_colour() -> None:
    assert len({resident.identity.document_number for resident in RESIDENTS}) == len(RESIDENTS)
    assert {resident.colour for resident in RESIDENTS} == set(Colour)


def test_one_person_has_one_holder_however_often_they_log_in(city: City, api: Caller) -> None:
    assert moved_in(city) == moved_in(city)
    api.log_in()
    api.log_in()
    assert [HolderItem.count(), IdentityItem.count(), StatusItem.count()] == [1, 1, 1]


def test_registering_again_changes_no_colour(city: City) -> None:
    holder = moved_in(city, RESIDENTS[11])
    city.registration.register(RESIDENTS[11].identity, now=NOON)
    assert colour_at(StatusItem.get(holder).course, NOON) is Colour.RED


def test_nothing_personal_rests_in_the_clear(city: City) -> None:
    holder = moved_in(city)
    identity = RESIDENTS[0].identity
    rest = b"".join(
        str(sorted(item.to_dynamodb_dict().items())).encode()
        for model in (HolderItem, IdentityItem, StatusItem)
        for item in model.scan()
    ).decode()
    for secret in (identity.name, identity.document_number):
        assert secret not in rest
        assert repr(secret.encode())[2:-1] not in rest
    sealed = HolderItem.get(holder).identity
    opened = city.fields.open(sealed, context=f"holder#{holder}", now=NOON)
    assert msgspec.json.decode(opened, type=Identity) == identity


REFUSED_LOGINS: dict[str, tuple[dict[str, str | None], int, str]] = {
    "a number with a mistyped digit": ({"document_number": "310199198803140120"}, 422, "invalid_document_number"),
    "a number that is too short": ({"document_number": "310199"}, 422, "invalid_document_number"),
    "a document nobody knows": ({"document_type": "library_card"}, 422, "unknown_document_type"),
    "another person's name": ({"name": "张三"}, 401, "identity_not_proven"),
    "a well-formed number nobody has": ({"document_number": "11010519491231002X"}, 401, "identity_not_proven"),
    "no name": ({"name": None}, 400, "malformed_body"),
    "an empty name": ({"name": ""}, 400, "malformed_body"),
}


@pytest.mark.parametrize("case", REFUSED_LOGINS)
def test_a_login_that_is_refused_says_why_and_makes_nobody(api: Caller, case: str) -> None:
    change, status, code = REFUSED_LOGINS[case]
    reply = api.post("/v1/sessions", {**SandboxIdentityProvider.login(RESIDENTS[0]), **change})
    assert (reply.status, reply.code) == (status, code)
    assert [HolderItem.count(), IdentityItem.count(), StatusItem.count()] == [0, 0, 0]


def test_a_token_lasts_five_minutes_and_its_session_half_a_year(api: Caller) -> None:
    reply = api.post("/v1/sessions", SandboxIdentityProvider.login(RESIDENTS[0]))
    assert reply.status == 201
    assert reply.body["expires_at"] == "2026-09-21T14:17:50Z", "30 s short: clocks are allowed 20"
    assert reply.body["ends_at"] == "2027-03-20T14:13:20Z"
    assert reply.body["holder"] == {"name": "林*晴"}
    assert reply.body["server_time"] == "2026-09-21T14:13:20Z"


def test_a_city_without_identity_provider_lets_nobody_in_and_says_so(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city.sessions, "_provider", None)
    from tests.world import caller

    reply = caller(city).post("/v1/sessions", SandboxIdentityProvider.login(RESIDENTS[0]))
    assert (reply.status, reply.code) == (503, "no_identity_provider")
    assert "Retry-After" in reply.headers

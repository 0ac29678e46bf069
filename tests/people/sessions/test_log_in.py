"""Coming in: however a number is typed, however often it is guessed, through whichever app, under whichever name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.people.model import Identity
from chalicelib.people.proofing.attempts_model import FREE_ATTEMPTS, FREE_FROM_AN_ADDRESS
from chalicelib.people.proofing.attempts_store import AttemptItem
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.people.proofing.refusals import IdentityProviderUnavailable
from chalicelib.people.sandbox import RESIDENTS, SandboxIdentityProvider
from chalicelib.people.sessions.store import SessionItem
from chalicelib.people.store import HolderItem, IdentityItem
from chalicelib.platform.permissions import Role
from chalicelib.status.model import Standing
from chalicelib.status.store import StatusItem, StatusStore
from chalicelib.wiring import City
from tests.people.sessions.phone import signed_in
from tests.world import NOON, Caller, Reply, StoppedClock, in_office, moved_in

LIN = RESIDENTS[0]
LOGIN = SandboxIdentityProvider.login(LIN)
NUMBER = LOGIN["document_number"]
MADE = (HolderItem, IdentityItem, StatusItem, SessionItem)


def log_in(api: Caller, **change: Any) -> Reply:
    return api.post("/v1/sessions", {name: value for name, value in (LOGIN | change).items() if value is not None})


def nobody_was_made() -> bool:
    return not any(model.count() for model in MADE)


TYPED = {
    "in full-width digits": "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER),
    "with blanks": f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]} ",
    "in small letters": NUMBER.lower(),
}


@pytest.mark.parametrize("case", TYPED)
def test_however_the_number_is_typed_it_is_the_same_person(api: Caller, case: str) -> None:
    assert log_in(api).status == 201
    assert log_in(api, document_number=TYPED[case], name=f" {LOGIN['name']} ").status == 201
    assert [HolderItem.count(), IdentityItem.count(), SessionItem.count()] == [1, 1, 2]


def test_without_a_face_somebody_is_let_in_and_gets_no_code(api: Caller) -> None:
    reply = log_in(api, liveness_token=None)
    assert (reply.status, reply.body["assurance"]) == (201, "real_name")
    token = reply.body["token"]
    assert api.get("/v1/status", token=token).status == 200
    refused = api.post("/v1/codes", {}, token=token)
    assert (refused.status, refused.code) == (403, "assurance_too_low")


def test_renewing_makes_nobody_surer(api: Caller) -> None:
    first = log_in(api, liveness_token=None).body
    renewed = api.post("/v1/sessions/refresh", {"refresh_token": first["refresh_token"]}).body
    assert renewed["assurance"] == "real_name"
    assert api.post("/v1/codes", {}, token=renewed["token"]).code == "assurance_too_low"


def test_a_false_face_and_an_unknown_number_are_refused_alike(api: Caller) -> None:
    false_face = log_in(api, liveness_token="sandbox-face-of-another")
    unknown = log_in(api, document_number="11010519491231002X", name="张三")
    assert (false_face.status, false_face.body) == (unknown.status, unknown.body)
    assert nobody_was_made()


def test_guessing_names_has_to_wait_longer_and_longer(api: Caller, clock: StoppedClock) -> None:
    codes = [log_in(api, name=f"张{number}", device={"device_id": f"d-{number}"}).code for number in range(4)]
    assert codes == ["identity_not_proven"] * 3 + ["too_many_attempts"]
    reply = log_in(api, device={"device_id": "d-9"})
    assert (reply.status, reply.headers["Retry-After"]) == (429, "30"), "the right name has to wait as well"
    clock.advance(30)
    assert log_in(api).status == 201


def test_one_device_cannot_try_everybody(api: Caller) -> None:
    others = [SandboxIdentityProvider.login(one) | {"name": "张三"} for one in RESIDENTS[1:4]]
    here, elsewhere = {"device": {"device_id": "here"}}, {"device": {"device_id": "elsewhere"}}
    for login in others:
        assert api.post("/v1/sessions", login | here).code == "identity_not_proven"
    assert log_in(api, **here).code == "too_many_attempts"
    assert log_in(api, **elsewhere).status == 201


def test_who_brings_no_device_is_counted_by_address_and_who_brings_a_key_by_that(city: City, api: Caller) -> None:
    many = RESIDENTS[1 : 1 + FREE_FROM_AN_ADDRESS // FREE_ATTEMPTS]
    for login in (SandboxIdentityProvider.login(one) | {"name": "张三"} for one in many for _ in range(FREE_ATTEMPTS)):
        assert api.post("/v1/sessions", login).code == "identity_not_proven"
    assert log_in(api).code == "too_many_attempts"
    assert signed_in(city, api).held["bound"]


def test_neither_number_nor_address_nor_device_rests_in_the_clear(api: Caller) -> None:
    log_in(api, name="张三", device={"device_id": "device-of-lin"})
    log_in(api, name="张三")
    kept = str([item.attribute_values for item in AttemptItem.scan()])
    assert len(list(AttemptItem.scan())) == 3
    for secret in (NUMBER, "device-of-lin", "127.0.0.1", "张三"):
        assert secret not in kept


class Provider(SandboxIdentityProvider):
    """A provider that can be told what to say."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Callable[[Identity], Proven | None] = lambda claimed: Proven(Assurance.REAL_PERSON, "1988-03-14")

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        """What it was told to."""
        return self.says(claimed)


@pytest.fixture
def provider(city: City, monkeypatch: pytest.MonkeyPatch) -> Provider:
    provider = Provider()
    monkeypatch.setattr(city.sessions, "_provider", provider)
    return provider


def test_a_provider_that_is_down_leaves_nothing_behind_and_costs_no_attempt(api: Caller, provider: Provider) -> None:
    def down(claimed: Identity) -> Proven:
        raise IdentityProviderUnavailable

    provider.says, answers = down, provider.says
    for _ in range(5):
        reply = log_in(api)
        assert (reply.status, reply.code) == (503, "identity_provider_unavailable")
        assert "Retry-After" in reply.headers
    assert nobody_was_made()
    assert {item.failures for item in AttemptItem.scan()} == {0}
    provider.says = answers
    assert log_in(api).status == 201


def seen_name(city: City, api: Caller) -> str:
    """The name a verifier sees."""
    code = api.code(api.log_in())
    hotel = api.token_for(city.clients.register("hotel"))
    seen: str = api.verify(code, hotel, purpose="lodging").body["holder"]["name"]
    return seen


def test_somebody_who_changed_their_name_is_known_by_the_new_one(city: City, api: Caller, provider: Provider) -> None:
    holder = moved_in(city)
    assert seen_name(city, api) == "林*晴"
    reply = log_in(api, name="林雨")
    assert reply.body["holder"] == {"name": "林*"}
    identity = city.residents.identity(holder, now=NOON)
    assert identity is not None
    assert (identity.name, identity.document_number, identity.born) == ("林雨", NUMBER, "1988-03-14")
    code = api.code(reply.body["token"])
    verdict = api.verify(code, api.token_for(city.clients.register("hotel")), purpose="lodging").body
    assert verdict["holder"]["name"] == "林*"
    (notice,) = api.get("/v1/notices", token=reply.body["token"]).body["notices"]
    assert (notice["kind"], notice["facts"]) == ("identity_changed", {"name": "林*"})


def test_a_name_is_not_written_again_where_nothing_changed(city: City, api: Caller) -> None:
    log_in(api)
    before = HolderItem.get(moved_in(city)).identity
    log_in(api)
    assert HolderItem.get(moved_in(city)).identity == before


def test_a_day_of_birth_that_is_known_is_not_forgotten(city: City, api: Caller, provider: Provider) -> None:
    log_in(api)
    provider.says = lambda claimed: Proven(Assurance.REAL_PERSON, "")
    log_in(api, name="林雨")
    identity = city.residents.identity(moved_in(city), now=NOON)
    assert identity is not None
    assert identity.born == "1988-03-14"


def test_an_older_document_of_the_same_person_changes_no_name(city: City, api: Caller, provider: Provider) -> None:
    """Both lead to the holder; the name on the passport is the same person's in other letters."""
    holder = moved_in(city)
    passport = Identity("LIN WANQING", "passport", "CHN-E12345678")
    city.identity_records.claim(passport, holder, now=NOON)
    reply = log_in(api, name=passport.name, document_type="passport", document_number=passport.document_number)
    assert reply.status == 201
    assert city.residents.masked_name(holder, now=NOON) == "林*晴"


def test_a_suspended_person_may_come_in_and_is_told_when_they_ask_for_a_code(city: City, api: Caller) -> None:
    StatusStore().set_standing(moved_in(city), Standing.SUSPENDED)
    token = api.log_in()
    assert api.post("/v1/codes", {}, token=token).code == "holder_suspended"
    assert api.get("/v1/sessions", token=token).status == 200


def test_an_office_needs_the_person_themselves(city: City, api: Caller) -> None:
    in_office(city, LIN)
    reply = log_in(api, role=Role.HEALTH_OFFICER, liveness_token=None)
    assert (reply.status, reply.code) == (403, "assurance_too_low")
    assert SessionItem.count() == 0


WECHAT = {"name": "wechat", "code": "sandbox-lin"}


def by_app(api: Caller, **change: Any) -> Reply:
    return api.post("/v1/sessions", {"channel": WECHAT | change})


def test_an_account_that_was_bound_opens_the_same_persons_session(city: City, api: Caller) -> None:
    first = log_in(api, channel=WECHAT)
    reply = by_app(api)
    assert (reply.status, reply.body["assurance"], reply.body["holder"]) == (201, "real_person", {"name": "林*晴"})
    subjects = {city.tokens.authenticate(one.body["token"], now=NOON).subject for one in (first, reply)}
    assert subjects == {moved_in(city)}
    assert HolderItem.count() == 1
    assert api.post("/v1/codes", {}, token=reply.body["token"]).status == 201


def test_an_account_nobody_bound_opens_nothing(api: Caller) -> None:
    reply = by_app(api)
    assert (reply.status, reply.code) == (404, "channel_not_bound")
    assert nobody_was_made()


def test_an_account_of_another_person_is_not_bound_again(api: Caller) -> None:
    log_in(api, channel=WECHAT)
    other = SandboxIdentityProvider.login(RESIDENTS[1])
    reply = api.post("/v1/sessions", other | {"channel": WECHAT})
    assert (reply.status, reply.code) == (409, "channel_bound_elsewhere")


def test_only_the_person_themselves_binds_an_account(api: Caller) -> None:
    assert log_in(api, channel=WECHAT, liveness_token=None).code == "assurance_too_low"
    assert by_app(api).code == "channel_not_bound"


REFUSED = {
    "an app nobody comes through": ({"name": "fax"}, "channel_unknown"),
    "a code the app does not know": ({"code": "nonsense"}, "channel_code_invalid"),
    "an empty code": ({"code": ""}, "malformed_body"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_channel_that_is_refused_says_why(api: Caller, case: str) -> None:
    change, code = REFUSED[case]
    assert by_app(api, **change).code == code
    assert log_in(api, channel=WECHAT | change).code == code


INCOMPLETE: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "document_type"),
    "a name alone": ({"name": "林晚晴"}, "document_type"),
    "no name": ({"document_type": "resident_id", "document_number": NUMBER}, "name"),
    "half a document and an app": ({"name": "林晚晴", "channel": WECHAT}, "document_type"),
    "an office through an app": ({"role": "auditor", "channel": WECHAT}, "document_type"),
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_a_document_is_named_in_full_or_an_app_in_its_place(api: Caller, case: str) -> None:
    body, missing = INCOMPLETE[case]
    reply = api.post("/v1/sessions", body)
    assert (reply.status, reply.code) == (400, "malformed_body")
    assert reply.body["where"] == f"Object missing required field `{missing}`"

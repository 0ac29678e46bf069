"""The whole story through the public API: a person shows a code, a venue scans it."""

from __future__ import annotations

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.model import Colour
from chalicelib.wiring import City
from tests.world import Caller, StoppedClock, moved_in


def test_a_code_is_shown_scanned_once_and_refused_to_everyone_after(api: Caller, city: City) -> None:
    metro, library = (api.token_for(city.clients.register(name)) for name in ("地铁二号线", "图书馆"))
    code = api.code(api.log_in())

    first = api.verify(code, metro, place="2 号口")
    again = api.verify(code, metro, place="2 号口")
    elsewhere = api.verify(code, library)

    assert first.status == 200
    assert first.body["verdict"] == "accepted"
    assert first.body["reason"] is None
    assert first.body["colour"] == "green"
    assert first.body["holder"] is None, "nobody at an entrance needs a name"
    assert first.body["specimen"] is True, "a sandbox issues no real codes"
    assert first.body["server_time"] == "2026-09-21T14:13:20Z"
    assert again.body == first.body
    assert elsewhere.body["verdict"] == "rejected"
    assert elsewhere.body["reason"] == "replayed"
    assert elsewhere.body["colour"] is None
    assert elsewhere.body["holder"] is None


def test_every_invented_resident_shows_the_colour_the_city_gave_them(api: Caller, city: City) -> None:
    metro = api.token_for(city.clients.register("地铁"))
    for resident in RESIDENTS:
        moved_in(city, resident)
        verdict = api.verify(api.code(api.log_in(resident)), metro).body
        assert (verdict["verdict"], verdict["colour"]) == ("accepted", resident.colour)
    assert {resident.colour for resident in RESIDENTS} == set(Colour)


def test_refreshing_gives_a_new_code_and_the_old_one_dies_when_the_new_one_is_used(
    api: Caller, city: City, clock: StoppedClock
) -> None:
    metro = api.token_for(city.clients.register("地铁"))
    holder = api.log_in()
    old = api.code(holder)
    clock.advance(30)
    new = api.code(holder)

    assert api.verify(new, metro).body["verdict"] == "accepted"
    assert api.verify(old, metro).body["reason"] == "superseded"


def test_codes_for_a_dead_zone_are_good_one_minute_each(api: Caller, city: City, clock: StoppedClock) -> None:
    metro = api.token_for(city.clients.register("地铁"))
    reply = api.post("/v1/codes", {"ahead": 15}, token=api.log_in())
    codes = reply.body["codes"]

    assert reply.status == 201
    assert len(codes) == 15
    assert [code["issued_at"] for code in codes[:3]] == [
        "2026-09-21T14:13:20Z",
        "2026-09-21T14:14:20Z",
        "2026-09-21T14:15:20Z",
    ]
    assert api.verify(codes[14]["code"], metro).body["reason"] == "not_yet_valid"
    clock.advance(14 * 60)
    metro = api.token_for(city.clients.register("地铁"))
    assert api.verify(codes[0]["code"], metro).body["reason"] == "expired"
    assert api.verify(codes[14]["code"], metro).body["verdict"] == "accepted"


def test_a_refusal_for_the_clock_tells_both_times(api: Caller, city: City, clock: StoppedClock) -> None:
    metro = api.token_for(city.clients.register("地铁"))
    code = api.code(api.log_in())
    clock.advance(61)
    verdict = api.verify(code, metro).body

    assert verdict["reason"] == "expired"
    assert verdict["expires_at"] == "2026-09-21T14:14:20Z"
    assert verdict["server_time"] == "2026-09-21T14:14:21Z"


def test_the_description_of_the_api_is_served(api: Caller) -> None:
    description = api.get("/v1/openapi.json").body
    assert description["openapi"] == "3.1.0"
    assert {"/v1/sessions", "/v1/codes", "/v1/oauth/token", "/v1/verifications", "/v1/trust-list", "/v1/health"} <= set(
        description["paths"]
    )


def test_health_tells_the_time(api: Caller) -> None:
    assert api.get("/v1/health").body == {"status": "ok", "server_time": "2026-09-21T14:13:20Z"}

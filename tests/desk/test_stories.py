"""People at the service desk, through the API: a grandmother without a phone goes home with a paper and a receipt."""

from __future__ import annotations

import base64
from itertools import count
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from chalicelib.partners.clients import VERIFIER_SCOPES
from chalicelib.people.sandbox import RESIDENTS, SandboxResident
from chalicelib.platform.permissions import Role
from chalicelib.wiring import City
from tests.world import Caller, in_office, moved_in

HELPER, WANG, SON, LUKAS = RESIDENTS[1], RESIDENTS[12], RESIDENTS[3], RESIDENTS[21]
CARD = {"card_type": "transit_card", "card_number": "3104000012345678"}
_keys = count()


class Window:
    """Window 3 of the service centre."""

    def __init__(self, city: City, api: Caller) -> None:
        self.city, self.api = city, api
        in_office(city, HELPER, Role.HELPER)
        self.helper = api.log_in(HELPER, Role.HELPER)
        self.gate = api.token_for(city.clients.register("地铁站", scopes=VERIFIER_SCOPES | {"card:verify"}))

    def open(self, who: SandboxResident = WANG, **more: Any) -> dict[str, Any]:
        """A person steps up to the window."""
        identity = who.identity
        visit = {
            "document_type": identity.document_type,
            "document_number": identity.document_number,
            "name": identity.name,
            "why": "no_phone",
            "place": "市民服务中心 3 号窗口",
            "document_seen": True,
        }
        reply = self.api.post("/v1/assistances", visit | more, token=self.helper, key=f"open-{next(_keys)}")
        assert reply.status in {201, 400, 401, 403, 422, 429}, reply
        opened: dict[str, Any] = reply.body
        return opened

    def act(self, opened: dict[str, Any], name: str, **details: str) -> dict[str, Any]:
        """The helper does something for the person."""
        path, wish = f"/v1/assistances/{opened['assistance_id']}/acts", {"act": {"name": name, **details}}
        answer: dict[str, Any] = self.api.post(path, wish, token=self.helper, key=f"act-{next(_keys)}").body
        return answer

    def scan(self, **shown: Any) -> dict[str, Any]:
        """Somebody is verified at the metro."""
        shown |= {"purpose": "transit", "place": "人民广场站"}
        answer: dict[str, Any] = self.api.post("/v1/verifications", shown, token=self.gate).body
        return answer


@pytest.fixture
def window(city: City, api: Caller) -> Window:
    return Window(city, api)


def page(printed: dict[str, str]) -> Any:
    """A printed page as a picture at 150 dpi, and its text."""
    assert printed["media_type"] == "application/pdf"
    return pypdfium2.PdfDocument(base64.b64decode(printed["document"]))[0]


def test_a_grandmother_without_a_phone_goes_home_with_a_paper_that_opens_the_metro(window: Window) -> None:
    opened = window.open()
    assert (opened["state"], opened["person"], opened["helper"]) == ("open", "王*英", "服务台工作人员 周*之")
    done = window.act(opened, "issue_paper", form="card")
    picture = page(done["print"]).render(scale=150 / 72).to_pil()
    (symbol,) = zxingcpp.read_barcodes(picture)
    verdict = window.scan(code=symbol.text)
    assert (verdict["verdict"], verdict["carrier"], verdict["colour"]) == ("accepted", "paper", "green")
    assert verdict["holder"] is None


def test_she_takes_a_receipt_with_all_that_was_done_home(window: Window) -> None:
    opened = window.open()
    window.act(opened, "issue_paper")
    window.act(opened, "tell_status")
    path = f"/v1/assistances/{opened['assistance_id']}/receipt"
    text = page(window.api.get(path, token=window.helper).body).get_textpage().get_text_range()
    for words in ("服务窗口回执", "王*英", "周*之", "市民服务中心", "申领纸质码", "没有手机", opened["assistance_id"]):
        assert words in text
    assert WANG.identity.name not in text
    assert WANG.identity.document_number not in text


def test_the_same_paper_is_printed_again_and_a_lost_one_is_dead(window: Window) -> None:
    opened = window.open()
    paper = window.act(opened, "issue_paper")["outcome"]
    assert window.act(opened, "print_paper")["outcome"] == paper
    assert window.act(opened, "report_paper_lost")["outcome"] == paper
    assert window.act(opened, "print_paper")["code"] == "no_living_paper"


def test_nobody_has_a_paper_reported_lost_that_was_never_made(window: Window) -> None:
    assert window.act(window.open(), "report_paper_lost")["code"] == "no_living_paper"


def test_a_foreign_resident_has_a_transit_card_bound_and_lost(window: Window) -> None:
    opened = window.open(LUKAS, why="no_mainland_number")
    window.act(opened, "bind_card", **CARD)
    assert window.scan(card=CARD)["verdict"] == "accepted"
    window.act(opened, "report_card_lost", **CARD)
    assert window.scan(card=CARD)["reason"] == "carrier_lost"


def test_she_agrees_there_that_her_son_shows_her_code(window: Window) -> None:
    son = window.api.log_in(SON)
    identity = WANG.identity
    proposal = {
        "kind": "adult",
        "dependant": {
            "name": identity.name,
            "document_type": identity.document_type,
            "document_number": identity.document_number,
        },
    }
    moved_in(window.city, WANG)
    proposed = window.api.post("/v1/delegations", proposal, token=son, key="mother")
    assert proposed.status == 201, proposed
    delegation = proposed.body["delegation_id"]
    window.act(window.open(), "agree_delegation", delegation_id=delegation)
    code = window.api.post("/v1/codes", {"for": delegation}, token=son)
    assert code.status == 201, code
    assert window.scan(code=code.body["code"])["shown_by"] == "guardian"
    window.act(window.open(), "end_delegation", delegation_id=delegation)
    assert window.api.post("/v1/codes", {"for": delegation}, token=son).code == "delegation_ended"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"document_seen": False}, "document_not_seen"),
        ({"name": "王秀芳"}, "identity_not_proven"),
        ({"document_number": "310199194103091289"}, "invalid_document_number"),
        ({"document_type": "library_card"}, "unknown_document_type"),
        ({"why": "because"}, "malformed_body"),
    ],
    ids=["the document was not seen", "another name", "a mistyped number", "no such document", "free text"],
)
def test_a_helper_is_told_what_is_wrong(window: Window, more: dict[str, Any], code: str) -> None:
    assert window.open(**more)["code"] == code


def test_a_helper_serves_neither_themselves_nor_strangers_to_the_office(window: Window) -> None:
    assert window.open(HELPER)["code"] == "helping_yourself"
    opened = window.open()
    holder = window.api.log_in(SON)
    assert window.api.get(f"/v1/assistances/{opened['assistance_id']}", token=holder).code == "insufficient_scope"


def test_what_was_done_is_read_by_its_helper_and_closed(window: Window) -> None:
    opened = window.open()
    window.act(opened, "tell_status")
    path = f"/v1/assistances/{opened['assistance_id']}"
    assert window.api.send("POST", f"{path}/close", token=window.helper).body["state"] == "closed"
    read = window.api.get(path, token=window.helper).body
    assert [(act["name"], act["outcome"]) for act in read["acts"]] == [("tell_status", "green")]
    assert window.act(opened, "tell_status")["code"] == "assistance_over"


def test_a_desk_is_no_place_to_try_out_names(window: Window) -> None:
    tried = [window.open(name=f"王{number}")["code"] for number in range(5)]
    assert tried[0] == "identity_not_proven"
    assert tried[-1] == "too_many_attempts"

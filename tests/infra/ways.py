"""The part of the tour on which people come in: with phones and apps, as families, on paper, by card, with nothing.

And on which they have help at a desk, read what is known of them, and leave.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from chalicelib.accounts.model import COOLING_OFF_S
from chalicelib.partners.clients import DEPARTMENT_SCOPES, MORE_SCOPES, VERIFIER_SCOPES
from chalicelib.people.family.store import DelegationItem
from chalicelib.people.model import Identity
from chalicelib.people.proofing.provider import Assurance, Proven
from chalicelib.people.sandbox import SandboxIdentityProvider, SandboxResident
from chalicelib.platform.permissions import Role
from chalicelib.trust.status_lists.model import SIGNED_ANEW_S
from tests.people.family.home import CONSENT, EMMA, GU, GUO, HE, LIN, SHEN, SU, WANG, XU, ZHOU, named
from tests.people.sessions.phone import Phone, signed_in
from tests.people.tags.bureau import report
from tests.world import Pass, in_office, moved_in

if TYPE_CHECKING:
    from tests.infra.tour import Tour

WECHAT = {"name": "wechat", "code": "sandbox-lin"}
CARDS = [{"card_type": "transit_card", "card_number": f"310400001234567{n}"} for n in range(5)]
PASSPORT = {"document_type": "passport", "document_number": "CAN-ZZ999970", "name": "LIN WANQING"}
SU_MARRIED = "苏念"
_keys = count()


class Registers(SandboxIdentityProvider):
    """Registers in which Lin has a passport as well, and Su has another name by now."""

    def prove(self, claimed: Identity, *, liveness: str | None, now: float) -> Proven | None:
        """Believe in these two, too."""
        if claimed.name in {PASSPORT["name"], SU_MARRIED}:
            return Proven(Assurance.REAL_PERSON if liveness else Assurance.REAL_NAME, "1988-03-14")
        return super().prove(claimed, liveness=liveness, now=now)


def details(who: SandboxResident) -> dict[str, str]:
    """A person's document."""
    return {"document_type": who.identity.document_type, "document_number": who.identity.document_number}


class Ways:
    """Takes a city through every way in, and out again."""

    def __init__(self, tour: Tour) -> None:
        self.tour, self.city, self.api, self.clock = tour, tour.city, tour.api, tour.clock
        in_office(self.city, ZHOU, Role.HELPER)
        in_office(self.city, GU, Role.AUDITOR)
        every = VERIFIER_SCOPES | set(MORE_SCOPES.values())
        self.gate_of = self.city.clients.register("医院", scopes=every)
        self.bureau = self.city.clients.register("民政局", scopes=DEPARTMENT_SCOPES)

    def whole(self) -> None:
        """Everything but the farewell, in the order in which people come to it."""
        self.phones()
        self.apps()
        self.families()
        self.papers()
        self.cards()
        self.nothing()
        self.groups()
        self.desk()
        self.accounts()

    @property
    def gate(self) -> str:
        """The token of whoever may verify everything."""
        return self.api.token_for(self.gate_of)

    def make(self, path: str, payload: Any, token: str) -> dict[str, Any]:
        """Something new, under a key that was never used."""
        made: dict[str, Any] = self.api.post(f"/v1/{path}", payload, token=token, key=f"ways-{next(_keys)}").body
        return made

    def verify(self, **shown: Any) -> None:
        """Somebody is verified, and accepted."""
        reply = self.api.post("/v1/verifications", {"purpose": "medical", "place": "急诊", **shown}, token=self.gate)
        assert reply.body["verdict"] == "accepted", reply

    def phones(self) -> None:
        """Phones with keys of their own are signed in, renewed, copied, listed, and signed out."""
        with self.tour.by("api_handler"):
            phone = signed_in(self.city, self.api, resident=SHEN)
            phone.refresh()
            self._copied(Phone(self.city, self.api, resident=SHEN, bound=False))
            self._mistaken(SHEN)
            token = phone.held["token"]
            other = self.api.post("/v1/sessions", SandboxIdentityProvider.login(SHEN)).body["session_id"]
            self.api.delete(f"/v1/sessions/{other}", token=token)
            for path in ("/v1/sessions", "/v1/notices"):
                self.api.get(path, token=token)
            self.api.delete("/v1/sessions", token=token)
            self._renewed(self.api.log_in(GU, Role.AUDITOR))

    def _copied(self, tab: Phone) -> None:
        """Two have the same refresh token: both are out."""
        tab.log_in()
        first = tab.held["refresh_token"]
        for _ in range(2):
            tab.refresh()
        self.api.refused(401, lambda: tab.refresh(first))

    def _mistaken(self, who: SandboxResident) -> None:
        """Somebody mistypes their name, and then does not."""
        login = SandboxIdentityProvider.login(who)
        self.api.refused(401, lambda: self.api.post("/v1/sessions", login | {"name": "沈西"}))
        self.api.log_in(who)

    def _renewed(self, officer: Pass) -> None:
        """An officer goes on."""
        self.api.post("/v1/sessions/refresh", {"refresh_token": officer.refresh_token})

    def apps(self) -> None:
        """An account of an app is bound, opens a session, and is removed."""
        with self.tour.by("api_handler"):
            lin = self.api.log_in(LIN)
            for _ in range(2):
                bound = self.api.post("/v1/channels", WECHAT, token=lin).body["channel_id"]
            self.api.post("/v1/sessions", {"channel": WECHAT})
            self.api.get("/v1/channels", token=lin)
            self.api.delete(f"/v1/channels/{bound}", token=lin)

    def families(self) -> None:
        """A child, an adult who agrees, one who does not, one who ends it; and a record that has lived its time."""
        with self.tour.by("api_handler"):
            lin, emma, shen = (self.api.log_in(who) for who in (LIN, EMMA, SHEN))
            child = self._proposed(lin, HE, "child")
            for _ in range(2):
                self.verify(code=self.api.post("/v1/codes", {"for": child}, token=lin).body["code"])
            adult = self._proposed(lin, EMMA, "adult")
            self._says(adult, "agreement", emma)
            self._says(adult, "end", emma)
            self._says(self._proposed(lin, EMMA, "adult"), "refusal", emma)
            self._says(self._proposed(lin, EMMA, "adult"), "end", lin)
            self._says(self._proposed(shen, GUO, "child"), "end", shen)
            self.api.get("/v1/delegations", token=lin)
        self._forgotten(adult)
        self.tour.follow()

    def _proposed(self, guardian: str, whom: SandboxResident, kind: str) -> str:
        """Somebody wants to act for somebody."""
        consent = CONSENT if kind == "child" else {}
        wish = {"kind": kind, "dependant": named(whom.identity), **consent}
        return str(self.make("delegations", wish, guardian)["delegation_id"])

    def _says(self, delegation: str, verb: str, token: str) -> None:
        """One of the two says something to it."""
        self.api.send("POST", f"/v1/delegations/{delegation}/{verb}", token=token)

    def _forgotten(self, delegation: str) -> None:
        """The store forgets what the guardian has of it, whose time is over."""
        self.tour.follow()
        DelegationItem(moved_in(self.city, LIN), delegation).delete()

    def papers(self) -> None:
        """A paper is made, printed, shown, made again, and lost; the lists are fetched, and signed anew in time."""
        with self.tour.by("api_handler"):
            lin = self.api.log_in(LIN)
            first = self.make("papers", {}, lin)["paper_id"]
            self.api.get(f"/v1/papers/{first}/document", token=lin)
            self.verify(code=self.city.papers.to_print(moved_in(self.city, LIN), first, now=self.clock()).text)
            second = self.make("papers", {}, lin)["paper_id"]
            self.api.post(f"/v1/papers/{second}/loss", {}, token=lin)
            self.api.get("/v1/papers", token=lin)
            self.api.get("/v1/status-lists")
            self.api.get("/v1/status-lists/1")
        self.tour.follow()
        self.clock.advance(SIGNED_ANEW_S)
        with self.tour.by("publish_status_lists") as process:
            assert process.status_lists.publish(now=int(self.clock())) == 1

    def cards(self) -> None:
        """Cards are bound, shown, lost, replaced and unbound."""
        with self.tour.by("api_handler"):
            lin = self.api.log_in(LIN)
            first, second = (self.make("cards", card, lin)["card_id"] for card in CARDS[:2])
            self.verify(card=CARDS[0])
            self.api.post(f"/v1/cards/{first}/loss", {}, token=lin)
            third = self.make("cards", CARDS[2] | {"replaces": second}, lin)["card_id"]
            self.api.get("/v1/cards", token=lin)
            self.api.delete(f"/v1/cards/{third}", token=lin)

    def nothing(self) -> None:
        """Somebody who has nothing with them is looked up; who is looked up too often is told so."""
        with self.tour.by("api_handler"):
            self.verify(document=details(LIN))
        self.tour.follow()

    def groups(self) -> None:
        """A department says who belongs to which group, of strangers too; who agrees is shown to belong."""
        with self.tour.by("api_handler"):
            bureau = self.api.token_for(self.bureau)
            for number, who in enumerate((LIN, XU)):
                self.api.post("/v1/tags", self._report(who, number), token=bureau)
            lin, xu = self.api.log_in(LIN), self.api.log_in(XU)
            for token in (lin, xu):
                self.api.get("/v1/tags", token=token)
            self.api.send("POST", "/v1/tags/veteran/consent", token=lin)
            self.verify(code=self.api.code(lin))
            self.api.delete("/v1/tags/veteran/consent", token=lin)
        self.tour.follow()

    def _report(self, who: SandboxResident, number: int) -> dict[str, Any]:
        """What a department says of somebody."""
        return report(who.identity, until=int(self.clock()) + 90 * 86_400, reference=f"ways-{number}")

    def desk(self) -> None:
        """A grandmother who was never here has everything done that a desk does, and takes a receipt home."""
        with self.tour.by("api_handler"):
            helper, lin = self.api.log_in(ZHOU, Role.HELPER), self.api.log_in(LIN)
            case = self.make("assistances", self._visit(WANG), helper)["assistance_id"]
            shown = self._proposed(lin, WANG, "adult")
            for name in ("issue_paper", "print_paper", "report_paper_lost", "tell_status"):
                self._act(case, helper, name=name)
            for name in ("agree_delegation", "end_delegation"):
                self._act(case, helper, name=name, delegation_id=shown)
            for name in ("bind_card", "report_card_lost"):
                self._act(case, helper, name=name, **CARDS[3])
            for path in ("", "/receipt"):
                self.api.get(f"/v1/assistances/{case}{path}", token=helper)
            self.api.send("POST", f"/v1/assistances/{case}/close", token=helper)
        self.tour.follow()

    def _visit(self, who: SandboxResident) -> dict[str, Any]:
        """Somebody steps up to the window."""
        return details(who) | {
            "name": who.identity.name,
            "why": "no_phone",
            "place": "3 号窗口",
            "document_seen": True,
        }

    def _act(self, case: str, helper: str, **act: str) -> None:
        """The helper does something for them."""
        self.make(f"assistances/{case}/acts", {"act": act}, helper)

    def accounts(self) -> None:
        """People have all that is known of them, have it put right, and think twice about leaving."""
        with self.tour.by("api_handler"):
            lin, su = self.api.log_in(LIN), self.api.log_in(SU)
            self.make("papers", {}, lin)
            self.make("cards", CARDS[2], lin)
            self.api.get("/v1/account/export", token=lin)
            self.api.post("/v1/account/name", {"name": SU_MARRIED}, token=su)
            self.api.post("/v1/account/documents", PASSPORT | {"liveness_token": "her-face"}, token=lin)
            self.api.send("POST", "/v1/account/cancellation", token=su)
            self.api.get("/v1/account/cancellation", token=su)
            self.api.delete("/v1/account/cancellation", token=su)
        self.tour.follow()

    def farewell(self) -> None:
        """An officer who has everything a person can have leaves."""
        with self.tour.by("api_handler"):
            gu, bureau = self.api.log_in(GU), self.api.token_for(self.bureau)
            self._says(self._proposed(self.api.log_in(EMMA), GU, "adult"), "agreement", gu)
            self.api.post("/v1/tags", self._report(GU, 2), token=bureau)
            self.make("papers", {}, gu)
            self.make("cards", CARDS[4], gu)
            self.api.post("/v1/channels", {"name": "alipay", "code": "sandbox-gu"}, token=gu)
            self.api.send("POST", "/v1/account/cancellation", token=gu)
        self.clock.advance(COOLING_OFF_S)
        with self.tour.by("close_accounts") as process:
            assert process.leaving.run(now=int(self.clock())) == 1
        self.tour.follow()

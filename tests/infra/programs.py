"""The part of the tour on which programs come: let in by operators, told of events, believed where holders agree.

Files are handed in, and those are watched who look.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.partners.clients.store import ClientStore
from chalicelib.partners.consents.asking import Asking
from chalicelib.partners.consents.refusals import TooManyConsentRequests
from chalicelib.partners.imports.model import file_key
from chalicelib.partners.watching.rules import BY_NAME, COMPARED, window_of
from chalicelib.partners.watching.seen import Key, Tally
from chalicelib.people.sandbox import SandboxResident
from chalicelib.platform.permissions import Kind, Role
from tests.infra.sources import Queues
from tests.partners.clients.registry import ZHOU, Registry, claims, signed
from tests.partners.clients.test_signed import Signer
from tests.partners.clients.test_terminals import Verifier
from tests.partners.disclosures.desk import Desk
from tests.partners.imports.department import Department, as_csv, facts
from tests.partners.webhooks.partner import Listening, Partner
from tests.people.family.home import GU, HE, LIN, SHEN
from tests.people.tags.bureau import report
from tests.status.evidence.department import fact
from tests.world import moved_in, scan_by

if TYPE_CHECKING:
    from tests.infra.tour import Tour

DAY = 86_400
CITY_EVENTS = ("appeal.filed", "appeal.decided", "carriers.revoked", "key.published", "key.revoked", "alert.raised")
OWN_EVENTS = (
    "status.changed",
    "scan.accepted",
    "consent.given",
    "consent.refused",
    "consent.withdrawn",
    "consent.used",
)
CARD_COLUMNS = "card_type,card_number,document_type,document_number,reference\n"
_numbers = count()


class Programs:
    """Takes a city through everything that it does for programs, and because of them."""

    def __init__(self, tour: Tour, receiver: Listening) -> None:
        self.tour, self.city, self.api, self.clock = tour, tour.city, tour.api, tour.clock
        self.receiver = receiver
        self.registry, self.desk = Registry(self.city, self.api), Desk(self.city, self.api)
        self.system = Partner(self.city, self.api, Kind.SYSTEM, "一网统管")
        self.insurer = Partner(self.city, self.api, Kind.PARTNER, "平安保险")
        self.cdc = Partner(self.city, self.api, Kind.DEPARTMENT, "疾控中心")
        self.desk._clients["clinic"] = self.insurer.credentials
        self.department = Department(self.city, self.api)
        self.queues: Queues = tour.queues

    def arrive(self) -> None:
        """Before anything happens they say where they want to be told of it, each thing after the one before."""
        with self.tour.by("api_handler"):
            self.all = self.system.listens(self.receiver, *CITY_EVENTS, order="subject")
            self.own = self.insurer.listens(self.receiver, *OWN_EVENTS, order="subject")
            self.files = self.cdc.listens(self.receiver, "import.finished", order="subject")

    def whole(self) -> None:
        """Everything, in the order in which a city comes to it."""
        self.office()
        self.terminals()
        self.consents()
        self.children()
        self.imports()
        self.endpoints()
        self.deliveries()
        self.watching()

    def office(self) -> None:
        """Operators let programs in and turn them away, change their minds, and give them secrets and keys."""
        here = self.registry
        with self.tour.by("api_handler"):
            here.act("refusal", here.proposed(), {"proposal": 1})
            client = here.active()
            here.act("scopes", client, {"scopes": ["code:verify", "card:verify"]}, by=ZHOU)
            here.approve(client)
            self.api.token_for(here.secret(client))
            pair = here.pair(client)
            assertion = signed(pair, claims(client, self.clock()))
            here.assert_by(assertion)
            self.api.refused(401, lambda: here.assert_by(assertion))
            here.act("suspension", client)
            here.act("resumption", client, by=ZHOU)
            here.approve(client)
            [key] = here.show(client)["keys"]
            self.api.delete(f"/v1/clients/{client}/keys/{key['key_id']}", token=here.token(ZHOU))
            self.api.get("/v1/clients", token=here.token(ZHOU))
            assert Signer(here).ask("GET", "/v1/webhooks").status == 200
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ClientStore, "mark_journalled", lambda self, client_id, n: None)
            self.tour.follow()
        self.tour.again("follow_clients")

    def terminals(self) -> None:
        """A verifier has gates, which log in by themselves and scan; one is taken away."""
        here = Verifier(self.city, self.api)
        with self.tour.by("api_handler"):
            gate = here.terminal()
            token = self.api.token_for(gate)
            code = self.api.code(self.api.log_in(LIN))
            assert self.api.verify(code, token).body["verdict"] == "accepted"
            here.act("secrets", gate.client_id)
            here.act("suspension", gate.client_id)
            self.api.get("/v1/terminals", token=here.token)
        self._refused_elsewhere(code)
        self.tour.follow()

    def _refused_elsewhere(self, code: str) -> None:
        """The same code is shown to others, at one place after the other."""
        for number in range(BY_NAME["code_refused_at_many"].threshold):
            other = self.city.clients.register(f"others {number}")
            with self.tour.by("api_handler"):
                reply = self.api.verify(code, self.api.token_for(other), place=f"gate {number}")
                assert reply.body["verdict"] == "rejected"

    def consents(self) -> None:
        """Clients ask, holders agree and refuse and withdraw, and fields are told; so it is with one who will leave."""
        here, since = self.desk, self.desk.period(30)
        with self.tour.by("api_handler"):
            for who in (LIN, GU):
                self._asked_and_told(who)
            watched = here.agreed(LIN, exchange_token=self._scanned(LIN), fields=["colour"], unattended=True, **since)
            here.disclose(["colour"], consent_id=watched)
            self._stepped_back(SHEN)
            for path in ("/v1/consents", f"/v1/consents/{watched}", "/v1/disclosures"):
                self.api.get(path, token=here.session(LIN))
            self.api.get("/v1/consent-requests", token=here.token("clinic"))
            assert here.state(watched) == "agreed"
            self.api.get("/v1/account/export", token=here.session(LIN))
        self.tour.follow()
        self.tour.hall.department.token = self.api.token_for(self.tour.hall.department.credentials)
        self.tour.hall.department.report(fact(LIN.identity, happened_at=self.clock()))
        self.tour.follow()

    def _asked_and_told(self, who: SandboxResident) -> None:
        """Somebody agrees to one thing, which is told and told again; refuses another; and takes a third back."""
        here, scan = self.desk, self._scanned(who)
        here.consented(who, scan, "birth_date", why="核对年龄")
        for _ in range(2):
            here.exchange(scan, "birth_date")
        here.answer(here.asked(who, exchange_token=scan, fields=["document_number"]), "refusal", who)
        once = here.consented(who, scan, "name", **here.period(3))
        here.answer(once, "withdrawal", who)
        here.consented(who, scan, "document_type", **here.period(3))
        here.asked(who, exchange_token=scan, fields=["birth_date"], why="再次核对")

    def _scanned(self, who: SandboxResident) -> str:
        """What a scan of somebody gave to exchange."""
        self.clock.advance(60)
        code = self.api.code(self.desk.session(who))
        reply = self.api.verify(code, self.desk.token("clinic"), purpose="medical", place="总台")
        return str(reply.body["exchange_token"])

    def _stepped_back(self, who: SandboxResident) -> None:
        """Others were quicker to ask the same person: the request is taken back."""
        look, scan, looks = Asking._look, self._scanned(who), count()

        def wear_down(self: Asking, *what: Any) -> None:
            if next(looks):
                raise TooManyConsentRequests(limit=3, retry_after_s=1)
            look(self, *what)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Asking, "_look", wear_down)
            self.api.refused(429, lambda: self.desk.ask(who, exchange_token=scan))

    def children(self) -> None:
        """A parent answers for a child."""
        here = self.desk
        with self.tour.by("api_handler"):
            lin = self.api.log_in(LIN)
            [child] = [
                each["delegation_id"]
                for each in self.api.get("/v1/delegations", token=lin).body["delegations"]
                if each["kind"] == "child" and each["state"] == "active"
            ]
            code = self.api.post("/v1/codes", {"for": child}, token=lin).body["code"]
            scan = self.api.verify(code, here.token("clinic"), purpose="medical").body["exchange_token"]
            made = here.asked(HE, exchange_token=scan, fields=["birth_date"])
            here.answer(made, "agreement", LIN, **{"for": child})
            self.api.get(f"/v1/consents?for={child}", token=lin)
        self.tour.follow()

    def imports(self) -> None:
        """A department hands in files of every kind, about people who are here and who are not."""
        here = self.department
        here.client_id, here.token = self.cdc.client_id, self.cdc.token
        for kind, file in (("evidence", self._facts()), ("tags", self._tags()), ("cards", self._cards())):
            self._read(self._handed_in(file, kind=kind))
        self._given_up()
        self.tour.follow()

    def _facts(self) -> bytes:
        """Facts of somebody who is here and of others; one of them twice, another under its reference, one odd."""
        here, other, odd = fact(LIN.identity, happened_at=self.clock()), *facts(2)
        taken = fact(SHEN.identity, reference=other["reference"])
        odd["kind"] = "rumour"
        return as_csv([here, here, other, taken, odd, fact(LIN.identity, kind="arrival")])

    def _tags(self) -> bytes:
        """Groups of somebody who is here, once more, and of a stranger."""
        until = int(self.clock()) + 90 * DAY
        first = report(LIN.identity, "elderly", until=until, reference="file-1")
        stranger = first | {"reference": "file-2", "document_number": facts(1)[0]["document_number"]}
        lines = [",".join(map(str, row.values())) for row in (first, first, stranger)]
        return "\n".join([",".join(first), *lines]).encode()

    def _cards(self) -> bytes:
        """Cards of somebody who is here, of a stranger, and one that is another's already."""
        lin, shen = (f"{who.identity.document_type},{who.identity.document_number}" for who in (LIN, SHEN))
        stranger = facts(1)[0]
        rows = [
            f"transit_card,3104000012345681,{lin},card-1",
            f"transit_card,3104000012345681,{lin},card-1",
            f"transit_card,3104000012345681,{lin},card-2",
            f"transit_card,3104000012345681,{shen},card-3",
            f"transit_card,3104000012345682,resident_id,{stranger['document_number']},card-4",
        ]
        return (CARD_COLUMNS + "\n".join(rows)).encode()

    def _handed_in(self, file: bytes, **wish: Any) -> str:
        """An import whose file has come."""
        with self.tour.by("api_handler"):
            import_id = str(self.department.opens(**wish).body["import_id"])
        self.city.uploads.put(file_key(import_id), file)
        return import_id

    def _read(self, import_id: str) -> None:
        """The file is told of and read to its end, and the department sees what became of it."""
        with self.tour.by("run_imports") as process:
            process.running_imports.arrived(file_key(import_id), now=int(self.clock()))
        self.tour.follow()
        with self.tour.by("api_handler"):
            assert self.department.sees(import_id)["state"] == "finished"
            self.department.refused(import_id)
            self.api.get("/v1/imports", token=self.department.token)

    def _given_up(self) -> None:
        """Files that nobody waits for, of which nobody was told, and which nobody may read any more."""
        cancelled, found, left = (self._handed_in(self._facts()) for _ in range(3))
        with self.tour.by("api_handler"):
            self.api.delete(f"/v1/imports/{cancelled}", token=self.department.token)
        with self.tour.by("run_imports") as process:
            process.running_imports.arrived(file_key(cancelled), now=int(self.clock()))
        with self.tour.by("sweep_imports") as process:
            assert process.running_imports.sweep(now=int(self.clock())) == 2
        self.tour.follow()
        assert {self.department.sees(each)["state"] for each in (found, left)} == {"finished"}

    def endpoints(self) -> None:
        """A partner looks after its endpoints: pauses one, has what waited brought, and takes another away."""
        here = self.insurer
        with self.tour.by("api_handler"):
            here.does("events", self.own, events=list(OWN_EVENTS), order="subject")
            here.does("secrets", self.own)
            here.does("test", self.own)
            here.does("pause", self.own)
            here.does("resumption", self.own)
            [delivery, *_] = here.sees(self.own, "/deliveries").body["deliveries"]
            here.does(f"deliveries/{delivery['delivery_id']}/redelivery", self.own)
            for path in ("/v1/webhooks", f"/v1/webhooks/{self.own}"):
                self.api.get(path, token=here.token)
            other = here.listens(self.receiver, "key.published")
            here.does("test", other)
            self.api.delete(f"/v1/webhooks/{other}", token=here.token)

    def deliveries(self) -> None:
        """Events are brought, wait for one another, fail and are brought again; and a receiver says that it is gone."""
        self.queues.empty()
        honest = self.receiver.says
        for says in (honest, lambda event: (500, b""), honest, lambda event: (410, b"")):
            self.receiver.says = says
            self._retried()
            for record in self.queues.received():
                self._delivered(record)
            self.clock.advance(10)
        self.receiver.says = honest

    def _retried(self) -> None:
        """The minute's work, and what it finds."""
        with suppress(IndexError), self.tour.by("retry_webhooks") as process:
            assert process.due_deliveries.run(now=self.clock())

    def _delivered(self, record: dict[str, Any]) -> None:
        """A message, which waited a moment before."""
        with self.tour.by("wake_webhooks") as process:
            assert process.webhook_messages.carry_over([record]) == []
        with self.tour.by("deliver_webhooks") as process:
            assert process.webhook_messages.deliver([record]) == []

    def watching(self) -> None:
        """One person is scanned by many, and a verifier scans far more than ever; an auditor looks into it."""
        now = int(self.clock())
        for number in range(BY_NAME["holder_seen_by_many"].threshold):
            scan = scan_by(f"verifier-{number}", at=now)
            self.city.scans.save(moved_in(self.city, SHEN), number.to_bytes(12, "big"), scan)
        self._busy(now)
        with self.tour.by("judge_watching") as process:
            process.judging.run(now=now)
        self.tour.follow()
        with self.tour.by("api_handler"):
            gu = self.api.log_in(GU, Role.AUDITOR)
            [alert, *_] = self.api.get("/v1/alerts", token=gu).body["alerts"]
            self.api.post(f"/v1/alerts/{alert['alert_id']}/closing", {"verdict": "unclear"}, token=gu)
            for path in (f"/v1/alerts/{alert['alert_id']}", "/v1/office-log", "/v1/retention-reports"):
                self.api.get(path, token=gu)

    def _busy(self, now: int) -> None:
        """A verifier that is known for weeks had a great day in the hour before."""
        [rule] = COMPARED
        since = window_of(rule, now) - rule.window_s
        tally = Tally(rule.threshold * 9, Counter({"entry": rule.threshold * 9}), frozenset(), "地铁")
        self.city.watch_counters.remember("busy", since - 15 * DAY, now=now)
        self.city.watch_counters.add(Key(rule.name, since, "busy"), rule, tally, batch="a test")

"""A tour of the city: every operation is used, every stream is followed, every schedule runs.

Each function is a process of its own that has seen nothing before, and all that it asks of AWS is written down.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.people.sandbox import RESIDENTS
from chalicelib.status.appeals import attaching
from chalicelib.status.appeals.model import Appeal
from chalicelib.status.appeals.refusals import AppealNotWaiting
from chalicelib.status.evidence.model import Void, evidence_id, waiting
from chalicelib.status.evidence.writer import moved
from chalicelib.status.ledger import Kept
from chalicelib.status.policy.population import AllHolders
from chalicelib.status.policy.roll_out_store import RollOutStore
from chalicelib.status.policy.shipped import shipped_text
from chalicelib.status.policy.taking_effect import TakingEffect
from chalicelib.wiring import City
from tests.infra.leftovers import left_over
from tests.infra.permissions import ROLES, Deed, watched
from tests.infra.programs import Programs
from tests.infra.sources import Queues, Streams
from tests.infra.ways import Registers, Ways
from tests.partners.webhooks.partner import listening
from tests.status.appeals.hall import GU, LIN, LU, OUYANG, Hall
from tests.status.evidence.department import CLINIC, DAY, HOUR, fact, holder_of, index_of, said, somebody
from tests.status.overrides.desk import Desk
from tests.status.policy.ministry import Ministry
from tests.world import Caller, Reply, StoppedClock, another_process, caller, scan_by

NEWCOMER = RESIDENTS[8]


class Visitor(Caller):
    """Calls a process that has seen nothing before, and remembers which operations were used."""

    def __init__(self, city: City) -> None:
        self._http = caller(city)._http
        self.used: set[str] = set()
        self.expected = range(200, 300)

    def send(self, method: str, path: str, **more: Any) -> Reply:
        """One request."""
        self.used.add(f"{method} {path.partition('?')[0]}")
        reply = super().send(method, path, **more)
        assert reply.status in self.expected, reply
        return reply

    def refused(self, status: int, ask: Callable[[], object]) -> None:
        """What is asked is refused, and that is as it should be."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self, "expected", range(status, status + 1))
            ask()


class Tour:
    """Takes a city through everything it does; `deeds` are what each function asked of AWS meanwhile."""

    def __init__(self, city: City, api: Caller) -> None:
        assert isinstance(city.clock, StoppedClock)
        self.city, self.clock = city, city.clock
        self.hall, self.desk, self.ministry = Hall(city, api), Desk(city, api), Ministry(city, api)
        self.metro = city.clients.register("地铁")
        self.queues = Queues(city.settings.aws_region)
        self._streams = Streams(city)
        self._followed: Counter[str] = Counter()
        process = self.process()
        process.identity_provider = Registers()
        self.api = Visitor(process)
        for place in (self.hall, self.hall.department, self.desk, self.ministry):
            place.api = self.api
        self.deeds: dict[str, list[Deed]] = {name: [] for name in ROLES}

    def whole(self) -> Tour:
        """Everything, in the order in which a city comes to it."""
        with listening() as receiver:
            programs, ways = Programs(self, receiver), Ways(self)
            programs.arrive()
            self.doors()
            self.evidence()
            self.policies()
            self.appeals()
            self.overrides()
            self.objected_late(self.standing())
            self.time()
            ways.whole()
            programs.whole()
            ways.farewell()
        self.once_more()
        self.retention()
        return self

    def process(self) -> City:
        """A function's process, which has seen nothing before."""
        process = another_process(self.clock)
        self.queues.given_to(process)
        return process

    @contextmanager
    def by(self, function: str) -> Iterator[City]:
        """What happens meanwhile is a function's doing."""
        process = self.process()
        with watched() as deeds:
            yield process
        self.deeds[function] += deeds

    def doors(self) -> None:
        """Holders log in, for the first time and again, and show their codes."""
        self.city.scans.save("somebody", b"mark", scan_by("metro"))
        with self.by("api_handler"):
            for resident in (LIN, LIN, RESIDENTS[7]):
                holder = self.api.log_in(resident)
            metro = self.api.token_for(self.metro)
            assert self.api.verify(self.api.code(holder), metro).body["verdict"] == "accepted"
            for path in ("/v1/scans", "/v1/trust-list", "/v1/openapi.json", "/v1/health"):
                self.api.get(path, token=holder)

    def evidence(self) -> None:
        """Departments report, about strangers too, and take back; one of the strangers moves in."""
        with self.by("api_handler"):
            report = fact(NEWCOMER.identity)
            for each in (fact(LIN.identity), report):
                self.hall.department.report(each)
            self.hall.department.send([fact(somebody()), fact(LIN.identity), fact(LIN.identity, kind="rumour")])
            self.hall.department.void(report["reference"])
            self.api.log_in(NEWCOMER)
        self._left_half_way()
        self.follow()

    def _left_half_way(self) -> None:
        """Who handed over what waited for somebody died, and so did who took back what is known of another."""
        newcomer, other = somebody(), said(somebody())
        self.city.reports.report(CLINIC, said(newcomer), now=self.clock())
        [waits] = self.city.evidence.items(waiting(index_of(self.city, newcomer)))
        holder = holder_of(self.city, LIN.identity)
        self.city.evidence_writer.put_item(moved(waits, holder))
        self.city.reports.report(CLINIC, other, now=self.clock())
        void = Void(int(self.clock()), "wrong_person")
        self.city.references.void(evidence_id(CLINIC.client_id, other.reference), void)

    def policies(self) -> None:
        """Officers load a policy, try it, let it hold, and go back; functions die half-way, and others go on."""
        text = (shipped_text("epidemic@1") or "").replace("version: 1\n", "version: 9\n")
        here = self.ministry
        with self.by("api_handler"):
            assert here.load(text).body["policy_key"] == "epidemic@9"
            dry_run = here.dry_run("epidemic@9").body["dry_run_id"]
            rejected = here.propose("calm@1").body["roll_out_id"]
            here.reject(rejected)
            first = here.rolled_out("epidemic@9")
            back = here.roll_back(first).body["roll_out_id"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TakingEffect, "begin", lambda self, roll_out, *, now: roll_out)
            here.approve(back)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(RollOutStore, "mark_journalled", lambda self, roll_out, count: None)
            patch.setattr(AllHolders, "page", _outdated(AllHolders.page))
            self.sweep()
        self.sweep()
        here.rolled_out("epidemic@9")
        with self.by("api_handler"):
            for path in ("policies", "policies/epidemic@9", f"dry-runs/{dry_run}", "roll-outs", f"roll-outs/{first}"):
                here.look(f"/v1/{path}")

    def sweep(self) -> None:
        """The minute's work on policies."""
        with self.by("run_sweeps") as process:
            now = int(self.clock())
            process.taking_effect.run(now=now)
            process.sweeper.run(clock=self.clock, has_time=lambda: True)
            process.taking_effect.run(now=now)

    def appeals(self) -> None:
        """A holder objects; reviewers take, give back and reject; one level up they uphold."""
        here = self.hall
        about = here.report()
        with self.by("api_handler"):
            here.withdraw(here.filed())
            appeal = here.filed(about=about)
            here.attach(appeal)
            self._too_late_to_attach(appeal)
            self.api.get(f"/v1/appeals/{appeal}/attachments/1", token=here.token(LIN))
            here.queue()
            here.take(appeal)
            here.release(appeal)
            here.take(appeal)
            here.case(appeal)
            here.case(appeal, rest="/attachments/1")
            here.decide(appeal, "rejected")
            higher = here.escalate(appeal).body["appeal_id"]
            here.take(higher, GU)
            here.decide(higher, "upheld", GU)
            here.see(higher)
            self.api.get("/v1/appeals", token=here.token(LIN))
            self.api.get("/v1/appeal-statistics", token=here.office(OUYANG))
        self.follow()

    def _too_late_to_attach(self, appeal: str) -> None:
        """A file was kept, and cannot be named any more."""
        answers = iter([None, AppealNotWaiting()])

        def check_room(appeal: Appeal) -> None:
            if (refusal := next(answers)) is not None:
                raise refusal

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(attaching, "_check_room", check_room)
            self.api.refused(409, lambda: self.hall.attach(appeal))

    def overrides(self) -> None:
        """Officers propose, reject, withdraw, approve and end."""
        here = self.desk
        with self.by("api_handler"):
            here.act("rejection", here.proposed(by=GU), LU)
            here.act("withdrawal", here.proposed(by=GU), GU)
            ended = here.proposed(by=GU)
            here.act("approval", ended, LU)
        self.follow()
        with self.by("api_handler"):
            here.act("end", ended, LU)
        self.follow()

    def standing(self) -> str:
        """An override that stands; its holder reads why."""
        here = self.desk
        with self.by("api_handler"):
            override = here.proposed(by=GU, hours=14 * 24)
            here.act("approval", override, LU)
        self.follow()
        with self.by("api_handler"):
            for path in ("overrides", f"overrides/{override}", "override-report", "override-grounds"):
                self.api.get(f"/v1/{path}", token=here.token(GU))
            for path in ("status", "status/history"):
                self.api.get(f"/v1/{path}", token=self.api.log_in(LIN))
        return override

    def objected_late(self, override: str) -> None:
        """The answer to an appeal is late, and then it takes the override back."""
        here = self.hall
        with self.by("api_handler"):
            appeal = here.filed(about=f"override:{override}")
        here.wait(2 * DAY)
        with self.by("watch_appeals") as process:
            process.appeals.watch.run(now=int(self.clock()))
        with self.by("api_handler"):
            here.take(appeal)
            here.decide(appeal, "upheld")
        self.follow()

    def time(self) -> None:
        """Time passes, colours change by it, and everybody is told."""
        self.clock.advance(15 * DAY + HOUR)
        with self.by("apply_due_changes") as process:
            assert process.due_changes.tell_all(now=int(self.clock()))
        self.follow()

    def retention(self) -> None:
        """Of every table something is left that should have gone."""
        left_over(self.city, now=int(self.clock()))
        self.city.custodian.publish(now=int(self.clock()))
        with self.by("sweep_retention") as process:
            run = process.retention.run(now=int(self.clock()), has_time=lambda: True)
            assert run is not None
            assert run.finished_at

    def once_more(self) -> None:
        """Every record comes again, from the first: who follows has seen them all."""
        self.again(*STREAMS)

    def again(self, *functions: str) -> None:
        """Some functions have died before anybody knew that they were done."""
        for function in functions:
            self._followed[function] = 0
        self.follow()

    def follow(self) -> None:
        """All that streams bring and have not brought yet, to whoever follows them, until they bring no more."""
        while sum(self._follow(stream, function) for function, stream in STREAMS.items()):
            pass

    def _follow(self, stream: str, function: str) -> int:
        """What is new to one function; answers how many records."""
        records = self._streams.records(stream)[self._followed[function] :]
        self._followed[function] += len(records)
        if records:
            with self.by(function) as process:
                assert FOLLOWERS[function](process, records, int(self.clock())) == [], function
        return len(records)


STREAMS = {
    "follow_appeals": "appeals",
    "apply_overrides": "overrides",
    "recompute_statuses": "evidence",
    "tell_changes": "statuses",
    "log_scans": "statuses",
    "follow_delegations": "delegations",
    "follow_tags": "tags",
    "revoke_carriers": "carriers",
    "follow_assistances": "assistances",
    "follow_clients": "clients",
    "follow_consents": "consents",
    "watch_scans": "scans",
    "watch_refusals": "refused-scans",
    "continue_imports": "imports",
    "emit_scan_events": "scans",
    "emit_status_events": "changes",
    "emit_consent_events": "consents",
    "emit_appeal_events": "appeals",
    "emit_carrier_events": "status-lists",
    "emit_key_events": "keys",
    "emit_alert_events": "alerts",
    "emit_import_events": "imports",
}
"""Whom the stream of which table calls."""

FOLLOWERS: dict[str, Callable[[City, list[dict[str, Any]], int], list[str]]] = {
    "follow_appeals": lambda city, records, now: city.appeals.follower.record(records, now=now),
    "apply_overrides": lambda city, records, now: city.override_follower.record(records, now=now),
    "recompute_statuses": lambda city, records, now: city.evidence_follower.record(records, now=now),
    "tell_changes": lambda city, records, now: city.change_teller.record(records),
    "log_scans": lambda city, records, now: city.scan_log.record(records),
    "follow_delegations": lambda city, records, now: city.delegation_follower.record(records, now=now),
    "follow_tags": lambda city, records, now: city.tag_follower.record(records),
    "revoke_carriers": lambda city, records, now: city.carrier_follower.record(records, now=now),
    "follow_assistances": lambda city, records, now: city.assistance_follower.record(records, now=now),
    "follow_clients": lambda city, records, now: city.client_follower.record(records, now=now),
    "follow_consents": lambda city, records, now: city.consents.follower.record(records, now=now),
    "watch_scans": lambda city, records, now: city.watcher.scans(records, now=now),
    "watch_refusals": lambda city, records, now: city.watcher.refusals(records, now=now),
    "continue_imports": lambda city, records, now: city.running_imports.continued(records, clock=city.clock),
    "emit_scan_events": lambda city, records, now: city.scan_emitter.record(records, now=now),
    "emit_status_events": lambda city, records, now: city.status_emitter.record(records, now=now),
    "emit_consent_events": lambda city, records, now: city.consent_emitter.record(records, now=now),
    "emit_appeal_events": lambda city, records, now: city.appeal_emitter.record(records, now=now),
    "emit_carrier_events": lambda city, records, now: city.carrier_emitter.record(records, now=now),
    "emit_key_events": lambda city, records, now: city.key_emitter.record(records, now=now),
    "emit_alert_events": lambda city, records, now: city.alert_emitter.record(records, now=now),
    "emit_import_events": lambda city, records, now: city.import_emitter.record(records, now=now),
}
"""What each function on a stream does with records; answers those that failed."""


def pattern_of(path: str) -> re.Pattern[str]:
    """What paths of an operation look like."""
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", path))


Page = Callable[..., tuple[list[Kept], str]]


def _outdated(page: Page) -> Page:
    """Pages of holders whose statuses were stored anew since they were read."""

    def read(self: AllHolders, segment: int, **more: Any) -> tuple[list[Kept], str]:
        holders, after = page(self, segment, **more)
        return [kept._replace(version=kept.version - 1) for kept in holders], after

    return read

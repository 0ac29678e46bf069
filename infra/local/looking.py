"""Who has looked at people of the demo city, and what they asked for: scans, consents, disclosures, and a stolen code.

Everything goes through the services that the API uses. What somebody was asked before is not asked again, whatever they
answered, so that a city which is opened again finds it done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.codes.model import Accepted
from chalicelib.codes.purposes import Field
from chalicelib.codes.telling import told_at_once
from chalicelib.codes.verify_routes import MARK_BYTES
from chalicelib.partners.consents.acting import Acting
from chalicelib.partners.consents.asking import Wish
from chalicelib.partners.consents.model import DAY_S, State, Use
from chalicelib.partners.consents.texts import CURRENT
from chalicelib.partners.watching.alert import month_of
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.operation import Principal
from chalicelib.status.model import Scan
from chalicelib.wiring import City
from infra.local import story
from infra.local.government import wish
from infra.local.story import Asked, Visit

REPLAYED, REFUSED_AT_MANY = "replayed", "code_refused_at_many"
OVER = frozenset({State.LAPSED, State.ENDED, State.USED})


class Lookers:
    """Scans people and asks them, as these programs; `programs` are principals by name."""

    def __init__(self, city: City, holders: Mapping[str, str], programs: Mapping[str, Principal], *, now: int) -> None:
        self._city = city
        self._holders = holders
        self._programs = programs
        self._now = now
        self._day = datetime.fromtimestamp(now, story.ZONE).date().isoformat()

    def look(self) -> None:
        """Let everything happen that has not happened yet."""
        for visit in story.VISITS:
            self._visit(visit)
        self._pass_around(story.STOLEN)

    def _visit(self, visit: Visit) -> None:
        """A scan, and what was asked and disclosed at that counter."""
        due = [asked for asked in visit.asks if self._is_due(visit, asked)]
        if not due and visit.asks:
            return
        if visit.lawful and self._city.disclosures.page(self._holders[visit.who], before=None, size=1):
            return
        token = self._scanned(visit)
        for asked in due:
            self._ask(visit, asked, token)
        if visit.lawful:
            self._disclose(visit, token, visit.lawful)

    def _is_due(self, visit: Visit, asked: Asked) -> bool:
        """Whether somebody is to be asked: who has been asked and it is not over is left alone."""
        known = self._city.consents.reader.all_of(self._holders[visit.who], now=self._now)
        by = self._programs[visit.by].subject
        return not any(
            (one.client_id, one.fields) == (by, asked.fields) and one.state_at(self._now) not in OVER
            for one, _ in known
        )

    def _scanned(self, visit: Visit) -> str:
        """The exchange token of a scan."""
        by = self._programs[visit.by]
        code = self._city.issuer.issue(self._holders[visit.who], now=self._now)[0]
        scan = self._scan(by, visit.purpose, visit.place)
        verdict = self._city.verifier.verify(code.text, scan=scan, now=self._now)
        assert isinstance(verdict, Accepted), verdict
        told = self._city.telling.told(verdict, scan, may_exchange=True, now=self._now)
        assert told.exchange_token is not None
        return told.exchange_token

    def _scan(self, by: Principal, purpose: str, place: str) -> Scan:
        return Scan(
            by.subject,
            by.name,
            purpose,
            by.place or place,
            self._now,
            terminal=by.terminal,
            fields=told_at_once(purpose, with_tags="tag:read" in by.scopes),
        )

    def _ask(self, visit: Visit, asked: Asked, token: str) -> None:
        """A request, and what became of it."""
        until = self._now + asked.days * DAY_S if asked.days else None
        use = Use.PERIOD if asked.days else Use.ONCE
        wanted = Wish(token, asked.fields, use, until, unattended=asked.unattended, why=asked.why)
        wished = wish(f"consent {visit.by} {sorted(asked.fields)} {self._day}")
        made = self._city.consents.asking.ask(wanted, by=self._programs[visit.by], creation=wished, now=self._now)
        if asked.becomes is State.ASKED:
            return
        acting = Acting(made.holder)
        self._city.consents.answers.agree(made.consent_id, acting, text_version=CURRENT, now=self._now)
        self._disclose(visit, token, asked.told)
        if asked.then:
            by, fields = self._programs[visit.by], frozenset(asked.then)
            self._city.disclosures.under_consent(made.consent_id, fields, asking=by, now=self._now)
        if asked.becomes is State.WITHDRAWN:
            self._city.consents.answers.withdraw(made.consent_id, acting, now=self._now)

    def _disclose(self, visit: Visit, token: str, fields: frozenset[Field]) -> None:
        self._city.disclosures.for_scan(token, fields, asking=self._programs[visit.by], now=self._now)

    def _pass_around(self, stolen: story.Stolen) -> None:
        """A picture of somebody's code, let in once and refused at door after door: an auditor is asked to look."""
        recent = self._city.alerts.of_month(month_of(self._now), before="")
        if any(alert.rule == REFUSED_AT_MANY for alert in recent):
            return
        code = self._city.issuer.issue(self._holders[stolen.who], now=self._now)[0].text
        mark = sm3(code.encode())[:MARK_BYTES].hex()
        for number, (by, place) in enumerate(stolen.shown_at):
            scan = self._scan(self._programs[by], "entry", place)
            self._city.verifier.verify(code, scan=scan, now=self._now)
            if number:
                self._city.refused_scans.note(mark, scan, REPLAYED)

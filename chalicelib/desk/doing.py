"""Carrying out what a helper does: each act by the service that people use themselves, under the helper's name."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.desk.acts import (
    AgreeDelegation,
    BindCard,
    DeskAct,
    Document,
    EndDelegation,
    IssuePaper,
    Outcome,
    PrintPaper,
    ReportCardLost,
    ReportPaperLost,
    TellStatus,
)
from chalicelib.desk.model import Assistance
from chalicelib.desk.refusals import NoLivingPaper
from chalicelib.platform.http.creation import Creation

if TYPE_CHECKING:
    from chalicelib.codes.cards.service import Cards
    from chalicelib.codes.paper.issue import Papers
    from chalicelib.people.family.agree import Agreements
    from chalicelib.people.family.end import Endings
    from chalicelib.status.explain import Explanations

PDF = "application/pdf"


class Case(NamedTuple):
    """For whom an act is done, by which wish, under whose name, when."""

    holder: str
    by: str
    creation: Creation
    now: int


class Services(NamedTuple):
    """What people use themselves, each made when it is first needed."""

    papers: Callable[[], Papers]
    cards: Callable[[], Cards]
    agreements: Callable[[], Agreements]
    endings: Callable[[], Endings]
    explanations: Callable[[], Explanations]
    specimen: bool


class Doing:
    """Carries acts out. Every service knows a wish that it fulfilled before, so an act may be repeated."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._acts: dict[type, Callable[[Any, Case], Outcome]] = {
            IssuePaper: self._issue_paper,
            PrintPaper: self._print_paper,
            ReportPaperLost: self._lose_paper,
            BindCard: self._bind_card,
            ReportCardLost: self._lose_card,
            AgreeDelegation: self._agree,
            EndDelegation: self._end,
            TellStatus: self._tell_status,
        }

    def __call__(self, case: Assistance, act: DeskAct, creation: Creation, now: int) -> Outcome:
        """Carry an act out; raises a `Refusal` of the service's own."""
        return self._acts[type(act)](act, Case(case.holder, case.helper_name, creation, now))

    def _issue_paper(self, act: IssuePaper, case: Case) -> Outcome:
        paper = self._services.papers().issue(case.holder, case.creation, now=case.now, by=case.by)
        return Outcome(paper.paper_id, self._printed(paper.paper_id, act.form, case))

    def _print_paper(self, act: PrintPaper, case: Case) -> Outcome:
        paper_id = self._living(case)
        return Outcome(paper_id, self._printed(paper_id, act.form, case))

    def _lose_paper(self, act: ReportPaperLost, case: Case) -> Outcome:
        papers = self._services.papers().of(case.holder)
        if not papers:
            raise NoLivingPaper
        return Outcome(self._services.papers().lose(case.holder, papers[0].paper_id, now=case.now, by=case.by).paper_id)

    def _bind_card(self, act: BindCard, case: Case) -> Outcome:
        from chalicelib.codes.cards.binding import Binding

        wish = Binding(act.card_type, act.card_number)
        card = self._services.cards().bind(wish, holder=case.holder, creation=case.creation, now=case.now, by=case.by)
        return Outcome(card.card_id)

    def _lose_card(self, act: ReportCardLost, case: Case) -> Outcome:
        cards = self._services.cards()
        card_id = cards.id_of(act.card_type, act.card_number, now=case.now)
        return Outcome(cards.lose(card_id, holder=case.holder, now=case.now, by=case.by).card_id)

    def _agree(self, act: AgreeDelegation, case: Case) -> Outcome:
        agreed = self._services.agreements().agree(act.delegation_id, case.holder, now=case.now, helper=case.by)
        return Outcome(agreed.delegation_id)

    def _end(self, act: EndDelegation, case: Case) -> Outcome:
        ended = self._services.endings().end(act.delegation_id, case.holder, now=case.now, helper=case.by)
        return Outcome(ended.delegation_id)

    def _tell_status(self, act: TellStatus, case: Case) -> Outcome:
        return Outcome(str(self._services.explanations().status(case.holder, now=case.now).colour))

    def _living(self, case: Case) -> str:
        """The number of the paper that can be printed again; raises `NoLivingPaper`."""
        papers = self._services.papers().of(case.holder)
        if not papers or not papers[0].is_good(case.now):
            raise NoLivingPaper
        return papers[0].paper_id

    def _printed(self, paper_id: str, form: str, case: Case) -> Document:
        """A paper to be printed at the desk."""
        from chalicelib.codes.paper.document import document

        to_print = self._services.papers().to_print(case.holder, paper_id, now=case.now)
        return Document(PDF, b64encode(document(to_print, form, specimen=self._services.specimen)).decode())

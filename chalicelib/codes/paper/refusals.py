"""Why no paper is made, printed or reported."""

from __future__ import annotations

from chalicelib.platform.http.refusals import Conflict, NotFound, TooManyRequests, Unavailable, Unprocessable


class PaperNotFound(NotFound):
    """The holder has, or had within its time, no paper of this number."""

    code = "paper_not_found"
    title = "You have no paper of this number"
    detail = "Use a `paper_id` from GET /v1/papers; it is the number printed on the paper."


class PaperNotGood(Conflict):
    """A dead paper is not printed again."""

    code = "paper_not_good"
    title = "This paper is not good any more"
    detail = "Read its `state`, and have a new one made at POST /v1/papers."


class TooManyPapers(TooManyRequests):
    """The holder has had as many papers made as anybody loses."""

    code = "too_many_papers"
    title = "Too many papers were made for you lately"
    detail = "Print the present one again, or have a new one made after `again_at`."


class PaperContended(Unavailable):
    """Several papers are being made or reported for the same holder at this moment."""

    code = "paper_contended"
    title = "Your paper is being changed elsewhere right now"
    detail = "Send the same request again; it is safe to repeat."


class UnknownForm(Unprocessable):
    """Nobody prints papers of this form."""

    code = "unknown_form"
    title = "There is no paper of this form"
    detail = "Ask for one of the forms in `accepted`."

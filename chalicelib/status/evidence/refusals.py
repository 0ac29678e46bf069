"""Why evidence is not taken. None of them repeats what was sent: it may say something about a person."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.platform.http.refusals import Refusal, Unprocessable
from chalicelib.status.evidence.kinds import Flaw
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType


class UnknownKind(Unprocessable):
    """Nobody agreed on what this kind of evidence means, or it is one that only officers make."""

    code = "unknown_kind"
    title = "This kind of evidence cannot be reported"
    detail = "Use one of the kinds in `flaws`."


class UnknownAttribute(Unprocessable):
    """The kind has no such attribute."""

    code = "unknown_attribute"
    title = "This kind of evidence does not have this attribute"
    detail = "Leave out what is not among the attributes in `flaws`."


class MissingAttribute(Unprocessable):
    """The kind says nothing without this attribute."""

    code = "missing_attribute"
    title = "An attribute is missing"
    detail = "Add the attributes named in `flaws`."


class UnknownValue(Unprocessable):
    """The attribute cannot have this value."""

    code = "unknown_value"
    title = "An attribute has a value that it cannot have"
    detail = "Give each attribute named in `flaws` a value as `expected`."


class HappenedInFuture(Unprocessable):
    """It has not happened yet."""

    code = "happened_in_future"
    title = "This has not happened yet"
    detail = "Check the time and its offset, and compare your clock with `server_time`."


class TooLongAgo(Unprocessable):
    """It happened before anybody kept such records."""

    code = "too_long_ago"
    title = "This happened longer ago than can be"
    detail = "Check whether the date was filled in; nothing from before `earliest` is taken."


class UnfitValidity(Unprocessable):
    """It ends before it begins, or lasts for ever."""

    code = "unfit_validity"
    title = "The end of validity cannot be right"
    detail = "Send a `valid_until` after `after` and not after `latest`, or leave it out."


class ReferenceLooksPersonal(Unprocessable):
    """References are shown and kept for ever, so they must not name anybody."""

    code = "reference_looks_personal"
    title = "The reference seems to hold a person's document number"
    detail = "Send a key of your own system that names nobody, for example a random one."


class ReferenceTaken(Unprocessable):
    """One reference is one fact about one person."""

    code = "reference_taken"
    title = "This reference was used for something else"
    detail = "Facts are never edited: void this reference, and report what is right under a new one."


UNFIT: dict[str, type[Refusal]] = {
    kind.code: kind for kind in (UnknownKind, UnknownAttribute, MissingAttribute, UnknownValue)
}
REPORT: tuple[type[Refusal], ...] = (
    ReferenceLooksPersonal,
    *UNFIT.values(),
    HappenedInFuture,
    TooLongAgo,
    UnfitValidity,
    UnknownDocumentType,
    InvalidDocumentNumber,
    ReferenceTaken,
)


def unfit(flaws: Sequence[Flaw]) -> Refusal:
    """All that is wrong with kind and attributes, under the name of the first."""
    return UNFIT[flaws[0].code](flaws=[flaw._asdict() for flaw in flaws])

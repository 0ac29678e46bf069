"""All identity documents that the city accepts, by tag: how their numbers are checked, written, masked and read.

Everything that takes a document from outside goes through `normalised`, so that one person is one person however they
type their number. A document that is not here is accepted nowhere.
"""

from __future__ import annotations

from chalicelib.people.documents.foreigners import ForeignPermanentResidentCard, Passport
from chalicelib.people.documents.gb11643 import HK_MACAO_RESIDENCE_PERMIT, RESIDENT_ID, TAIWAN_RESIDENCE_PERMIT
from chalicelib.people.documents.model import HINTS, DocumentKind, Flaw, Mistake, Says
from chalicelib.people.documents.permits import HkMacaoTravelPermit, TaiwanTravelPermit
from chalicelib.people.documents.text import strange, tidied
from chalicelib.status.refusals import InvalidDocumentNumber, UnknownDocumentType


def registered(*kinds: DocumentKind) -> dict[str, DocumentKind]:
    """Kinds by tag; raises ValueError where two have the same."""
    by_tag = {kind.tag: kind for kind in kinds}
    if len(by_tag) != len(kinds):
        raise ValueError("two kinds of document have the same tag")
    return by_tag


DOCUMENTS = registered(
    RESIDENT_ID,
    HK_MACAO_RESIDENCE_PERMIT,
    TAIWAN_RESIDENCE_PERMIT,
    HkMacaoTravelPermit(),
    TaiwanTravelPermit(),
    ForeignPermanentResidentCard(),
    Passport(),
)


def normalised(document_type: str, text: str) -> str:
    """The canonical number of a document as somebody typed it.

    Raises `UnknownDocumentType`, or `InvalidDocumentNumber` with the `mistake` it looks like and never the number.
    """
    kind, number = _kind(document_type), tidied(text)
    flaw = _flaw(kind, number)
    if flaw is None:
        return kind.canonical(number)
    others = [] if flaw.mistake is Mistake.EMPTY else [other.tag for other in DOCUMENTS.values() if _is(other, number)]
    if others:
        raise _refusal(Flaw(Mistake.OTHER_DOCUMENT_TYPE), looks_like=others[0])
    raise _refusal(flaw)


def is_number(document_type: str, text: str) -> bool:
    """Whether a document can have this number."""
    kind = DOCUMENTS.get(document_type)
    return kind is not None and _flaw(kind, tidied(text)) is None


def mask(document_type: str, number: str) -> str:
    """A canonical number as others may see it; raises `UnknownDocumentType`."""
    return _kind(document_type).mask(number)


def says(document_type: str, number: str) -> Says:
    """What a canonical number says about its holder; raises `UnknownDocumentType`."""
    return _kind(document_type).says(number)


def born(document_type: str, number: str) -> str:
    """When the holder was born (YYYY-MM-DD) as far as a canonical number says, else an empty text."""
    return says(document_type, number).born


def _kind(document_type: str) -> DocumentKind:
    kind = DOCUMENTS.get(document_type)
    if kind is None:
        raise UnknownDocumentType(accepted=list(DOCUMENTS))
    return kind


def _flaw(kind: DocumentKind, number: str) -> Flaw | None:
    """What is wrong with a tidied number: nothing there, strange characters, then what its kind says."""
    if not number:
        return Flaw(Mistake.EMPTY)
    return strange(number, also=kind.marks) or kind.flaw(number)


def _is(other: DocumentKind, number: str) -> bool:
    """Whether a number is plainly one of another kind."""
    return other.is_telling and _flaw(other, number) is None


def _refusal(flaw: Flaw, **more: str) -> InvalidDocumentNumber:
    """A flaw as a refusal."""
    places = {"positions": list(flaw.positions)} if flaw.positions else {}
    return InvalidDocumentNumber(mistake=str(flaw.mistake), hint=HINTS[flaw.mistake], **places, **more)

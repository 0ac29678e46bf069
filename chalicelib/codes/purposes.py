"""What a verifier may learn, by what it looks for: purpose → fields → mask → legal basis. Data and look-ups only.

A verdict and a colour are told for every purpose. What is told beyond stands here and nowhere else: at once, with the
verdict, where a law asks for it; by the exchange of a token, where a law or the holder's consent allows it. Nothing
that would tell a person again reaches a verifier, unless the purpose has a pairwise id, which is another for each
verifier. Names are changed only by adding: they stand in consents that run.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Purpose(StrEnum):
    """What a code may be scanned for. A verifier states one with every scan; it is logged for the holder."""

    ENTRY = "entry"
    TRANSIT = "transit"
    MEDICAL = "medical"
    GOVERNMENT = "government"
    LODGING = "lodging"
    EVENT = "event"
    INSPECTION = "inspection"


class Field(StrEnum):
    """A kind of personal field. `adult` says yes or no and nothing else; `pairwise` is an id of the holder that is
    another for each verifier; `colour` is the colour at the moment of asking, for who asks without a scan."""

    NAME = "name"
    DOCUMENT_TYPE = "document_type"
    DOCUMENT_NUMBER = "document_number"
    BIRTH_DATE = "birth_date"
    ADULT = "adult"
    TAGS = "tags"
    COLOUR = "colour"
    PAIRWISE = "pairwise"


class Mask(StrEnum):
    """How much of a field is told: all of it, or what facts of life need (a name's ends, a number's, the year)."""

    FULL = "full"
    MASKED = "masked"


class Basis(StrEnum):
    """By what right: a duty that a law lays on who asks, or the holder's own consent."""

    LAW = "law"
    CONSENT = "consent"


class Disclosure(NamedTuple):
    """One field for one purpose. `at_once` goes with the verdict, the rest by exchange."""

    field: Field
    mask: Mask
    basis: Basis
    because: str
    at_once: bool = False


CONSENTED = "the holder agreed to it (PIPL, articles 13 and 29)"
MEDICAL_RECORD = "a clinic keeps records of whom it treated"
GUEST_BOOK = "lodgings register their guests"
MATTER = "an office must know whose matter it handles"
CHECKED = "who inspects compares a person with what they show"
GROUP_BY_CONSENT = "the holder agreed to having the group shown"


def _at_once(field: Field, because: str, *, mask: Mask = Mask.MASKED, basis: Basis = Basis.LAW) -> Disclosure:
    return Disclosure(field, mask, basis, because, at_once=True)


def _law(field: Field, because: str, *, mask: Mask = Mask.FULL) -> Disclosure:
    return Disclosure(field, mask, Basis.LAW, because)


def _agreed(*fields: Field, mask: Mask = Mask.FULL) -> tuple[Disclosure, ...]:
    return tuple(Disclosure(field, mask, Basis.CONSENT, CONSENTED) for field in fields)


GROUPS = _at_once(Field.TAGS, GROUP_BY_CONSENT, mask=Mask.FULL, basis=Basis.CONSENT)
"""Beside the purpose a verifier needs the scope `tag:read` for them."""

PURPOSES: dict[Purpose, tuple[Disclosure, ...]] = {
    Purpose.ENTRY: (GROUPS, *_agreed(Field.ADULT)),
    Purpose.TRANSIT: (GROUPS,),
    Purpose.MEDICAL: (
        GROUPS,
        _at_once(Field.NAME, MEDICAL_RECORD),
        _at_once(Field.PAIRWISE, MEDICAL_RECORD, mask=Mask.FULL),
        *_agreed(Field.NAME, Field.DOCUMENT_TYPE, Field.DOCUMENT_NUMBER, Field.BIRTH_DATE, Field.COLOUR),
    ),
    Purpose.GOVERNMENT: (
        GROUPS,
        _at_once(Field.NAME, MATTER),
        *_agreed(Field.NAME, Field.DOCUMENT_TYPE, Field.DOCUMENT_NUMBER, Field.BIRTH_DATE),
    ),
    Purpose.LODGING: (
        GROUPS,
        _at_once(Field.NAME, GUEST_BOOK),
        _law(Field.NAME, GUEST_BOOK),
        _law(Field.DOCUMENT_TYPE, GUEST_BOOK),
        _law(Field.DOCUMENT_NUMBER, GUEST_BOOK),
    ),
    Purpose.EVENT: (GROUPS, *_agreed(Field.ADULT), *_agreed(Field.NAME, mask=Mask.MASKED)),
    Purpose.INSPECTION: (_at_once(Field.NAME, CHECKED),),
}
"""Every purpose. Its first disclosures are those that go with the verdict."""

AT_ONCE = {
    purpose: frozenset(one.field for one in disclosures if one.at_once) for purpose, disclosures in PURPOSES.items()
}
"""What goes with a verdict, ready for the hot path."""


def by_exchange(purpose: Purpose) -> dict[Field, Disclosure]:
    """What a token may be exchanged for, under this purpose."""
    return {one.field: one for one in PURPOSES[purpose] if not one.at_once}

"""One disclosure: who was told which kinds of field of whom, when, where, why, and by what right. Never the values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.codes.purposes import Basis, Field, Mask
from chalicelib.platform.crypto.hashing import sm3

ID_DIGITS = 24
Value = str | list[str] | None
"""What is told of one field; None where nobody knows it."""


class Disclosure(NamedTuple):
    """A disclosure as it is kept for the holder. `fields` are separated by blanks; `consent_id` is empty where a law
    alone asks for them. `place` and `terminal` are those of the scan, empty where there was none."""

    holder: str
    disclosure_id: str
    verifier: str
    verifier_name: str
    terminal: str
    purpose: str
    place: str
    fields: str
    basis: str
    consent_id: str
    at: int


class Claim(NamedTuple):
    """What one scan was exchanged for, and when: nobody exchanges it for anything else."""

    claim_id: str
    fields: str
    consent_id: str
    at: int

    @property
    def disclosure_id(self) -> str:
        """Newer ones are greater."""
        return numbered(self.at, self.claim_id)


class Told(NamedTuple):
    """A field as it is told."""

    value: Value
    mask: Mask


class Answer(NamedTuple):
    """What the client is told: the disclosure as it was written down, and the values, which nowhere are."""

    written: Disclosure
    told: dict[Field, Told]


def claim_id(holder: str, scan_id: str) -> str:
    """Under what a scan is claimed: all of its tokens are one. It tells nothing of the holder."""
    return sm3(f"exchange\x1f{holder}\x1f{scan_id}".encode()).hex()


def unattended_id(consent_id: str, terminal: str, fields: str, at: int) -> str:
    """The id of a disclosure without a scan. The same question in the same second is one; a second later, or of another
    terminal, it is another."""
    return numbered(at, sm3(f"unattended\x1f{consent_id}\x1f{terminal}\x1f{fields}\x1f{at}".encode()).hex())


def numbered(at: int, digest: str) -> str:
    """An id that begins with its Unix second."""
    return f"{at:010d}-{digest[:ID_DIGITS]}"


def basis_of(consent_id: str) -> Basis:
    """By what right: a consent wherever one was needed for any of the fields."""
    return Basis.CONSENT if consent_id else Basis.LAW


def listed(fields: Iterable[str]) -> str:
    """Fields as they are kept, in one order whatever the one they were asked in."""
    return " ".join(sorted(set(fields)))

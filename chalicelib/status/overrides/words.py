"""What is said in an override and about whom, sealed while it rests: the reason, the group's name, the masked names."""

from __future__ import annotations

import msgspec

from chalicelib.trust.fields import Fields


class Words(msgspec.Struct, frozen=True):
    """The reason as holders read it, what the group is called ("" for people named one by one), and masked names."""

    reason: str
    group: str
    names: list[str]


_words = msgspec.json.Decoder(Words)


class Wording:
    """Seals and opens what is said, each text bound to its override."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def seal(self, override_id: str, words: Words, *, now: float) -> bytes:
        """Seal the words of a proposal."""
        return self._fields.seal(msgspec.json.encode(words).decode(), context=f"override#{override_id}", now=now)

    def open(self, override_id: str, sealed: bytes, *, now: float) -> Words:
        """Open them."""
        return _words.decode(self._fields.open(sealed, context=f"override#{override_id}", now=now))

    def seal_note(self, override_id: str, note: str, *, now: float) -> bytes:
        """Seal what an officer noted at a step; nothing stays nothing."""
        return self._fields.seal(note, context=f"override-note#{override_id}", now=now) if note else b""

    def open_note(self, override_id: str, sealed: bytes, *, now: float) -> str:
        """Open it."""
        return self._fields.open(sealed, context=f"override-note#{override_id}", now=now) if sealed else ""

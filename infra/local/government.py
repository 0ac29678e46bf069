"""How the demo city is governed: which policy its officers have put in force."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.status.policy.rulebook import Entry
from chalicelib.status.policy.shipped import shipped, shipped_text
from chalicelib.status.policy.store import PolicyItem, PolicyStore
from chalicelib.wiring import City
from infra.local import story

KEY = "epidemic@1"


def govern(city: City, holders: Mapping[str, str], *, now: int) -> None:
    """Put the epidemic policy in force where the city has decided nothing yet."""
    book = city.rulebooks.current()
    if book.edition:
        return
    since = now - story.GOVERNED_DAYS * 86_400
    text = shipped_text(KEY) or ""
    document = msgspec.json.encode(shipped(KEY)).decode()
    PolicyStore().add(
        PolicyItem(KEY, text=text, document=document, digest=sm3(text.encode()).hex(), loaded_by="", loaded_at=since)
    )
    city.rulebooks.add((*book.entries, Entry(since, KEY)), after=book, by=holders[story.PROPOSER], now=since)

"""Loading policies: a file is read, checked and kept for ever under its name and version."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from chalicelib.platform.crypto.hashing import sm3
from chalicelib.status.policy.checking import findings
from chalicelib.status.policy.finding import Finding
from chalicelib.status.policy.mistakes import Mistake, MistakenPolicy
from chalicelib.status.policy.model import Policy
from chalicelib.status.policy.refusals import NoSuchPolicy, PolicyMistaken, PolicyVersionTaken
from chalicelib.status.policy.shipped import FILES, shipped, shipped_text
from chalicelib.status.policy.store import PolicyItem, PolicyStore
from chalicelib.status.residents import Officers

LARGEST_BYTES = 390_000
"""As much of a DynamoDB item as its other attributes leave."""


class LoadedPolicy(NamedTuple):
    """A policy that can be rolled out. `loaded_at` is None for one that came with Yima; `text` "" in a list."""

    policy: Policy
    text: str
    digest: str
    loaded_at: int | None


class Policies:
    """The policies a city can choose from: those that came with Yima, and those its officers loaded."""

    def __init__(self, store: PolicyStore, officers: Officers) -> None:
        self._store = store
        self._officers = officers

    def load(self, text: str, *, subject: str, now: int) -> tuple[LoadedPolicy, list[Finding]]:
        """Keep a policy and tell what is found in it; the same text again is the same policy.

        Raises `PolicyMistaken` with every mistake, `PolicyVersionTaken`.
        """
        officer = self._officers.require(subject, "policy:write")
        policy = _read(text)
        document, digest = msgspec.json.encode(policy).decode(), sm3(text.encode()).hex()
        _refuse_too_long(text, document)
        item = PolicyItem(
            policy.key,
            text=text,
            document=document,
            digest=digest,
            loaded_by=officer.holder,
            loaded_at=now,
        )
        if policy.key in FILES or not self._store.add(item):
            _refuse_other_text(self.find(policy.key), digest)
        return self.find(policy.key), findings(policy)

    def find(self, key: str) -> LoadedPolicy:
        """One policy; raises `NoSuchPolicy`."""
        text = shipped_text(key)
        if text is not None:
            return LoadedPolicy(shipped(key), text, sm3(text.encode()).hex(), None)
        item = self._store.get(key)
        if item is None:
            raise NoSuchPolicy
        return _loaded(item)

    def all(self) -> list[LoadedPolicy]:
        """Every policy, by name and version."""
        known = [*map(self.find, FILES), *map(_loaded, self._store.all())]
        return sorted(known, key=lambda one: (one.policy.policy, one.policy.version))


def _read(text: str) -> Policy:
    """A policy file; the reader is imported with its first use."""
    from chalicelib.status.policy.reading import read

    try:
        return read(text)
    except MistakenPolicy as error:
        raise PolicyMistaken(mistakes=[mistake._asdict() for mistake in error.mistakes]) from error


def _refuse_too_long(text: str, document: str) -> None:
    """The file and what was read in it are kept in one item of at most 400 KB."""
    if len(text.encode()) + len(document.encode()) > LARGEST_BYTES:
        mistake = Mistake(1, "", "The policy is too long to be kept.", "Nobody can review so much; join some rules.")
        raise PolicyMistaken(mistakes=[mistake._asdict()])


def _refuse_other_text(known: LoadedPolicy, digest: str) -> None:
    """A version says one thing for ever."""
    if known.digest != digest:
        raise PolicyVersionTaken(policy_key=known.policy.key)


def _loaded(item: PolicyItem) -> LoadedPolicy:
    """An item as its policy."""
    return LoadedPolicy(item.policy(), item.text or "", item.digest, int(item.loaded_at))

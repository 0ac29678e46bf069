"""Changing an appeal as a whole: read, act, store; and again where somebody else was quicker.

An act answers the very appeal it was given where there is nothing left to do. That makes it safe to repeat, and it is
how a write is recognised that was carried out while its answer got lost.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.status.appeals.model import Appeal
from chalicelib.status.appeals.refusals import AppealContended
from chalicelib.status.appeals.store import AppealStore

ATTEMPTS = 10
Act = Callable[[Appeal], Appeal]


def change(store: AppealStore, read: Callable[[], Appeal], act: Act) -> Appeal:
    """Carry an act out; raises what the act refuses, and `AppealContended` where others were always quicker."""
    for _ in range(ATTEMPTS):
        old = read()
        new = act(old)
        if new is old or store.replace(old, new):
            return new
    raise AppealContended

"""The one place where a city is put together: every collaborator is made here, once per process, on first use.

One file per floor, each a class on top of the one below it: what a file needs of others is named by `self`. What needs
PynamoDB is imported when it is first asked for: it costs import time that issue and verify do not owe.
"""

from __future__ import annotations

from functools import lru_cache

from chalicelib.platform.settings import Settings
from chalicelib.wiring.accounts import Accounts


class City(Accounts):
    """One issuer's services in one process. Pass another clock, client or plan to replace it, as tests do."""


@lru_cache(maxsize=1)
def city() -> City:
    """The city of this process, as its environment describes it."""
    return City(Settings.from_environment())

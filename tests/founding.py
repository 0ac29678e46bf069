"""A city that was founded once and is there again for every test: founding one takes longer than most tests.

Only what moto keeps in this process can be put back. All such cities have the same keys; their tables are copies.
"""

from __future__ import annotations

import copy
from typing import Any

from chalicelib.platform.settings import Settings

Tables = dict[str, Any]

_founded: dict[tuple[str, ...], Tables] = {}
"""By the key-encryption keys: under others a city's own keys do not open."""


def put_back(settings: Settings) -> bool:
    """Whether the tables of a founded city were put into the empty store of this process."""
    if not is_empty(settings):
        return False
    kept = _founded.get(_custodian(settings))
    if kept is None:
        return False
    _tables(settings).update(copy.deepcopy(kept))
    return True


def is_empty(settings: Settings) -> bool:
    """Whether it is moto's store, and has no tables."""
    return settings.dynamodb_endpoint is None and not _tables(settings)


def keep(settings: Settings) -> None:
    """Keep the tables as they are now for the tests to come."""
    _founded[_custodian(settings)] = copy.deepcopy(dict(_tables(settings)))


def _tables(settings: Settings) -> Tables:
    """What moto keeps for this process."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends

    tables: Tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][settings.aws_region].tables
    return tables


def _custodian(settings: Settings) -> tuple[str, ...]:
    """The key-encryption keys that there are."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.kms.models import kms_backends

    return settings.aws_region, *sorted(kms_backends[DEFAULT_ACCOUNT_ID][settings.aws_region].keys)

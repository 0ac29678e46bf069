"""Records of a table stream, handled in order: at least once, and no further than the first that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.platform import telemetry

Record = dict[str, Any]
"""A record as Lambda hands it over; what changed is under `dynamodb`."""


def in_order(records: Iterable[Record], handle: Callable[[Record], object], *, function: str) -> list[str]:
    """Hand over what each record says changed; answers the sequence number to resume from, if one failed.

    The event source sends that record and all after it again (ReportBatchItemFailures), so handling must bear
    repeating. The fault is logged under the name of the `function`.
    """
    for record in records:
        try:
            handle(record["dynamodb"])
        except Exception as error:
            telemetry.fault(function, error)
            return [record["dynamodb"]["SequenceNumber"]]
    return []

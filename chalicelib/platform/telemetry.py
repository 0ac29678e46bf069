"""What operators see: counters as CloudWatch EMF log lines, and traces where they are switched on.

Nothing here ever holds a token, a code, a name or a number of a person.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback

import msgspec

from chalicelib.platform.settings import Settings

NAMESPACE = "Yima"
log = logging.getLogger("yima")
metrics = logging.getLogger("yima.metrics")
metrics.setLevel(logging.INFO)
metrics.propagate = False
metrics.addHandler(logging.StreamHandler(sys.stdout))
logging.raiseExceptions = False  # a handler that fails would print the fault in full, with what its message quotes


def count(metric: str, **dimensions: str) -> None:
    """Add one to a metric by writing a bare EMF line; CloudWatch reads it from the log, nobody waits for it."""
    gauge(metric, 1, **dimensions)


def gauge(metric: str, value: int, **dimensions: str) -> None:
    """Tell how many there are at this moment, likewise; alarms on it look at the maximum."""
    if not metrics.isEnabledFor(logging.INFO):
        return
    record = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [list(dimensions)],
                    "Metrics": [{"Name": metric, "Unit": "Count"}],
                }
            ],
        },
        metric: value,
        **dimensions,
    }
    metrics.info(msgspec.json.encode(record).decode())


def fault(where: str, error: BaseException, *, request_id: str = "") -> None:
    """Log an unexpected error by its type and place; its message may quote input, so it stays out of the log."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
    log.error("fault in %s: %s at %s request=%s", where, type(error).__name__, places, request_id)


def start_tracing(settings: Settings) -> None:
    """Switch X-Ray on where the deployment asks for it. The SDK costs 230 ms of import, so only then."""
    if settings.tracing != "xray":
        return
    from aws_xray_sdk.core import patch, xray_recorder

    xray_recorder.configure(service=NAMESPACE, context_missing="IGNORE_ERROR")
    patch(("botocore",))

"""On files that come into the uploads bucket: begin to read one that a department hands in."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent

from chalicelib.wiring import city

blueprint = Blueprint(__name__)
PATTERN: dict[str, Any] = {
    "source": ["aws.s3"],
    "detail-type": ["Object Created"],
    "detail": {"object": {"key": [{"prefix": "imports/"}]}},
}
"""Only the uploads bucket tells EventBridge of its files; chalice cannot package the events of S3 itself."""


@blueprint.on_cw_event(PATTERN, name="run_imports")
def run_imports(event: CloudWatchEvent) -> None:
    """Late, twice, or not at all: an import begins once, and the sweep finds a file that nobody told of."""
    here = city()
    here.running_imports.arrived(event.detail["object"]["key"], now=int(here.clock()))

"""On a schedule: walk the issuer's keys through their life and publish the trust list."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.wiring import city

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(10, unit=Rate.MINUTES), name="rotate_keys")
def rotate_keys(event: CloudWatchEvent) -> dict[str, Any]:
    """Late, twice or half-way: the next run mends it (trust/rotation.py)."""
    here = city()
    here.custodian.run(now=int(here.clock()))
    return {}

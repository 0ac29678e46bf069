"""Items that the store should have deleted long ago, one in every table of which the sweep takes any away."""

from __future__ import annotations

from typing import Any

from chalicelib.accounts.model import EVIDENCE_KEPT_DAYS
from chalicelib.accounts.retention_classes import swept
from chalicelib.accounts.retention_model import DAY_S
from chalicelib.status.evidence.store import EvidenceItem
from chalicelib.wiring import City, keeping
from tests.infra.permissions import DECLARED, TABLES


def left_over(city: City, *, now: int) -> None:
    """Leave something in every table that is swept, and a fact that is older than facts are kept."""
    for one in swept():
        item = _key(one.table) | {one.at or one.since: {"N": "1"}}
        city.dynamodb.put_item(TableName=city.settings.table(one.table), Item=item)
    old = now - 2 * EVIDENCE_KEPT_DAYS * DAY_S
    EvidenceItem(
        "somebody", f"{old:024x}", kind="arrival", happened_at=old, reported_at=old,
        attributes="{}", source="", source_name="", reference="",
    ).save()  # fmt: skip


def _key(table: str) -> dict[str, Any]:
    """A key that nothing else has."""
    described = DECLARED[TABLES[f"yima-{table}"]]["Properties"]["AttributeDefinitions"]
    types = {each["AttributeName"]: each["AttributeType"] for each in described}
    return {name: {types[name]: "1"} for name in keeping.keys()[table]}

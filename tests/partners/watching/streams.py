"""What the stream of a table tells."""

from __future__ import annotations

from typing import Any

import boto3

from chalicelib.wiring import City
from infra.local.functions import Streamed
from infra.local.streams import Positions, StreamPump


def told_by(city: City, table: str) -> list[dict[str, Any]]:
    """All records of a table's stream, as Lambda hands them over."""
    records: list[dict[str, Any]] = []
    listener = Streamed("listener", table, batch=100, call=lambda event: records.extend(event["Records"]))
    arn = city.dynamodb.describe_table(TableName=f"yima-{table}")["Table"]["LatestStreamArn"]
    streams = boto3.client("dynamodbstreams", endpoint_url=city.settings.dynamodb_endpoint)
    StreamPump(streams, arn, listener, positions=Positions(), report=print).pump()
    return records

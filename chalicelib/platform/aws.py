"""How we speak to AWS: one tuned low-level client for the hot path, plain ones beside it.

The client costs more CPU than all our cryptography (docs/performance.md), so it does without what the hot path does
not need: parameter validation, the growing user agent, long timeouts, many hidden retries. Clients are made by botocore
itself: they are boto3's own, without the 35 ms of import for what boto3 adds to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session

from chalicelib.platform import shortcut
from chalicelib.platform.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECT_TIMEOUT_S = 1.0
READ_TIMEOUT_S = 1.5
FILE_TIMEOUT_S = 3.0
"""A file takes longer than an item; twice this and twice a connection still end before the API function does."""


def tuned_dynamodb(settings: Settings) -> DynamoDBClient:
    """The client of the hot path; share one per process, it is thread-safe.

    It takes the shortcut, unless calls are traced: a tracer watches the long way.
    """
    if settings.tracing:
        return plain_dynamodb(settings, attempts=2)
    session = Session()
    session.register("creating-client-class.dynamodb", shortcut.take)
    return plain_dynamodb(settings, attempts=1, session=session)


def plain_dynamodb(settings: Settings, *, attempts: int, session: Session | None = None) -> DynamoDBClient:
    """A low-level client as boto3 has it, tuned; `attempts` counts the first."""
    client = (session or Session()).create_client(
        "dynamodb",
        region_name=settings.aws_region,
        endpoint_url=settings.dynamodb_endpoint,
        config=Config(
            user_agent="yima",
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": attempts},
            parameter_validation=settings.stage == "local",
            max_pool_connections=50,
            tcp_keepalive=True,
        ),
    )
    return cast("DynamoDBClient", client)


def kms(settings: Settings) -> KMSClient:
    """The custodian of key-encryption keys; asked when keys are loaded, never per request."""
    client = Session().create_client(
        "kms",
        region_name=settings.aws_region,
        config=Config(connect_timeout=CONNECT_TIMEOUT_S, read_timeout=READ_TIMEOUT_S),
    )
    return cast("KMSClient", client)


def s3(settings: Settings) -> S3Client:
    """The keeper of files; asked when somebody sends one in or reads it.

    Links are signed as all else is: the older way, which some Regions would take, signs no length. They name the Region
    of the bucket: at the address of all Regions younger ones are unknown, and a new bucket is redirected for a while.
    """
    client = Session().create_client(
        "s3",
        region_name=settings.aws_region,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "virtual"},
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=FILE_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": 2},
        ),
    )
    return cast("S3Client", client)


def sqs(settings: Settings) -> SQSClient:
    """The carrier of messages from one function to another; asked when somebody is to be told of something."""
    client = Session().create_client(
        "sqs",
        region_name=settings.aws_region,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=20,
        ),
    )
    return cast("SQSClient", client)

"""What a city stands on: settings, clock, store, custodian, files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.platform.aws import kms, s3, tuned_dynamodb
from chalicelib.platform.clock import Clock, system_clock
from chalicelib.platform.settings import Settings
from chalicelib.platform.telemetry import start_tracing
from chalicelib.trust.model import RotationPlan

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

    from chalicelib.platform.blobs import Blobs
    from chalicelib.platform.uploads import Uploads


class Ground:
    """What a city stands on: settings, clock, store, custodian, files."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        dynamodb: DynamoDBClient | None = None,
        plan: RotationPlan | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.plan = plan or RotationPlan()
        self.dynamodb = dynamodb or tuned_dynamodb(settings)
        start_tracing(settings)

    @cached_property
    def kms(self) -> KMSClient:
        """The custodian of key-encryption keys."""
        return kms(self.settings)

    @cached_property
    def s3(self) -> S3Client:
        """The keeper of files."""
        return s3(self.settings)

    @cached_property
    def blobs(self) -> Blobs:
        """Files that people send in."""
        from chalicelib.platform.blobs import blobs

        return blobs(self.settings.attachments, lambda: self.s3)

    @cached_property
    def uploads(self) -> Uploads:
        """Whole files that departments put somewhere by a link."""
        from chalicelib.platform.uploads import uploads

        return uploads(self.settings.uploads, lambda: self.s3)

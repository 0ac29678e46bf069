"""What a deployment decides: read once from the environment, never changed while the process lives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.platform.addresses import app, is_address, is_base64, point

STAGES = ("local", "dev", "prod")
ASSURANCES = ("real_name", "real_person")
LONGEST_APPEAL_HOURS = 30 * 24


class SettingsError(ValueError):
    """The environment asks for something this city cannot be; the process must not start."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One city's deployment.

    `region` is the issuer's six-digit division code (GB/T 2260); `key_wrap` and `root_key_wrap` name the
    key-encryption keys (`kms:<id or alias>` or `file:<path>`), `attachments` where files are kept that people send in
    (`s3:<bucket>` or `folder:<path>`), `uploads` likewise where departments put whole files to be imported,
    `appeal_hours` within how many hours an appeal is answered, `code_assurance` how surely somebody must have been
    recognised to get a code, `document_limits` how many people a verifier may look up by their numbers a minute and a
    day; an empty `identity_provider` means that nobody can log in, `sandbox` that invented people can, an address that
    those are asked who answer under `identity_provider_key` (hex 04‖X‖Y).
    `wechat` and `alipay` are `<app id>:file:<path of the secret>` or `<app id>:sealed:<secret under key_wrap>`,
    `alipay_key` the key Alipay answers under (Base64 of SubjectPublicKeyInfo). `webhook_queue` carries what endpoints
    are told (`sqs:<name>`; empty: it is found each minute), `webhook_private` lets endpoints be on private networks.
    """

    stage: str = "local"
    region: str = "310000"
    table_prefix: str = "yima-"
    key_wrap: str = "kms:alias/yima-issuer"
    root_key_wrap: str = "kms:alias/yima-root"
    attachments: str = "s3:yima-attachments"
    uploads: str = "s3:yima-uploads"
    appeal_hours: int = 24
    identity_provider: str = ""
    aws_region: str = "cn-north-1"
    dynamodb_endpoint: str | None = None
    tracing: str = ""
    override_threshold: int = 10
    code_assurance: str = "real_person"
    document_limits: tuple[int, int] = (30, 2000)
    identity_provider_key: str = ""
    wechat: str = ""
    alipay: str = ""
    alipay_key: str = ""
    webhook_queue: str = ""
    webhook_private: bool = False

    def __post_init__(self) -> None:
        """Refuse a deployment that would be wrong in silence."""
        if self.stage not in STAGES:
            raise SettingsError(f"YIMA_STAGE is {self.stage!r}; use one of {', '.join(STAGES)}")
        if not (len(self.region) == 6 and self.region.isascii() and self.region.isdigit()):
            raise SettingsError(f"YIMA_REGION is {self.region!r}; use a six-digit GB/T 2260 code")
        if not 1 <= self.appeal_hours <= LONGEST_APPEAL_HOURS:
            raise SettingsError(f"YIMA_APPEAL_HOURS is {self.appeal_hours}; use 1 to {LONGEST_APPEAL_HOURS}")
        if self.code_assurance not in ASSURANCES:
            raise SettingsError(f"YIMA_CODE_ASSURANCE is {self.code_assurance!r}; use one of {', '.join(ASSURANCES)}")
        if self.stage == "prod" and self.identity_provider == "sandbox":
            raise SettingsError("YIMA_IDENTITY_PROVIDER=sandbox lets invented people in; it is refused in prod")
        if self.stage == "prod" and self.webhook_private:
            raise SettingsError("YIMA_WEBHOOK_PRIVATE lets partners reach what lies inside; it is refused in prod")
        self._check_outside()

    def _check_outside(self) -> None:
        """Refuse others whom nobody could ask or believe. What a setting says of a secret is not repeated."""
        if self.identity_provider not in {"", "sandbox"}:
            if not is_address(self.identity_provider):
                raise SettingsError("YIMA_IDENTITY_PROVIDER is no address; use sandbox, or https://… without a query")
            if point(self.identity_provider_key) is None:
                raise SettingsError("YIMA_IDENTITY_PROVIDER_KEY is no SM2 key; use the provider's as hex 04‖X‖Y")
        for name, value in (("YIMA_WECHAT", self.wechat), ("YIMA_ALIPAY", self.alipay)):
            if value and app(value) is None:
                raise SettingsError(f"{name} names no app; use <app id>:file:<path> or <app id>:sealed:<Base64>")
        if self.alipay and not is_base64(self.alipay_key):
            raise SettingsError("YIMA_ALIPAY_KEY is no key; use Alipay's public key as one line of Base64")

    @property
    def specimen(self) -> bool:
        """Whether codes of this deployment are marked as specimens, not to be accepted as real."""
        return self.stage != "prod"

    def table(self, contents: str) -> str:
        """The deployed name of a table, `keys` -> `yima-keys`."""
        return self.table_prefix + contents

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the deployment from environment variables; raises `SettingsError`."""
        env = os.environ if env is None else env
        return cls(
            stage=env.get("YIMA_STAGE", "local"),
            region=env.get("YIMA_REGION", "310000"),
            table_prefix=env.get("YIMA_TABLE_PREFIX", "yima-"),
            key_wrap=env.get("YIMA_KEY_WRAP", "kms:alias/yima-issuer"),
            root_key_wrap=env.get("YIMA_ROOT_KEY_WRAP", "kms:alias/yima-root"),
            attachments=env.get("YIMA_ATTACHMENTS", "s3:yima-attachments"),
            uploads=env.get("YIMA_UPLOADS", "s3:yima-uploads"),
            appeal_hours=_hours(env.get("YIMA_APPEAL_HOURS", "24")),
            identity_provider=env.get("YIMA_IDENTITY_PROVIDER", ""),
            aws_region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "cn-north-1",
            dynamodb_endpoint=env.get("DYNAMODB_ENDPOINT") or None,
            tracing=env.get("YIMA_TRACING", ""),
            override_threshold=_count("YIMA_OVERRIDE_THRESHOLD", env.get("YIMA_OVERRIDE_THRESHOLD", "10")),
            code_assurance=env.get("YIMA_CODE_ASSURANCE", "real_person"),
            identity_provider_key=env.get("YIMA_IDENTITY_PROVIDER_KEY", ""),
            wechat=env.get("YIMA_WECHAT", ""),
            alipay=env.get("YIMA_ALIPAY", ""),
            alipay_key=env.get("YIMA_ALIPAY_KEY", ""),
            document_limits=_limits(env.get("YIMA_DOCUMENT_LIMITS", "30/2000")),
            webhook_queue=env.get("YIMA_WEBHOOK_QUEUE", ""),
            webhook_private=_switch("YIMA_WEBHOOK_PRIVATE", env.get("YIMA_WEBHOOK_PRIVATE", "0")),
        )


def _hours(text: str) -> int:
    """A number of hours; raises `SettingsError`."""
    if not (text.isascii() and text.isdigit()):
        raise SettingsError(f"YIMA_APPEAL_HOURS is {text!r}; use a whole number of hours")
    return int(text[:6])


def _limits(text: str) -> tuple[int, int]:
    """A number a minute and one a day; raises `SettingsError`."""
    numbers = text.split("/")
    counts = [_count("YIMA_DOCUMENT_LIMITS", number) for number in numbers]
    if len(counts) != 2 or not all(counts):
        raise SettingsError(f"YIMA_DOCUMENT_LIMITS is {text!r}; use a number a minute and one a day, such as 30/2000")
    return counts[0], counts[1]


def _count(name: str, text: str) -> int:
    """A setting that is a number of people; raises `SettingsError`."""
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7):
        raise SettingsError(f"{name} is {text!r}; use a whole number from 0 on")
    return int(text)


def _switch(name: str, text: str) -> bool:
    """A setting that is on or off; raises `SettingsError`."""
    if text not in {"", "0", "1"}:
        raise SettingsError(f"{name} is {text!r}; use 1 for on and 0 for off")
    return text == "1"

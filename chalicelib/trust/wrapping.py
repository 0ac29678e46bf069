"""Key-encryption keys: how a secret rests. KMS keeps them in the cloud; a file does where there is no KMS.

The key id and use are bound to the ciphertext, so a wrapped secret cannot be moved to another record.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from chalicelib.platform.crypto.sealing import seal, unseal
from chalicelib.platform.settings import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KeyWrapper(Protocol):
    """Encrypts secrets for rest. `label` says whose secret it is and must be the same both times."""

    def wrap(self, secret: bytes, *, label: str) -> bytes:
        """Encrypt a secret."""

    def unwrap(self, wrapped: bytes, *, label: str) -> bytes:
        """Decrypt a secret; raises where it was changed or belongs to another label."""


class KmsWrapper:
    """A key-encryption key that never leaves AWS KMS."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def wrap(self, secret: bytes, *, label: str) -> bytes:
        """One KMS Encrypt; raises botocore's errors."""
        answer = self._client.encrypt(KeyId=self._key_id, Plaintext=secret, EncryptionContext={"yima": label})
        return answer["CiphertextBlob"]

    def unwrap(self, wrapped: bytes, *, label: str) -> bytes:
        """One KMS Decrypt; raises botocore's errors."""
        answer = self._client.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext={"yima": label})
        return answer["Plaintext"]


class FileWrapper:
    """A key-encryption key in a local file (SM4-GCM), made on first use: for a laptop or a data centre without KMS."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrap(self, secret: bytes, *, label: str) -> bytes:
        """Seal under the file's key."""
        return seal(self._key(), secret, context=label.encode(), nonce=secrets.token_bytes(12))

    def unwrap(self, wrapped: bytes, *, label: str) -> bytes:
        """Open under the file's key; raises `SealBroken`."""
        return unseal(self._key(), wrapped, context=label.encode())

    def _key(self) -> bytes:
        """The 16-byte key; created with owner-only access where it does not exist yet."""
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(16))
        return self._path.read_bytes()


def wrapper(address: str, kms: Callable[[], KMSClient]) -> KeyWrapper:
    """The wrapper a setting names: `kms:<id or alias>` or `file:<path>`; raises `SettingsError`."""
    scheme, _, rest = address.partition(":")
    if scheme == "kms" and rest:
        return KmsWrapper(kms(), rest)
    if scheme == "file" and rest:
        return FileWrapper(Path(rest))
    raise SettingsError(f"{address!r} names no key-encryption key; use kms:<id or alias> or file:<path>")

"""The secrets of our apps on other platforms: where a setting says they are, opened when they are first needed.

`sealed:<Base64>` rests under the city's key-encryption key, so that a setting gives nothing away to who reads it; it is
made with `python -m chalicelib.people.proofing seal wechat`. `file:<path>` is for where there are no settings to hide.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from chalicelib.platform.settings import SettingsError
from chalicelib.trust.wrapping import KeyWrapper


def opener(where: str, channel: str, wrapper: Callable[[], KeyWrapper]) -> Callable[[], bytes]:
    """What opens a secret on first use, and remembers it; it raises `SettingsError` where there is none."""

    @lru_cache(maxsize=1)
    def opened() -> bytes:
        scheme, _, rest = where.partition(":")
        return _from_file(Path(rest)) if scheme == "file" else _unsealed(rest, channel, wrapper())

    return opened


def sealed(secret: bytes, channel: str, wrapper: KeyWrapper) -> str:
    """A secret as a setting may hold it."""
    return "sealed:" + b64encode(wrapper.wrap(secret, label=_label(channel))).decode()


def _unsealed(text: str, channel: str, wrapper: KeyWrapper) -> bytes:
    """A secret that rests in a setting; raises what the custodian raises where it is not ours."""
    try:
        wrapped = b64decode(text, validate=True)
    except binascii.Error:
        raise SettingsError(f"the secret of {channel} is no Base64") from None
    return wrapper.unwrap(wrapped, label=_label(channel))


def _from_file(path: Path) -> bytes:
    """A secret that rests in a file."""
    try:
        return trimmed(path.read_bytes())
    except OSError:
        raise SettingsError(f"there is no secret at {path}") from None


def _label(channel: str) -> str:
    """What a sealed secret is bound to: one of WeChat opens as nothing else."""
    return f"channel#{channel}"


def trimmed(secret: bytes) -> bytes:
    """A secret without the line end that an editor or a shell has put behind a text; a key in binary as it is."""
    return secret.strip() if secret.isascii() else secret

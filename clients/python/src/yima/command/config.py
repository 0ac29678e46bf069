"""Which city, and as whom: from the environment, else from what `yima login` keeps.

YIMA_BASE_URL, YIMA_CLIENT_ID, YIMA_CLIENT_SECRET, YIMA_KEY_FILE, YIMA_ROOT and YIMA_CONFIG_DIR. Nothing secret is ever
taken from the command line, where every neighbour on the machine could read it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from yima.city import City
from yima.credentials import Credentials, Key, Secret
from yima.problems import NoCredentials


class Config(msgspec.Struct, omit_defaults=True):
    """What is kept between commands. `key_file` takes the place of a secret; `root` is the pinned root key."""

    base_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    key_file: str = ""
    signed: bool = False
    root: str = ""

    def credentials(self) -> Credentials | None:
        """As whom; None for nobody. Raises ClickException where the key cannot be read."""
        if self.key_file:
            return read_key(Path(self.key_file))
        return Secret(self.client_id, self.client_secret) if self.client_id and self.client_secret else None

    def city(self) -> City:
        """The city; raises `NoCredentials` where none is known."""
        if not self.base_url:
            raise NoCredentials("Run `yima login --base-url https://…`, or set YIMA_BASE_URL.")
        return City(self.base_url, self.credentials(), signed=self.signed, root=self.root)


def folder() -> Path:
    """Where this user's programs keep their settings."""
    return Path(os.environ.get("YIMA_CONFIG_DIR") or click.get_app_dir("yima"))


def file() -> Path:
    """The one file that is kept."""
    return folder() / "credentials.json"


def current() -> Config:
    """What is kept, overridden by the environment; raises BadParameter for an address that no secret is sent to."""
    kept = _kept()
    said = {name: os.environ[variable] for name in _FIELDS if os.environ.get(variable := f"YIMA_{name.upper()}")}
    if "client_secret" in said and "key_file" not in said:
        said["key_file"] = ""
    config = msgspec.structs.replace(kept, **said)
    if "base_url" in said:
        config.base_url = check_url(config.base_url)
    if config.key_file == "" and config.signed:
        config.signed = False
    return config


_FIELDS = ("base_url", "client_id", "client_secret", "key_file", "root")


def city() -> City:
    """The city that is meant, asked by whoever is logged in."""
    return current().city()


def before() -> Config:
    """What is kept; nothing where it cannot be read, for it is about to be replaced."""
    try:
        return _kept()
    except NoCredentials:
        return Config()


def keep(config: Config) -> Path:
    """Keep it for this user alone, whole or not at all."""
    write_privately(file(), msgspec.json.encode(config))
    return file()


def write_privately(target: Path, content: bytes) -> None:
    """Write a file that only its owner can read: nobody ever sees half of it, or one with other rights."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=target.parent)  # mkstemp makes it 0600
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(draft).replace(target)


def check_url(url: str) -> str:
    """A base URL; raises BadParameter. Secrets go over TLS, except within this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise click.BadParameter("write it like https://city.example")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise click.BadParameter("secrets do not travel without TLS: use https")
    return url.rstrip("/").removesuffix("/v1")


def read_key(path: Path) -> Key:
    """The key in a file; raises ClickException."""
    try:
        return Key.read(path)
    except ValueError as error:
        raise click.ClickException(f"{error}") from None


def _kept() -> Config:
    try:
        return msgspec.json.decode(file().read_bytes(), type=Config)
    except FileNotFoundError:
        return Config()
    except msgspec.DecodeError:
        raise NoCredentials(f"{file()} cannot be read: run `yima login` again.") from None

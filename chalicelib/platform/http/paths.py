"""Path parameters: `/v1/appeals/{appeal_id}`. They are ids of records and never tell anything about a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from chalicelib.platform.http.refusals import NoSuchOperation

PATTERN = r"^[A-Za-z0-9_.@:-]{1,64}$"
"""What every id of ours looks like; another text in its place names nothing."""

_id = re.compile(PATTERN[1:-1])
_parameter = re.compile(r"{(\w+)}")


def parameters(path: str) -> tuple[str, ...]:
    """The names of a path's parameters, in order."""
    return tuple(_parameter.findall(path))


def read(sent: Mapping[str, str]) -> dict[str, str]:
    """Path parameters as they are meant; raises `NoSuchOperation` for what cannot be an id.

    Whether they come percent-encoded differs from gateway to gateway; no id has a percent sign in it.
    """
    found = {name: unquote(value) for name, value in sent.items()}
    if not all(map(_id.fullmatch, found.values())):
        raise NoSuchOperation
    return found

"""By hand, for a custodian of keys: revoke a key at once, or start a change of keys. docs/operating.md says how."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import msgspec
from chalice.app import Blueprint

from chalicelib.platform.http.refusals import Refusal
from chalicelib.platform.passing import is_passing_fault
from chalicelib.platform.times import rfc3339
from chalicelib.trust.model import KeyRecord, KeyState, KeyUse
from chalicelib.trust.refusals import ChangeUnfinished, MalformedChange, NotOneChange
from chalicelib.wiring import city

blueprint = Blueprint(__name__)
log = logging.getLogger(__name__)
log.setLevel(logging.INFO)
LONGEST_PLACE = 200

Answer = dict[str, Any]
KeyId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}$", max_length=8)]


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What may be asked for: one of the two."""

    revoke: KeyId | msgspec.UnsetType = msgspec.UNSET
    rotate: KeyUse | msgspec.UnsetType = msgspec.UNSET


@blueprint.lambda_function(name="change_keys")
def change_keys(event: object, context: object) -> Answer:
    """Answers what was done, or `{"refused": …}`. Safe to repeat; the function's log keeps what came of it."""
    answer = _answered(event)
    outcome = {"refused": answer["refused"]["code"]} if "refused" in answer else answer
    request = getattr(context, "aws_request_id", "")
    log.info("change of keys by hand: %s request=%s", msgspec.json.encode(outcome).decode(), request)
    return answer


def _answered(event: object) -> Answer:
    """What was done, or why not; only a mistake of ours is an exception."""
    try:
        return _carried_out(_read(event))
    except Refusal as refusal:
        return {"refused": refusal.problem()}
    except Exception as error:
        if is_passing_fault(error):
            return {"refused": ChangeUnfinished().problem()}
        raise


def _read(event: object) -> Change:
    """The payload as a change; raises `MalformedChange`."""
    try:
        return msgspec.convert(event, Change)
    except msgspec.ValidationError as error:
        raise MalformedChange(where=ascii(str(error))[1:-1][:LONGEST_PLACE]) from error
    except UnicodeError as error:
        raise MalformedChange(where="the payload is not well-formed") from error


def _carried_out(change: Change) -> Answer:
    """Do what is asked for; raises a `Refusal` where it cannot be done."""
    match change:
        case Change(revoke=str(kid), rotate=msgspec.UNSET):
            return _revoked(kid)
        case Change(revoke=msgspec.UNSET, rotate=KeyUse() as use):
            return _rotating(use)
    raise NotOneChange


def _revoked(kid: str) -> Answer:
    """Revoke a key, and name the one that signs in its place."""
    here = city()
    successor = here.custodian.revoke(kid, now=int(here.clock()))
    return {"revoked": kid, "use": successor.use, "state": KeyState.REVOKED, "successor": _told(successor)}


def _rotating(use: KeyUse) -> Answer:
    """Start a change of keys, and say when it will be."""
    here = city()
    successor = here.custodian.rotate(use, now=int(here.clock()))
    return {"rotating": use, "successor": _told(successor)}


def _told(key: KeyRecord) -> Answer:
    """A key as the answer names it."""
    return {"kid": key.kid, "state": key.state, "signs_from": rfc3339(key.not_before)}

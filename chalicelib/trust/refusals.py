"""Why keys are not changed: the custodian of keys sees these as answers of `functions/change_keys.py`.

The last one is the journal's.
"""

from __future__ import annotations

from chalicelib.platform.http.refusals import BadRequest, NotFound, Refusal, Unavailable, Unprocessable


class MalformedChange(BadRequest):
    """The payload asks for nothing that can be done with keys."""

    code = "malformed_change"
    title = "The change cannot be read"
    detail = 'Send {"revoke": "<kid>"} with 8 hex digits, or {"rotate": "<use>"} as in {"rotate": "code"}; see `where`.'


class NotOneChange(BadRequest):
    """Both changes were asked for, or none."""

    code = "not_one_change"
    title = "Exactly one change can be made at a time"
    detail = "Send either `revoke` or `rotate`."


class UnknownKey(NotFound):
    """The issuer has no key with this id."""

    code = "unknown_key"
    title = "There is no such key"
    detail = "Compare the key id with the trust list, or with the keys table."


class LastingKey(Unprocessable):
    """Names rest under field keys, look-ups under the index key, and verifiers pin the root: none can be revoked."""

    code = "lasting_key"
    title = "A key of this use cannot be changed"
    detail = "Only the uses in `changeable` can be changed like this; what rests under the others must stay readable."


class AlreadyRevoked(Refusal):
    """The key is revoked already. What a former attempt may have left undone has been completed."""

    status = 409
    code = "already_revoked"
    title = "The key is revoked already"
    detail = "There is nothing left to do: `successor` signs in its place, and the trust list is without it."


class AlreadyRetired(Refusal):
    """The key is retired: everything it signed has expired, and nobody trusts it any more."""

    status = 409
    code = "already_retired"
    title = "The key is retired already"
    detail = "There is nothing left to revoke: nothing that it signed is accepted any more."


class NotFounded(Unavailable):
    """The city has no root key yet, so no keys and no trust list either."""

    code = "not_founded"
    title = "The city has no keys yet"
    detail = "Wait for the first run of the rotation function, within ten minutes of the deployment, and repeat."


class KeysInMotion(Unavailable):
    """Others changed keys again and again while we tried to."""

    code = "keys_in_motion"
    title = "Others are changing keys at this moment"
    detail = "Repeat the same change; nothing is done twice."


class ChangeUnfinished(Unavailable):
    """The keys table or the custodian of wrapping keys was throttled, late or away in the middle of a change."""

    code = "change_unfinished"
    title = "It is not known how far the change went"
    detail = "Repeat the same change until it is done; nothing is done twice."


class JournalInMotion(Unavailable):
    """Others wrote into the journal again and again while we tried to."""

    code = "journal_in_motion"
    title = "Others are writing into the journal at this moment"
    detail = "Send the same request again after the seconds given in Retry-After; nothing is written twice."

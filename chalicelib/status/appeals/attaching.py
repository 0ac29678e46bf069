"""Files sent along with an appeal: kept under a random key, then named in the appeal. Only its two sides read them.

The file comes first: an appeal never names one that is not there. A function that dies in between leaves a file that
nothing names and nobody can ask for; the bucket, which encrypts all it keeps, lets everything under `appeals/` expire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.platform.blobs import Blob, Blobs
from chalicelib.platform.crypto.hashing import sm3
from chalicelib.platform.http.creation import Creation
from chalicelib.platform.http.refusals import IdempotencyKeyReused
from chalicelib.status.appeals.changing import change
from chalicelib.status.appeals.model import LARGEST_ATTACHMENT, MOST_ATTACHMENTS, Appeal, Attachment
from chalicelib.status.appeals.refusals import (
    AppealNotWaiting,
    AttachmentNotFound,
    AttachmentTooLarge,
    AttachmentTypeUnknown,
    TooManyAttachments,
)
from chalicelib.status.appeals.sides import Sides
from chalicelib.status.appeals.store import AppealStore

ACCEPTED = ("image/jpeg", "image/png", "application/pdf")


class Attachings:
    """Keeps and shows attachments. `new_key` makes up a random key per file."""

    def __init__(
        self, store: AppealStore, *, sides: Sides, blobs: Callable[[], Blobs], new_key: Callable[[], str]
    ) -> None:
        self._store = store
        self._sides = sides
        self._blobs = blobs
        self._new_key = new_key

    def attach(self, appeal_id: str, data: bytes, *, by: str, creation: Creation, now: float) -> Attachment:
        """Keep a file; the same wish again is the same attachment. Raises a `Refusal`."""
        appeal = self._sides.of_holder(appeal_id, by, now=now)
        known = _made_by(creation, appeal)
        if known is not None:
            return known
        _check_room(appeal)
        media_type = recognised(data)
        key = f"appeals/{self._new_key()}"
        self._blobs().put(key, data, media_type=media_type)
        new = Attachment(0, media_type, len(data), sm3(data).hex(), key, f"{creation.record_id}-{creation.digest}")
        return self._named(appeal_id, new, creation, by, now)

    def read(self, appeal_id: str, number: str, *, asking: str, reviewing: bool, now: float) -> Blob:
        """A file, for the holder's side or the reviewer; raises `AppealNotFound`, `AttachmentNotFound`."""
        if reviewing:
            appeal = self._sides.on_desk_of(appeal_id, asking)
        else:
            appeal = self._sides.of_holder(appeal_id, asking, now=now)
        found = next((one for one in appeal.attachments if str(one.n) == number), None)
        blob = self._blobs().get(found.key) if found else None
        if blob is None:
            raise AttachmentNotFound
        return blob

    def _named(self, appeal_id: str, new: Attachment, creation: Creation, by: str, now: float) -> Attachment:
        """Name a file in the appeal. Where that is refused, nothing names the file, and it goes at once."""
        try:
            changed = change(
                self._store,
                lambda: self._sides.of_holder(appeal_id, by, now=now),
                lambda old: _with(old, new, creation),
            )
        except (AppealNotWaiting, TooManyAttachments):
            self._blobs().delete(new.key)
            raise
        return next(one for one in changed.attachments if one.creation == new.creation)


def recognised(data: bytes) -> str:
    """What a file is by its first bytes; raises `AttachmentTooLarge` or `AttachmentTypeUnknown`."""
    import filetype

    if len(data) > LARGEST_ATTACHMENT:
        raise AttachmentTooLarge(limit_bytes=LARGEST_ATTACHMENT)
    found = filetype.guess_mime(data) if data else None
    if found not in ACCEPTED:
        raise AttachmentTypeUnknown(accepted=list(ACCEPTED))
    return str(found)


def _with(appeal: Appeal, new: Attachment, creation: Creation) -> Appeal:
    """The appeal with one more attachment, or as it is where the wish was fulfilled before."""
    if _made_by(creation, appeal) is not None:
        return appeal
    _check_room(appeal)
    numbered = Attachment(len(appeal.attachments) + 1, new.media_type, new.size, new.digest, new.key, new.creation)
    return replace(appeal, attachments=(*appeal.attachments, numbered))


def _made_by(creation: Creation, appeal: Appeal) -> Attachment | None:
    """The attachment that a wish has made; raises `IdempotencyKeyReused` where another wish had the key."""
    wish = f"{creation.record_id}-{creation.digest}"
    made = next((one for one in appeal.attachments if one.creation.startswith(creation.record_id)), None)
    if made is not None and made.creation != wish:
        raise IdempotencyKeyReused
    return made


def _check_room(appeal: Appeal) -> None:
    """Only an undecided appeal takes attachments, and not any number."""
    if not appeal.undecided:
        raise AppealNotWaiting
    if len(appeal.attachments) >= MOST_ATTACHMENTS:
        raise TooManyAttachments(most=MOST_ATTACHMENTS)

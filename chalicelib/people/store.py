"""The tables of people and their offices. Personal fields are sealed; a blind index finds people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import PutError, UpdateError

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name


class HolderItem(TableModel):
    """A holder: `holder` is 24 hex digits of randomness, `identity` the sealed JSON of who they are.

    `documents` are the blind indexes of documents that were added to the first.
    """

    class Meta(TableMeta):
        table_name = table_name("holders")

    holder = UnicodeAttribute(hash_key=True)
    identity = BinaryAttribute(legacy_encoding=False)
    created_at = NumberAttribute()
    documents = UnicodeSetAttribute(null=True)


class IdentityItem(TableModel):
    """Which holder a document belongs to; `blind_index` is HMAC-SM3 over document type and number.

    Of somebody who has left it is kept until `expires_at`: who comes back meets the evidence that is still kept.
    """

    class Meta(TableMeta):
        table_name = table_name("identities")

    blind_index = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()
    expires_at = TTLAttribute(null=True)


class OfficerItem(TableModel):
    """Somebody in office. `name` is masked and not sealed: everybody it concerns may read under whose name it was done.

    `roles` is absent while somebody is suspended; a new appointment gives back that one role and no other.
    """

    class Meta(TableMeta):
        table_name = table_name("officers")

    holder = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    roles = UnicodeSetAttribute(null=True)
    standing = UnicodeAttribute()


class PeopleStore:
    """Holders and the documents they are found by."""

    def holder_of(self, blind_index: str) -> str | None:
        """The holder a document belongs to, None where it is unknown."""
        try:
            return IdentityItem.get(blind_index, consistent_read=True).holder
        except IdentityItem.DoesNotExist:
            return None

    def holders_of(self, blind_indexes: Sequence[str]) -> dict[str, str]:
        """The holders that documents belong to, by blind index; who is unknown is not in it. A hundred to a call."""
        items = IdentityItem.batch_get(dict.fromkeys(blind_indexes), consistent_read=True)
        return {item.blind_index: item.holder for item in items}

    def claim(self, blind_index: str, holder: str) -> str:
        """Bind a document to a holder, once and for all; answers the holder it is bound to."""
        try:
            IdentityItem(blind_index, holder=holder).save(condition=IdentityItem.blind_index.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return IdentityItem.get(blind_index, consistent_read=True).holder
        return holder

    def identity(self, holder: str) -> bytes | None:
        """Who a holder is, sealed; None where the registration is not complete."""
        try:
            return HolderItem.get(holder, consistent_read=True).identity
        except HolderItem.DoesNotExist:
            return None

    def identities(self, holders: Sequence[str]) -> dict[str, bytes]:
        """Who holders are, sealed, by holder; whose registration is not complete is not in it. A hundred to a call."""
        items = HolderItem.batch_get(dict.fromkeys(holders), consistent_read=True)
        return {item.holder: item.identity for item in items}

    def save(self, holder: str, *, identity: bytes, created_at: int) -> None:
        """Store who a holder is."""
        HolderItem(holder, identity=identity, created_at=created_at).save()

    def note_document(self, holder: str, blind_index: str) -> None:
        """Note that a document is about to be added to a holder's."""
        HolderItem(holder).update([HolderItem.documents.add({blind_index})], condition=HolderItem.holder.exists())

    def documents(self, holder: str) -> set[str]:
        """The blind indexes of documents that were added to a holder's first."""
        try:
            return set(HolderItem.get(holder, consistent_read=True).documents or ())
        except HolderItem.DoesNotExist:
            return set()

    def keep_claim(self, blind_index: str, holder: str, *, until: datetime | None) -> None:
        """Keep a document's claim for so long only, or (None) for good; another holder's is left alone."""
        change = IdentityItem.expires_at.remove() if until is None else IdentityItem.expires_at.set(until)
        try:
            IdentityItem(blind_index).update([change], condition=IdentityItem.holder == holder)
        except UpdateError as error:
            if not is_refused_condition(error):
                raise

    def forget(self, holder: str) -> None:
        """Forget who a holder was."""
        HolderItem(holder).delete()

    def replace(self, holder: str, identity: bytes, *, old: bytes) -> bool:
        """Store who a holder is in place of what was read; False where somebody else was quicker."""
        try:
            HolderItem(holder).update([HolderItem.identity.set(identity)], condition=HolderItem.identity == old)
        except UpdateError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True


class OfficerStore:
    """Who is in which office. Read consistently, so that a suspension counts at once."""

    def get(self, holder: str) -> OfficerItem | None:
        """An officer, None for somebody who never was one."""
        try:
            return OfficerItem.get(holder, consistent_read=True)
        except OfficerItem.DoesNotExist:
            return None

    def appoint(self, holder: str, *, name: str, role: str) -> None:
        """Give somebody an office beside those they have."""
        OfficerItem(holder).update(
            [OfficerItem.name.set(name), OfficerItem.standing.set("active"), OfficerItem.roles.add({role})]
        )

    def suspend(self, holder: str) -> bool:
        """Take all offices away; False for somebody who never had one."""
        try:
            OfficerItem(holder).update(
                [OfficerItem.standing.set("suspended"), OfficerItem.roles.remove()],
                condition=OfficerItem.holder.exists(),
            )
        except UpdateError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True

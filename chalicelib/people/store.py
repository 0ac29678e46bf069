"""The holders and identities tables. Personal fields are sealed; people are found by a blind index only."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name


class HolderItem(TableModel):
    """A holder: `holder` is 24 hex digits of randomness, `identity` the sealed JSON of who they are."""

    class Meta(TableMeta):
        table_name = table_name("holders")

    holder = UnicodeAttribute(hash_key=True)
    identity = BinaryAttribute(legacy_encoding=False)
    created_at = NumberAttribute()


class IdentityItem(TableModel):
    """Which holder a document belongs to; `blind_index` is HMAC-SM3 over document type and number."""

    class Meta(TableMeta):
        table_name = table_name("identities")

    blind_index = UnicodeAttribute(hash_key=True)
    holder = UnicodeAttribute()


class PeopleStore:
    """Holders and the documents they are found by."""

    def holder_of(self, blind_index: str) -> str | None:
        """The holder a document belongs to, None where it is unknown."""
        try:
            return IdentityItem.get(blind_index, consistent_read=True).holder
        except IdentityItem.DoesNotExist:
            return None

    def claim(self, blind_index: str, holder: str) -> str:
        """Bind a document to a holder, once and for all; answers the holder it is bound to."""
        try:
            IdentityItem(blind_index, holder=holder).save(condition=IdentityItem.blind_index.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return IdentityItem.get(blind_index, consistent_read=True).holder
        return holder

    def save(self, holder: str, *, identity: bytes, created_at: int) -> None:
        """Store who a holder is."""
        HolderItem(holder, identity=identity, created_at=created_at).save()

    def exists(self, holder: str) -> bool:
        """Whether a holder's record was completed."""
        return HolderItem.count(holder) > 0

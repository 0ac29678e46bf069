"""The clients table: verifiers and other programs that may ask the city something."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.platform.tables import TableMeta, TableModel, table_name


class ClientItem(TableModel):
    """An OAuth 2.0 client. Only the SM3 digest of its secret is kept: a secret is 32 random bytes, so no salt."""

    class Meta(TableMeta):
        table_name = table_name("clients")

    client_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    scopes = UnicodeSetAttribute()
    secret_digest = BinaryAttribute(legacy_encoding=False)
    standing = UnicodeAttribute()


class ClientStore:
    """Clients by id."""

    def get(self, client_id: str) -> ClientItem | None:
        """The client, None where there is no such id."""
        try:
            return ClientItem.get(client_id)
        except ClientItem.DoesNotExist:
            return None

    def save(self, client: ClientItem) -> None:
        """Store a client."""
        client.save()

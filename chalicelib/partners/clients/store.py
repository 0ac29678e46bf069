"""The clients table. Every change is one conditional write with one step, and its stream tells that there is one."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.partners.clients.model import Client, ClientKey, Proposal, Standing, Step, allowed
from chalicelib.partners.secrets import Secret
from chalicelib.platform.permissions import Kind
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name


class Kept(msgspec.Struct, frozen=True):
    """What the item keeps as one JSON text, because it is read and written as a whole."""

    secrets: tuple[Secret, ...]
    keys: tuple[ClientKey, ...]
    proposal: Proposal | None
    steps: tuple[Step, ...]


_kept = msgspec.json.Decoder(Kept)


class QueueIndex(GlobalSecondaryIndex["ClientItem"]):  # type: ignore[no-untyped-call]
    """Clients by the list they stand in, in the order of their registration."""

    class Meta:
        index_name = "by_queue"
        projection = IncludeProjection(["name", "kind", "standing"])

    queue = UnicodeAttribute(hash_key=True)
    registered = UnicodeAttribute(range_key=True)


class ClientItem(TableModel):
    """An OAuth 2.0 client. `step` counts its steps: whoever changes it has read the last. `kept` is JSON.

    `registered` is `<Unix second>-<client id>`: the order of lists, and the cursor behind each entry.
    """

    class Meta(TableMeta):
        table_name = table_name("clients")
        stream_view_type = "KEYS_ONLY"

    client_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    kind = UnicodeAttribute()
    standing = UnicodeAttribute()
    scopes = UnicodeSetAttribute(null=True)
    kept = UnicodeAttribute()
    step = NumberAttribute()
    journalled = NumberAttribute()
    digest = UnicodeAttribute()
    registered_at = NumberAttribute()
    queue = UnicodeAttribute()
    registered = UnicodeAttribute()
    by_queue = QueueIndex()


class Listed(msgspec.Struct, frozen=True):
    """A client in a list."""

    client_id: str
    name: str
    kind: str
    standing: str
    registered: str


class ClientStore:
    """Clients by id, read strongly consistent so that a suspension counts at once, and by list."""

    def get(self, client_id: str) -> Client | None:
        """The client, None where there is no such id: one read."""
        try:
            return _client(ClientItem.get(client_id, consistent_read=True))
        except ClientItem.DoesNotExist:
            return None

    def add(self, client: Client) -> bool:
        """Keep a new client; False where its id is taken."""
        return carried_out(lambda: _item(client).save(condition=ClientItem.client_id.does_not_exist()))

    def replace(self, old: Client, new: Client) -> bool:
        """Store a step; False where anybody else took one since `old` was read."""
        return carried_out(lambda: _item(new).save(condition=ClientItem.step == old.last.n))

    def mark_journalled(self, client_id: str, n: int) -> None:
        """Remember that the journal has the steps up to this one."""
        item, earlier = ClientItem(client_id), ClientItem.journalled < n
        carried_out(lambda: item.update([ClientItem.journalled.set(n)], condition=earlier))

    def page(self, queue: str, *, before: str, size: int) -> Iterator[Listed]:
        """A list, the last registered first, from before a cursor on."""
        earlier = ClientItem.registered < before if before else None
        items = ClientItem.by_queue.query(queue, earlier, scan_index_forward=False, limit=size)
        return (Listed(one.client_id, one.name, one.kind, one.standing, one.registered) for one in items)


def _item(client: Client) -> ClientItem:
    kept = Kept(client.secrets, client.keys, client.proposal, client.steps)
    return ClientItem(
        client.client_id,
        name=client.name,
        kind=str(client.kind),
        standing=str(client.standing),
        scopes=set(client.scopes) or None,
        kept=msgspec.json.encode(kept).decode(),
        step=client.last.n,
        journalled=client.journalled,
        digest=client.digest,
        registered_at=client.registered_at,
        queue=client.queue,
        registered=f"{client.registered_at:010d}-{client.client_id}",
    )


def _client(item: ClientItem) -> Client:
    """A client; of its scopes those that its kind may have by now, whatever it was once given."""
    kept, kind = _kept.decode(item.kept), Kind(item.kind)
    return Client(
        client_id=item.client_id,
        name=item.name,
        kind=kind,
        standing=Standing(item.standing),
        scopes=allowed(kind).intersection(item.scopes or ()),
        secrets=kept.secrets,
        keys=kept.keys,
        proposal=kept.proposal,
        steps=kept.steps,
        registered_at=int(item.registered_at),
        digest=item.digest,
        journalled=int(item.journalled),
    )

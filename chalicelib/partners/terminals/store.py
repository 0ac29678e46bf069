"""The terminals table: terminals by their ids, and by the client they belong to."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.partners.secrets import Secret
from chalicelib.partners.terminals.model import MOST_TERMINALS, Terminal
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, table_name

LISTED = ("name", "place", "standing", "registered_at")
_secrets = msgspec.json.Decoder(tuple[Secret, ...])


class ClientIndex(GlobalSecondaryIndex["TerminalItem"]):  # type: ignore[no-untyped-call]
    """A client's terminals by their ids, without their secrets."""

    class Meta:
        index_name = "by_client"
        projection = IncludeProjection(list(LISTED))

    client_id = UnicodeAttribute(hash_key=True)
    terminal_id = UnicodeAttribute(range_key=True)


class TerminalItem(TableModel):
    """One terminal; or, under a client's id, how many terminals that client was given (`given`) and nothing else."""

    class Meta(TableMeta):
        table_name = table_name("terminals")

    terminal_id = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    standing = UnicodeAttribute(null=True)
    secrets = UnicodeAttribute(null=True)
    registered_at = NumberAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    turn = NumberAttribute(null=True)
    given = NumberAttribute(null=True)
    by_client = ClientIndex()


class TerminalStore:
    """Terminals. Read strongly consistent, so that a suspension counts at once; lists follow within a moment."""

    def get(self, terminal_id: str) -> Terminal | None:
        """A terminal; None where there is none of this id."""
        try:
            return _terminal(TerminalItem.get(terminal_id, consistent_read=True))
        except TerminalItem.DoesNotExist:
            return None

    def may_add(self, client_id: str) -> bool:
        """Count one more terminal of a client; False where it has as many as any.

        Counted before it is made: who dies in between has counted one too many, which costs the client one of ten
        thousand, and who counted afterwards could be made to have any number.
        """
        room = TerminalItem.given.does_not_exist() | (TerminalItem.given < MOST_TERMINALS)
        return carried_out(lambda: TerminalItem(client_id).update([TerminalItem.given.add(1)], condition=room))

    def add(self, terminal: Terminal) -> bool:
        """Keep a new terminal; False where its id is taken."""
        return carried_out(lambda: _item(terminal).save(condition=TerminalItem.terminal_id.does_not_exist()))

    def replace(self, old: Terminal, new: Terminal) -> bool:
        """Store a change; False where anybody else made one since `old` was read."""
        return carried_out(lambda: _item(new).save(condition=TerminalItem.turn == old.turn))

    def of_client(self, client_id: str, *, after: str, size: int) -> Iterator[Terminal]:
        """A client's terminals by id, from after one on; without their secrets."""
        later = TerminalItem.terminal_id > after if after else None
        return map(_terminal, TerminalItem.by_client.query(client_id, later, limit=size))


def _item(terminal: Terminal) -> TerminalItem:
    return TerminalItem(
        terminal.terminal_id,
        client_id=terminal.client_id,
        name=terminal.name,
        place=terminal.place,
        standing=terminal.standing,
        secrets=msgspec.json.encode(terminal.secrets).decode(),
        registered_at=terminal.registered_at,
        digest=terminal.digest,
        turn=terminal.turn,
    )


def _terminal(item: TerminalItem) -> Terminal:
    return Terminal(
        terminal_id=item.terminal_id,
        client_id=item.client_id or "",
        name=item.name or "",
        place=item.place or "",
        standing=item.standing or "",
        secrets=_secrets.decode(item.secrets or "[]"),
        registered_at=int(item.registered_at or 0),
        digest=item.digest or "",
        turn=int(item.turn or 0),
    )

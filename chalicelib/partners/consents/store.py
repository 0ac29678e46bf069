"""The consents table: each at its holder, found by its client through an index. Every change is one conditional write.

State, client, purpose, fields, id and `unattended` stand as texts and numbers, for whoever reads the stream.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pynamodb.attributes import BinaryAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DeleteError
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.codes.purposes import Field, Purpose
from chalicelib.partners.consents.model import Consent, State, Use
from chalicelib.platform.tables import TableMeta, TableModel, carried_out, is_refused_condition, table_name


class ClientIndex(GlobalSecondaryIndex["ConsentItem"]):  # type: ignore[no-untyped-call]
    """What a client has asked for, by id: the way from its id of a consent to the holder."""

    class Meta:
        index_name = "by_client"
        projection = KeysOnlyProjection()

    client_id = UnicodeAttribute(hash_key=True)
    consent_id = UnicodeAttribute(range_key=True)


class ConsentItem(TableModel):
    """One consent (model.Consent). `fields` is separated by blanks; `unattended` is 0 or 1; `why` is sealed."""

    class Meta(TableMeta):
        table_name = table_name("consents")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    holder = UnicodeAttribute(hash_key=True)
    consent_id = UnicodeAttribute(range_key=True)
    client_id = UnicodeAttribute()
    client_name = UnicodeAttribute()
    purpose = UnicodeAttribute()
    fields = UnicodeAttribute()
    use = UnicodeAttribute()
    unattended = NumberAttribute()
    state = UnicodeAttribute()
    asked_at = NumberAttribute()
    answer_by = NumberAttribute()
    until = NumberAttribute()
    digest = UnicodeAttribute()
    why = BinaryAttribute(null=True, legacy_encoding=False)
    agreed_at = NumberAttribute(null=True)
    agreed_by = UnicodeAttribute(null=True)
    text_version = UnicodeAttribute(null=True)
    receipt = UnicodeAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    closed_by = UnicodeAttribute(null=True)
    uses = NumberAttribute(null=True)
    last_use = NumberAttribute(null=True)
    recent = UnicodeSetAttribute(null=True)
    expires_at = TTLAttribute()
    by_client = ClientIndex()


class Page(NamedTuple):
    """Some of a client's requests, and the id behind which there may be more."""

    found: list[Consent]
    after: str | None


class ConsentStore:
    """Consents by holder, strongly consistent; by client as soon as the index has followed."""

    def get(self, holder: str, consent_id: str) -> Consent | None:
        """A consent; None where this holder has none such."""
        try:
            return consent_in(ConsentItem.get(holder, consent_id, consistent_read=True))
        except ConsentItem.DoesNotExist:
            return None

    def of(self, holder: str) -> list[Consent]:
        """All of a holder, in no order that means anything."""
        return [consent_in(item) for item in ConsentItem.query(holder, consistent_read=True)]

    def of_client(self, client_id: str, consent_id: str) -> Consent | None:
        """A consent that a client has asked for; None where it has not."""
        for key in ConsentItem.by_client.query(client_id, ConsentItem.consent_id == consent_id):
            return self.get(key.holder, consent_id)
        return None

    def page(self, client_id: str, *, after: str | None, size: int) -> Page:
        """What a client has asked for, by id, those behind the id `after`. What has gone meanwhile is not in it."""
        further = ConsentItem.consent_id > after if after else None
        keys = [(key.holder, key.consent_id) for key in ConsentItem.by_client.query(client_id, further, limit=size)]
        found = ConsentItem.batch_get(keys, consistent_read=True) if keys else ()
        listed = sorted(map(consent_in, found), key=lambda one: one.consent_id)
        return Page(listed, keys[-1][1] if len(keys) == size else None)

    def begin(self, new: Consent) -> bool:
        """Keep a new request; False where its id is known already."""
        return carried_out(lambda: _item(new).save(condition=ConsentItem.holder.does_not_exist()))

    def step_back(self, new: Consent) -> None:
        """Forget a request that should not have been made; one that was answered meanwhile stays."""
        try:
            _key(new).delete(condition=ConsentItem.state == str(State.ASKED))
        except DeleteError as error:
            if not is_refused_condition(error):
                raise

    def move(self, old: Consent, new: Consent) -> bool:
        """Put what became of a consent in its place; False where it does not stand there any more."""
        changes = [getattr(ConsentItem, name).set(value) for name, value in _moving(new).items() if value is not None]
        return carried_out(lambda: _key(old).update(changes, condition=ConsentItem.state == str(old.state)))

    def use(self, consent: Consent, disclosure_id: str, *, now: int) -> bool:
        """Count a use of a consent that runs, or use it up; False where it does not run, or this use was counted."""
        state, used_up = ConsentItem.state, consent.use is Use.ONCE
        changes: list[Action] = [
            ConsentItem.uses.set((ConsentItem.uses | 0) + 1),
            ConsentItem.last_use.set(now),
            ConsentItem.recent.add({disclosure_id}),
        ]
        if used_up:
            changes += [state.set(str(State.USED)), ConsentItem.closed_at.set(now)]
        runs = (state == str(State.AGREED)) & (ConsentItem.until > now)
        fresh = ~ConsentItem.recent.contains(disclosure_id)
        return carried_out(lambda: _key(consent).update(changes, condition=runs & fresh))

    def keep_recent(self, consent: Consent, kept: Iterable[str]) -> None:
        """Remember these uses alone; where somebody has used it meanwhile, all stay for now."""
        as_read = ConsentItem.recent == set(consent.recent)
        carried_out(lambda: _key(consent).update([ConsentItem.recent.set(set(kept))], condition=as_read))

    def drop_reason(self, consent: Consent) -> None:
        """Forget what the client said it needs the fields for."""
        carried_out(lambda: _key(consent).update([ConsentItem.why.remove()], condition=ConsentItem.consent_id.exists()))


def _key(consent: Consent) -> ConsentItem:
    return ConsentItem(consent.holder, consent.consent_id)


def _item(new: Consent) -> ConsentItem:
    """A request as it is first kept."""
    return ConsentItem(
        new.holder,
        new.consent_id,
        client_id=new.client_id,
        client_name=new.client_name,
        purpose=str(new.purpose),
        fields=" ".join(sorted(new.fields)),
        use=str(new.use),
        unattended=int(new.unattended),
        asked_at=new.asked_at,
        answer_by=new.answer_by,
        digest=new.digest,
        why=new.why or None,
        **_moving(new),
    )


def _moving(consent: Consent) -> dict[str, Any]:
    """What changes as a consent moves on, None for what it has not."""
    return {
        "state": str(consent.state),
        "until": consent.until,
        "agreed_at": consent.agreed_at or None,
        "agreed_by": consent.agreed_by or None,
        "text_version": consent.text_version or None,
        "receipt": consent.receipt or None,
        "closed_at": consent.closed_at or None,
        "closed_by": consent.closed_by or None,
        "expires_at": datetime.fromtimestamp(consent.forgotten_at, UTC),
    }


def consent_in(item: ConsentItem) -> Consent:
    """The consent that an item keeps."""
    return Consent(
        consent_id=item.consent_id,
        holder=item.holder,
        client_id=item.client_id,
        client_name=item.client_name,
        purpose=Purpose(item.purpose),
        fields=frozenset(map(Field, item.fields.split())),
        use=Use(item.use),
        unattended=bool(item.unattended),
        asked_at=int(item.asked_at),
        answer_by=int(item.answer_by),
        until=int(item.until),
        why=item.why or b"",
        digest=item.digest,
        state=State(item.state),
        agreed_at=int(item.agreed_at or 0),
        agreed_by=item.agreed_by or "",
        text_version=item.text_version or "",
        receipt=item.receipt or "",
        closed_at=int(item.closed_at or 0),
        closed_by=item.closed_by or "",
        uses=int(item.uses or 0),
        last_use=int(item.last_use or 0),
        recent=frozenset(item.recent or ()),
    )

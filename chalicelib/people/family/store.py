"""The delegations table: each delegation at its guardian, and a pointer to it at its dependant.

So either of them finds it with strongly consistent reads, and what is bounded can be counted. The pointer is written
first: no delegation is ever without one. `claimed` is set on it before a delegation begins, and looked at by everybody
who is about to begin another (bounds.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError

from chalicelib.people.family.model import Because, Delegation, Kind, State
from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name

GUARDIAN, DEPENDANT = "guardian", "dependant"


class DelegationItem(TableModel):
    """A delegation, where `side` is `guardian`; where it is `dependant`, a pointer to the one kept at `other`."""

    class Meta(TableMeta):
        table_name = table_name("delegations")
        stream_view_type = "NEW_AND_OLD_IMAGES"

    holder = UnicodeAttribute(hash_key=True)
    delegation_id = UnicodeAttribute(range_key=True)
    side = UnicodeAttribute()
    other = UnicodeAttribute()
    claimed = BooleanAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    relation = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    proposed_at = NumberAttribute(null=True)
    answer_by = NumberAttribute(null=True)
    since = NumberAttribute(null=True)
    until = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    because = UnicodeAttribute(null=True)
    agreed_by = UnicodeAttribute(null=True)
    closed_by = UnicodeAttribute(null=True)
    consent = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class ConsentItem(TableModel):
    """A guardian's consent for a child under fourteen: who gave it, to which text, when (Unix seconds)."""

    class Meta(TableMeta):
        table_name = table_name("guardian-consents")

    dependant = UnicodeAttribute(hash_key=True)
    delegation_id = UnicodeAttribute(range_key=True)
    guardian = UnicodeAttribute()
    version = UnicodeAttribute()
    given_at = NumberAttribute()
    expires_at = TTLAttribute()


class Pointed(NamedTuple):
    """A delegation as its dependant has it, and whether it was claimed."""

    delegation: Delegation
    claimed: bool


class DelegationStore:
    """Writes and finds delegations. Every read is strongly consistent."""

    def begin(self, new: Delegation, *, claimed: bool) -> bool:
        """Keep a new delegation; False where its id is known already."""
        pointer = DelegationItem(
            new.dependant, new.delegation_id, side=DEPENDANT, other=new.guardian, claimed=claimed or None
        )
        _created(pointer)
        return _created(DelegationItem(new.guardian, new.delegation_id, side=GUARDIAN, **_values(new)))

    def get(self, guardian: str, delegation_id: str) -> Delegation | None:
        """A delegation of a guardian."""
        item = _item(guardian, delegation_id)
        return delegation_in(item) if item and item.side == GUARDIAN else None

    def find(self, holder: str, delegation_id: str) -> Delegation | None:
        """A delegation of which a holder is either side."""
        item = _item(holder, delegation_id)
        if item is None:
            return None
        return delegation_in(item) if item.side == GUARDIAN else self.get(item.other, delegation_id)

    def move(self, old: Delegation, new: Delegation) -> bool:
        """Put what became of a delegation in its place; False where it is not what it was any more."""
        values = {name: value for name, value in _values(new).items() if value is not None}
        item = DelegationItem(old.guardian, old.delegation_id)
        unchanged = (DelegationItem.state == str(old.state)) & (DelegationItem.until == old.until)
        try:
            item.update([getattr(DelegationItem, name).set(value) for name, value in values.items()], unchanged)
        except UpdateError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True

    def claim(self, delegation: Delegation, *, claimed: bool) -> None:
        """Say at the dependant that it is about to begin, or that it is not after all."""
        change = DelegationItem.claimed.set(True) if claimed else DelegationItem.claimed.remove()
        pointer = DelegationItem(delegation.dependant, delegation.delegation_id)
        pointer.update([change], condition=DelegationItem.holder.exists())

    def of_guardian(self, guardian: str) -> list[Delegation]:
        """All in which a holder is the guardian."""
        return [delegation_in(item) for item in _all(guardian) if item.side == GUARDIAN]

    def of_dependant(self, dependant: str) -> list[Pointed]:
        """All in which a holder is the dependant."""
        return list(_pointed(item for item in _all(dependant) if item.side == DEPENDANT))

    def of(self, holder: str) -> list[Delegation]:
        """All of a holder, in both directions."""
        items = _all(holder)
        pointed = _pointed(item for item in items if item.side == DEPENDANT)
        own = [delegation_in(item) for item in items if item.side == GUARDIAN]
        return own + [one.delegation for one in pointed]

    def forget_pointer(self, dependant: str, delegation_id: str) -> None:
        """Take away what points to a delegation that is gone."""
        DelegationItem(dependant, delegation_id).delete()

    def keep_consent(self, delegation: Delegation, *, now: int) -> None:
        """Keep a guardian's consent; the first record of it stays."""
        _created(
            ConsentItem(
                delegation.dependant,
                delegation.delegation_id,
                guardian=delegation.guardian,
                version=delegation.consent,
                given_at=now,
                expires_at=datetime.fromtimestamp(delegation.forgotten_at, UTC),
            )
        )


def _item(holder: str, delegation_id: str) -> DelegationItem | None:
    try:
        return DelegationItem.get(holder, delegation_id, consistent_read=True)
    except DelegationItem.DoesNotExist:
        return None


def _all(holder: str) -> list[DelegationItem]:
    return list(DelegationItem.query(holder, consistent_read=True))


def _pointed(pointers: Iterable[DelegationItem]) -> Iterator[Pointed]:
    """What pointers point to, a hundred to a call. One that points nowhere is of a request that died half-way."""
    found = {(item.other, item.delegation_id): bool(item.claimed) for item in pointers}
    for item in DelegationItem.batch_get(found, consistent_read=True) if found else ():
        yield Pointed(delegation_in(item), found[item.holder, item.delegation_id])


def _created(item: DelegationItem | ConsentItem) -> bool:
    """Whether an item was written, and not there before."""
    key = DelegationItem.holder if isinstance(item, DelegationItem) else ConsentItem.dependant
    try:
        item.save(condition=key.does_not_exist())
    except PutError as error:
        if not is_refused_condition(error):
            raise
        return False
    return True


def _values(delegation: Delegation) -> dict[str, Any]:
    """A delegation as attributes beside its key, None for what it has not."""
    return {
        "other": delegation.dependant,
        "kind": str(delegation.kind),
        "relation": delegation.relation,
        "state": str(delegation.state),
        "proposed_at": delegation.proposed_at,
        "answer_by": delegation.answer_by,
        "since": delegation.since or None,
        "until": delegation.until,
        "closed_at": delegation.closed_at or None,
        "because": str(delegation.because) if delegation.because else None,
        "agreed_by": delegation.agreed_by or None,
        "closed_by": delegation.closed_by or None,
        "consent": delegation.consent or None,
        "digest": delegation.digest or None,
        "expires_at": datetime.fromtimestamp(delegation.forgotten_at, UTC),
    }


def delegation_in(item: DelegationItem) -> Delegation:
    """The delegation that an item at a guardian keeps."""
    return Delegation(
        delegation_id=item.delegation_id,
        guardian=item.holder,
        dependant=item.other,
        kind=Kind(item.kind),
        relation=item.relation,
        proposed_at=int(item.proposed_at),
        answer_by=int(item.answer_by),
        until=int(item.until),
        digest=item.digest or "",
        consent=item.consent or "",
        state=State(item.state),
        since=int(item.since or 0),
        closed_at=int(item.closed_at or 0),
        because=Because(item.because) if item.because else None,
        agreed_by=item.agreed_by or "",
        closed_by=item.closed_by or "",
    )

"""The roll_outs table: every decision about which policy holds, with all its steps."""

from __future__ import annotations

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.platform.tables import TableMeta, TableModel, is_refused_condition, table_name
from chalicelib.status.policy.life import RollOut
from chalicelib.status.policy.store import CITY

_decoder = msgspec.json.Decoder(RollOut)


class RollOutItem(TableModel):
    """One roll-out: what was proposed and every step since (JSON), and where it stands."""

    class Meta(TableMeta):
        table_name = table_name("roll-outs")

    city = UnicodeAttribute(hash_key=True)
    roll_out_id = UnicodeAttribute(range_key=True)
    record = UnicodeAttribute()
    state = UnicodeAttribute()
    step_count = NumberAttribute()
    journalled = NumberAttribute()


class RollOutStore:
    """Roll-outs by id. There are dozens in a city's life, so a list is read as a whole."""

    def add(self, roll_out: RollOut) -> bool:
        """Keep a proposal; False where its id is taken, which means that it was kept before."""
        try:
            _item(roll_out).save(condition=RollOutItem.roll_out_id.does_not_exist())
        except PutError as error:
            if not is_refused_condition(error):
                raise
            return False
        return True

    def get(self, roll_out_id: str) -> RollOut | None:
        """A roll-out (strongly consistent), None where there is none of this id."""
        try:
            return _roll_out(RollOutItem.get(CITY, roll_out_id, consistent_read=True))
        except RollOutItem.DoesNotExist:
            return None

    def all(self) -> list[RollOut]:
        """Every roll-out (strongly consistent), the newest first."""
        found = map(_roll_out, RollOutItem.query(CITY, consistent_read=True))
        return sorted(found, key=lambda one: (one.proposed.at, one.roll_out_id), reverse=True)

    def move(self, old: RollOut, new: RollOut) -> bool:
        """Store a roll-out one step on; False where somebody else was quicker."""
        actions: list[Action] = [
            RollOutItem.record.set(_text(new)),
            RollOutItem.state.set(str(new.state)),
            RollOutItem.step_count.set(len(new.steps)),
        ]
        unmoved = (RollOutItem.state == str(old.state)) & (RollOutItem.step_count == len(old.steps))
        return _updated(RollOutItem(CITY, old.roll_out_id), actions, unmoved)

    def mark_journalled(self, roll_out: RollOut, count: int) -> None:
        """Remember that so many steps stand in the journal."""
        item = RollOutItem(CITY, roll_out.roll_out_id)
        _updated(item, [RollOutItem.journalled.set(count)], RollOutItem.journalled < count)


def _updated(item: RollOutItem, actions: list[Action], condition: Condition) -> bool:
    """Whether a conditional update was carried out."""
    try:
        item.update(actions=actions, condition=condition)
    except UpdateError as error:
        if not is_refused_condition(error):
            raise
        return False
    return True


def _item(roll_out: RollOut) -> RollOutItem:
    """A new roll-out as its item."""
    return RollOutItem(
        CITY,
        roll_out.roll_out_id,
        record=_text(roll_out),
        state=str(roll_out.state),
        step_count=len(roll_out.steps),
        journalled=0,
    )


def _text(roll_out: RollOut) -> str:
    return msgspec.json.encode(roll_out).decode()


def _roll_out(item: RollOutItem) -> RollOut:
    """An item as its roll-out."""
    return msgspec.structs.replace(_decoder.decode(item.record), journalled=int(item.journalled))

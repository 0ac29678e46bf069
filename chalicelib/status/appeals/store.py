"""Appeals by id, in their lists, and by what they are about. Every change is one conditional write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.platform.tables import carried_out
from chalicelib.status.appeals.items import AppealItem, Listed, MatterItem, appeal_in, item_of, listed_in, values
from chalicelib.status.appeals.model import Appeal, State

DRAFTS_ARE_KEPT = timedelta(days=1)


class AppealStore:
    """Appeals by id, read strongly consistent, each change one conditional write."""

    def get(self, appeal_id: str) -> Appeal | None:
        """An appeal, drafts included; None where there is none."""
        try:
            return appeal_in(AppealItem.get(appeal_id, consistent_read=True))
        except AppealItem.DoesNotExist:
            return None

    def draft(self, appeal: Appeal, *, now: int, instead_of_draft: bool = False) -> bool:
        """Keep a draft for a day; False where its id is taken, by another draft too unless that may go."""
        free: Condition = AppealItem.appeal_id.does_not_exist()
        if instead_of_draft:
            free |= AppealItem.state == State.DRAFTED
        expires = datetime.fromtimestamp(now, UTC) + DRAFTS_ARE_KEPT
        return carried_out(lambda: item_of(appeal, expires_at=expires).save(condition=free))

    def replace(self, old: Appeal, new: Appeal) -> bool:
        """Store what has changed; False where the appeal is no longer as it was read."""
        before, after = values(old), values(new)
        changed = [name for name in after if after[name] != before[name]]
        actions = [_action(name, after[name]) for name in changed]
        if old.state is State.DRAFTED:
            actions.append(AppealItem.expires_at.remove())
        as_read = (AppealItem.state == before["state"]) & (AppealItem.steps == before["steps"])
        as_read &= (AppealItem.attachments == before["attachments"]) & (AppealItem.creation == before["creation"])
        return carried_out(lambda: AppealItem(old.appeal_id).update(actions, condition=as_read))

    def queue(self, level: int, *, after: str = "") -> Iterator[Listed]:
        """The undecided appeals of a level, the soonest due first, from after a cursor on."""
        later = AppealItem.due > after if after else None
        return map(listed_in, AppealItem.in_queue.query(str(level), later))

    def overdue(self, level: int, *, now: int) -> Iterator[Listed]:
        """Those whose answer is late."""
        return map(listed_in, AppealItem.in_queue.query(str(level), AppealItem.due < f"{now:010d}"))

    def about_or_by(self, holder: str, *, before: str = "") -> tuple[Iterator[Listed], Iterator[Listed]]:
        """Those about a holder, and those that the holder filed; each newest first, from before a cursor on."""
        earlier = AppealItem.filed < before if before else None
        about = AppealItem.by_holder.query(holder, earlier, scan_index_forward=False)
        filed = AppealItem.by_filer.query(holder, earlier, scan_index_forward=False)
        return map(listed_in, about), map(listed_in, filed)

    def of_month(self, month: str) -> Iterator[Listed]:
        """All that were filed in a month such as `2026-09`."""
        return map(listed_in, AppealItem.by_month.query(month))


class MatterStore:
    """Which appeal is the one about a matter."""

    def held_by(self, matter: str) -> str | None:
        """The appeal that was the last to claim a matter; None before the first."""
        try:
            return MatterItem.get(matter, consistent_read=True).appeal_id
        except MatterItem.DoesNotExist:
            return None

    def claim(self, matter: str, appeal_id: str, *, instead_of: str | None) -> bool:
        """Give a matter to an appeal; False where somebody else claimed it since it was read."""
        as_read = MatterItem.appeal_id == instead_of if instead_of else MatterItem.matter.does_not_exist()
        return carried_out(lambda: MatterItem(matter, appeal_id=appeal_id).save(condition=as_read))


def _action(name: str, value: Any) -> Any:
    """Set an attribute, or remove one that has no value."""
    attribute = getattr(AppealItem, name)
    return attribute.remove() if value is None else attribute.set(value)

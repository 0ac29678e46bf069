"""Officers: residents who act for the city, each under their own name and no further than their office reaches."""

from __future__ import annotations

from chalicelib.people.model import mask_name, office_reaching
from chalicelib.people.refusals import NeverInOffice
from chalicelib.people.store import OfficerItem, OfficerStore
from chalicelib.platform.permissions import Role
from chalicelib.status.refusals import NotInOffice
from chalicelib.status.residents import Officer


class Officers:
    """Who may act for the city (the Protocol of status/residents.py)."""

    def __init__(self, store: OfficerStore) -> None:
        self._store = store

    def appoint(self, holder: str, role: Role, *, name: str) -> None:
        """Give a holder an office; of their name only the mask is kept, and shown wherever they have acted."""
        self._store.appoint(holder, name=mask_name(name), role=role)

    def suspend(self, holder: str) -> None:
        """Take all offices from an officer, at once and whatever tokens they hold; raises `NeverInOffice`."""
        if not self._store.suspend(holder):
            raise NeverInOffice

    def require(self, subject: str, scope: str) -> Officer:
        """The officer, if their office reaches `scope` at this very moment; raises `NotInOffice`.

        They act as `卫生健康官员 周*之`: the title of the office they act in, and their masked name.
        """
        item = self._store.get(subject)
        office = item and office_reaching(scope, _roles(item))
        if not item or not office:
            raise NotInOffice
        return Officer(subject, f"{office.title} {item.name}")

    def holds(self, holder: str, role: Role) -> bool:
        """Whether somebody is in an office at this very moment."""
        item = self._store.get(holder)
        return item is not None and role in _roles(item)


def _roles(item: OfficerItem) -> frozenset[Role]:
    """The roles that count now."""
    return frozenset(map(Role, item.roles or ())) if item.standing == "active" else frozenset()

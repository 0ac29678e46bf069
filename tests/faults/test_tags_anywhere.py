"""Tags on both stores: what is agreed to is shown, an older mirror never replaces a newer one, what is gone is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from chalicelib.people.tags.model import Event, Group
from chalicelib.people.tags.store import TagItem
from chalicelib.wiring import City
from tests.people.tags.bureau import BUREAU, SOMEBODY, mirror_of, said
from tests.world import moved_in


def test_tags_live_on_both_stores(anywhere: City) -> None:
    city, now = anywhere, anywhere.clock()
    city.tags.report(BUREAU, said(), now=now)
    holder = moved_in(city, SOMEBODY)
    city.tags.decide(holder, "veteran", Event.CONSENT, now=now)
    shown = mirror_of(holder)
    assert shown.startswith("veteran:")
    assert not city.tag_mirror.write(holder, "disabled:1", version=1)
    assert not city.tag_mirror.write("f" * 24, "disabled:1", version=2**50), "nobody becomes somebody by a tag"
    assert mirror_of(holder) == shown
    city.tags.decide(holder, "veteran", Event.WITHDRAW, now=now)
    assert mirror_of(holder) == ""
    city.tags.forget(holder)
    assert TagItem.count() == 0


def test_reports_of_many_departments_at_once_all_count(anywhere: City) -> None:
    city, now = anywhere, anywhere.clock()
    holder = moved_in(city, SOMEBODY)
    reports = [said(group=group, reference=f"{group}-1") for group in Group]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda one: city.tags.report(BUREAU, one, now=now), reports))
    assert [tag.group for tag in city.tags.of(holder, now=now)] == sorted(Group)

"""One person's timeline as a picture: colours over local days, what was reported, and why. It names nobody. Pure.

    drawn(evidence, rulebook, now=…) -> SVG

Above stands the colour; below, one row for each piece of evidence with what it does by itself; at the end, in words,
why each colour holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.status.calendar import DAY_S, Calendar
from chalicelib.status.drawing import box, mark, picture, text, upright, width_of
from chalicelib.status.effects import NEVER, Effect, effects
from chalicelib.status.evidence.kinds import KINDS
from chalicelib.status.evidence.model import MANUAL, Evidence
from chalicelib.status.model import Colour
from chalicelib.status.policy.model import Text
from chalicelib.status.stretches import Rulebook, Stretch, in_words, stretches_of
from chalicelib.status.timeline import spliced

WIDTH, MARGIN, LEFT = 980, 24, 250
RIGHT = WIDTH - MARGIN
BAND_TOP, BAND_HEIGHT, ROW_HEIGHT, LINE_HEIGHT, DATE_WIDTH = 96, 44, 46, 22, 38
LONGEST_DAYS = 92
"""A picture of more would be too fine to read; it shows what is around now."""

NAMES = {
    Colour.GREEN: Text(zh="绿码", en="green"),
    Colour.YELLOW: Text(zh="黄码", en="yellow"),
    Colour.RED: Text(zh="红码", en="red"),
}


class Line(NamedTuple):
    """One reason in words; only the first of a stretch says its colour and when."""

    colour: Colour | None
    when: str
    words: Text


class Window(NamedTuple):
    """The days that are shown, and where on the paper."""

    since: int
    until: int
    now: int
    zone: ZoneInfo

    def x(self, instant: int) -> float:
        """Where an instant stands; what is outside stands at the edge."""
        inside = min(max(instant, self.since), self.until)
        return LEFT + (RIGHT - LEFT) * (inside - self.since) / (self.until - self.since)

    def shows(self, instant: int) -> bool:
        """Whether an instant is on the paper."""
        return self.since <= instant < self.until

    def clock(self, instant: int, form: str = "%-m-%d %H:%M") -> str:
        """What clocks in the city say."""
        return datetime.fromtimestamp(instant, self.zone).strftime(form)


def drawn(evidence: Sequence[Evidence], rulebook: Rulebook, *, now: int) -> str:
    """The picture as SVG."""
    stretches = stretches_of(spliced(evidence, rulebook))
    window = _window(evidence, stretches, rulebook, now)
    facts = sorted((one for one in evidence if window.shows(one.happened_at)), key=lambda one: one.happened_at)
    seen = [one for one in stretches if one.starts < window.until and one.ends > window.since]
    rows_end = BAND_TOP + BAND_HEIGHT + 34 + ROW_HEIGHT * len(facts)
    shapes = [*_head(window), *_days(window, rulebook, rows_end), *_band(window, seen)]
    shapes += [*_rows(window, facts, _by_fact(evidence, rulebook)), *_now(window, rows_end)]
    lines = _lines(window, seen, rulebook)
    shapes += _why(lines, rows_end + 40)
    height = rows_end + 40 + LINE_HEIGHT * len(lines)
    return picture(WIDTH, height, "状态时间线 · A status as a timeline", _said(window, seen), shapes)


def _window(evidence: Sequence[Evidence], stretches: Sequence[Stretch], rulebook: Rulebook, now: int) -> Window:
    """Whole local days around all that happens, or as many as can be read."""
    zone = rulebook[-1][1].policy.time_zone
    instants = [now, *(one.happened_at for one in evidence), *(one.starts for one in stretches[1:])]
    near = [instant for instant in instants if abs(instant - now) < LONGEST_DAYS * DAY_S // 2]
    midnight = Calendar(zone).midnight
    return Window(midnight(0, min(near) - DAY_S // 4), midnight(2, max(near)), now, ZoneInfo(zone))


def _by_fact(evidence: Sequence[Evidence], rulebook: Rulebook) -> dict[str, list[Effect]]:
    """What each piece of evidence does by itself, by its id, under each policy in its time."""
    found: dict[str, list[Effect]] = {}
    for index, (since, policy) in enumerate(rulebook):
        until = rulebook[index + 1][0] if index + 1 < len(rulebook) else NEVER
        for effect in effects(evidence, policy):
            held = effect._replace(starts=max(effect.starts, since), ends=min(effect.ends, until))
            if held.starts < held.ends:
                found.setdefault(effect.reason.evidence_id, []).append(held)
    return found


def _head(window: Window) -> Iterator[str]:
    yield text(MARGIN, 42, "状态时间线", "title", lang="zh")
    yield text(MARGIN + 112, 42, "A status as a timeline", "title")
    span = f"{window.clock(window.since, '%Y-%m-%d')} – {window.clock(window.until - 1, '%Y-%m-%d')}"
    yield text(RIGHT, 42, f"{span} · {window.zone.key}", "soft", anchor="end")


def _days(window: Window, rulebook: Rulebook, bottom: float) -> list[str]:
    """Every other local day shaded, and dates where there is room."""
    midnight = Calendar(rulebook[-1][1].policy.time_zone).midnight
    days = [window.since]
    while days[-1] < window.until:
        days.append(midnight(1, days[-1]))
    lefts, top = [window.x(day) for day in days], BAND_TOP + BAND_HEIGHT
    shades = [box(left, top, right - left, bottom - top, "day") for left, right in list(pairwise(lefts))[1::2]]
    every = ceil(DATE_WIDTH / (lefts[1] - lefts[0]))
    dated = list(zip(lefts, days, strict=True))[:-1:every]
    lines = [upright(left, top, top + 22, "line") for left, _ in dated]
    return shades + lines + [text(left + 4, top + 17, window.clock(day, "%-m-%d"), "soft small") for left, day in dated]


def _band(window: Window, stretches: Sequence[Stretch]) -> Iterator[str]:
    """The colours, named where there is room, with the time of each change above."""
    yield text(MARGIN, BAND_TOP + 27, "颜色", "strong", lang="zh")
    yield text(MARGIN + 34, BAND_TOP + 27, "colour", "soft")
    free = 0.0
    for one in stretches:
        left, right, name = window.x(one.starts), window.x(one.ends), NAMES[one.colour]
        yield box(left, BAND_TOP, right - left - 1.5, BAND_HEIGHT, one.colour, radius=4)
        words = next((words for words in (f"{name.zh} {name.en}", name.zh) if width_of(words) + 8 < right - left), "")
        yield text((left + right) / 2, BAND_TOP + 27, words, f"strong on-{one.colour}", anchor="middle", lang="zh")
        if window.shows(one.starts) and left > free:
            yield upright(left, BAND_TOP - 8, BAND_TOP, "line")
            yield text(left, BAND_TOP - 12, window.clock(one.starts), "small", anchor="middle")
            free = left + 70


def _rows(window: Window, facts: Sequence[Evidence], does: dict[str, list[Effect]]) -> Iterator[str]:
    """What was reported: when it happened, and the colour it calls for by itself."""
    y = BAND_TOP + BAND_HEIGHT + 34.0
    for fact in facts:
        kind = KINDS.get(fact.kind)
        zh, en = (kind.zh, kind.en) if kind else ("", fact.kind)
        yield text(MARGIN, y + 18, zh, "strong", lang="zh")
        yield text(MARGIN + width_of(zh) + 8, y + 18, en, "soft")
        yield text(MARGIN, y + 35, " · ".join([window.clock(fact.happened_at), *_particulars(fact)]), "soft small")
        for effect in does.get(fact.evidence_id, ()):
            left, right = window.x(effect.starts), window.x(effect.ends)
            yield box(left, y + 19, right - left, 8, effect.colour, radius=4)
        yield mark(window.x(fact.happened_at), y + 23)
        y += ROW_HEIGHT


def _particulars(fact: Evidence) -> list[str]:
    """What a fact says in words that anybody may read: those that are chosen from a list."""
    if fact.kind == MANUAL:
        return [fact.attributes["colour"]]
    known = KINDS[fact.kind].attributes if fact.kind in KINDS else {}
    return [value for name, value in fact.attributes.items() if name in known and value in known[name].values]


def _now(window: Window, bottom: float) -> Iterator[str]:
    x = window.x(window.now)
    yield upright(x, BAND_TOP - 28, BAND_TOP - 1, "now")
    yield upright(x, BAND_TOP + BAND_HEIGHT + 26, bottom, "now")
    yield text(x, BAND_TOP - 32, "现在 now", "strong small", anchor="middle", lang="zh")


def _lines(window: Window, stretches: Sequence[Stretch], rulebook: Rulebook) -> list[Line]:
    """For each colour: from when until when, and every reason in words, each on a line of its own."""
    lines = []
    for one in stretches:
        since, until = (window.clock(at) if window.shows(at) else "…" for at in (one.starts, one.ends))
        first, *more = dict.fromkeys(in_words(reason, rulebook) for reason in one.reasons)
        lines += [Line(one.colour, f"{since} – {until}", first), *(Line(None, "", words) for words in more)]
    return lines


def _why(lines: Sequence[Line], y: float) -> Iterator[str]:
    """The reasons, below all."""
    for line in lines:
        if line.colour:
            yield box(MARGIN, y - 11, 13, 13, line.colour, radius=3)
        yield text(MARGIN + 24, y, line.when, "small")
        yield text(LEFT - 50, y, line.words.zh, lang="zh")
        yield text(LEFT - 50 + width_of(line.words.zh) + 10, y, line.words.en, "soft")
        y += LINE_HEIGHT


def _said(window: Window, stretches: Sequence[Stretch]) -> str:
    """The colours in words, for whoever cannot see them."""
    first, *later = stretches
    changes = [f"{one.colour} from {window.clock(one.starts, '%Y-%m-%d %H:%M')}" for one in later]
    return f"{'; '.join([f'{first.colour} at first', *changes])}. Local time of {window.zone.key}."

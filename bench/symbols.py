"""The QR symbol: its size, and what its pictures cost."""

from __future__ import annotations

from bench.report import Promise, Section, microseconds
from bench.stage import Stage
from bench.timing import Case, Effort, side_by_side
from bench.traffic import Traffic
from chalicelib.codes.picture import data_url, symbol

LARGEST = 7
SEEN = 20


def measure(stage: Stage, effort: Effort) -> Section:
    """Versions over some codes, and pictures in turn."""
    codes = Traffic(stage).codes(SEEN)
    version = max(symbol(code).version for code in codes)
    cases = [
        Case("symbol alone", lambda number: symbol(codes[number % SEEN]), batch=3),
        Case("SVG", lambda number: data_url(codes[number % SEEN], "svg"), batch=3),
        Case("PNG", lambda number: data_url(codes[number % SEEN], "png"), batch=3),
    ]
    timed = side_by_side(cases, effort)
    sizes = {"SVG": _size(codes[0], "svg"), "PNG": _size(codes[0], "png")}
    rows = [(name, microseconds(one.median), sizes.get(name, "")) for name, one in timed.items()]
    promise = Promise("symbol version at level M", version, LARGEST, "")
    note = f"{len(codes[0])} characters, alphanumeric, version {version} at level M (promised {promise})."
    return Section("The symbol", ("picture", "CPU, µs", "data URL"), rows, (promise,), note)


def _size(code: str, form: str) -> str:
    return f"{len(data_url(code, form)) / 1000:.1f} kB"

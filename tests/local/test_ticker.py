"""Scheduled functions are called when they are due, and soon again where they failed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate
from chalice.local import LocalChalice

from app import build_app
from chalicelib.wiring import City
from infra.local.functions import Scheduled, scheduled, streamed
from infra.local.ticker import RETRY_AFTER_S, Ticker, scheduled_event


class Scene:
    """A ticker with a clock that a test moves, and one function every ten minutes that can be made to fail."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.calls: list[float] = []
        self.reports: list[str] = []
        self.fails = False
        self.ticker = Ticker([Scheduled("chore", 600, self.chore)], report=self.reports.append, clock=lambda: self.now)

    def chore(self, event: dict[str, Any]) -> None:
        self.calls.append(self.now)
        if self.fails:
            raise RuntimeError("no")

    def after(self, seconds: float) -> list[float]:
        self.now += seconds
        self.ticker.tick()
        return self.calls


def test_a_function_is_called_each_time_its_period_is_over() -> None:
    scene = Scene()
    assert scene.after(599) == []
    assert scene.after(1) == [1600.0]
    assert scene.after(1) == [1600.0]
    assert scene.after(599) == [1600.0, 2200.0]


def test_a_clock_that_jumped_brings_one_call_and_not_all_that_were_missed() -> None:
    assert len(Scene().after(86400)) == 1


def test_a_function_that_fails_is_reported_and_called_again_soon() -> None:
    scene = Scene()
    scene.fails = True
    scene.after(600)
    assert scene.reports[0].startswith("chore failed and will be called again: RuntimeError at test_ticker.py:")
    scene.fails = False
    assert scene.after(RETRY_AFTER_S) == [1600.0, 1600.0 + RETRY_AFTER_S]
    assert scene.after(RETRY_AFTER_S) == [1600.0, 1600.0 + RETRY_AFTER_S]


def test_a_stopped_ticker_calls_nothing() -> None:
    scene = Scene()
    stop = threading.Event()
    stop.set()
    scene.now += 600
    scene.ticker.run(stop)
    assert scene.calls == []


def test_what_runs_is_read_from_the_app() -> None:
    app = Chalice("city")
    told: list[Any] = []

    @app.schedule(Rate(2, unit=Rate.HOURS), name="chore")
    def chore(event: CloudWatchEvent) -> None:
        told.append(event.source)

    @app.on_dynamodb_record(stream_arn="statuses-stream", batch_size=7, name="listener")
    def listener(event: Any) -> dict[str, Any]:
        return {"batchItemFailures": [record.sequence_number for record in event]}

    (planned,) = scheduled(app)
    Ticker([planned], report=told.append, clock=iter([0.0, 7200.0]).__next__).tick()
    assert (planned.name, planned.every_s, told) == ("chore", 7200, ["aws.events"])
    (heard,) = streamed(app)
    assert (heard.name, heard.contents, heard.batch) == ("listener", "statuses", 7)
    assert heard.call({"Records": []}) == {"batchItemFailures": []}


def test_a_schedule_that_cannot_be_kept_is_refused() -> None:
    app = Chalice("city")
    app.schedule(Cron(0, 3, "*", "*", "?", "*"), name="nightly")(lambda event: None)
    with pytest.raises(ValueError, match="cron"):
        list(scheduled(app))


def test_the_citys_own_schedule_publishes_the_trust_list(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.rotate_keys.city", lambda: city)
    rotation = next(one for one in scheduled(build_app(city, LocalChalice)) if one.name == "rotate_keys")
    published = city.key_store.published()
    city.clock.advance(rotation.every_s)  # type: ignore[attr-defined]
    rotation.call(scheduled_event(rotation.name))
    assert rotation.every_s == 600
    assert city.key_store.published() != published

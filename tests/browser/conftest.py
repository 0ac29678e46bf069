"""A city as `make run` starts it, in a process of its own, and a real Chromium to walk through it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.local.running import local_city
from tests.requirements import require

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 860}
PATIENCE_MS = 20_000
"""How long a page may take for what it does at once: it may share two cores with a whole suite."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class OpenCity:
    """A running city: what its `city.json` says."""

    document: dict[str, Any]

    def page(self, name: str) -> str:
        """The address of a page: `holder`, `scan` or `console`."""
        return f"{self.document['base_url']}/{name}/"


def chromium() -> str | None:
    """The system's browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def open_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenCity]:
    """The demo city on a free port."""
    with local_city(tmp_path_factory.mktemp("city")) as city:
        yield OpenCity(city.document)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    path = chromium()
    require(path is not None, "the story in a browser needs Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The holder's phone."""
    yield from _device(browser)


@pytest.fixture
def other_phone(browser: Browser) -> Iterator[Page]:
    """Another holder's phone, or the same one's second."""
    yield from _device(browser)


@pytest.fixture
def gate(browser: Browser) -> Iterator[Page]:
    """The verifier's phone: another device, sharing nothing with the holder's."""
    yield from _device(browser)


@pytest.fixture
def library(browser: Browser) -> Iterator[Page]:
    """A second verifier's phone."""
    yield from _device(browser)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """An officer's screen."""
    yield from _device(browser, DESK)


@pytest.fixture
def other_desk(browser: Browser) -> Iterator[Page]:
    """Another officer's screen."""
    yield from _device(browser, DESK)


def _device(browser: Browser, viewport: dict[str, int] = PHONE) -> Iterator[Page]:
    """A phone or a screen with a page open, where nothing moves that need not (it is painted without a graphics card);
    an error in a page's script fails the test."""
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        device_scale_factor=2,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []

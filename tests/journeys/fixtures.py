"""What browser tests share: one Chromium and two markets, each started when a test first asks for it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from ..gateways.stripe_ import StandIn, stand_in
from .market import Ground, Market, broken_ground, open_market, python
from .pages import Page
from .visitor import PATIENCE, Visitor

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
# How far below the screen pictures are fetched: as on a phone with 4G. A browser without windows knows no network.
FLAGS += ["--blink-settings=lazyLoadingImageMarginPxUnknown=1250"]
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Exhibition:
    """A market with a bit of everything, in which nothing changes by itself."""

    market: Market
    cookies: dict[str, str]
    pages: list[Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with its module: while it runs, Django takes this thread for an asynchronous one and refuses queries."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    with broken_ground() as made:
        yield made


@pytest.fixture(scope="session")
def market(ground: Ground) -> Iterator[Market]:
    """A market at work, with one provider who offers something. Its clock only goes forward."""
    with open_market(ground, "market", worker=True) as made:
        python("-m", "tests.journeys.opening", "stand", env=made.env)
        yield made


@pytest.fixture(scope="module")
def stripe_market(ground: Ground) -> Iterator[tuple[Market, StandIn]]:
    """The same at another payment provider, whose stand-in calls it back."""
    with stand_in() as there, open_market(ground, "stripe", worker=True, **there.settings) as made:
        there.call_back(made.address)
        python("-m", "tests.journeys.opening", "stand", env=made.env)
        yield made, there


@pytest.fixture(scope="session")
def exhibition(ground: Ground) -> Iterator[Exhibition]:
    with open_market(ground, "exhibition", worker=False) as made:
        shown = json.loads(python("-m", "tests.journeys.opening", "exhibition", env=made.env))
        yield Exhibition(made, shown["cookies"], [Page(*page) for page in shown["pages"]])


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of people: phones that speak Hebrew; all are closed at the end."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**{"viewport": PHONE, "locale": "he-IL", **options}))
        made[-1].set_default_timeout(PATIENCE)
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def phone(context: Callable[..., BrowserContext], exhibition: Exhibition) -> Callable[[str], BrowserContext]:
    """The phone of somebody in the exhibition, signed in."""

    def make(who: str) -> BrowserContext:
        made = context()
        if who in exhibition.cookies:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": exhibition.cookies[who]}
            made.add_cookies([{**cookie, "url": exhibition.market.address}])
        return made

    return make


@pytest.fixture
def visitor(context: Callable[..., BrowserContext], market: Market) -> Callable[..., Visitor]:
    """Makes people with a phone each, with JavaScript or without."""

    def make(*, scripts: bool = True) -> Visitor:
        return Visitor(context(java_script_enabled=scripts), market, scripts=scripts)

    return make

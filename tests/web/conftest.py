"""What tests of pages share: a market clock that a test can move, and no pages kept from the test before."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client as Browser

from house import clock
from house.people.models import Role, User

from .. import persons
from .world import World, lasting, new_browser


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Guests' pages and the menu are kept in the process; a test starts without them and leaves none."""
    caches["local"].clear()
    yield
    caches["local"].clear()


class Moments:
    """The market's clock as pages read it."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def go(self, **ahead: float) -> datetime:
        """Lets time pass; takes the words of `timedelta`."""
        self.now += timedelta(**ahead)
        return self.now


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Moments:
    """The pages' clock stands at the tests' moment until the test lets it go on."""
    found = Moments(now)
    monkeypatch.setattr(clock, "now", lambda: found.now)
    return found


@pytest.fixture
def web() -> Callable[[User], Browser]:
    """A browser in which somebody is signed in."""

    def open_browser(user: User) -> Browser:
        browser = new_browser()
        browser.force_login(user)
        return browser

    return open_browser


@pytest.fixture
def finance(now: datetime) -> User:
    """Staff who move money."""
    return persons.staff("ora", "אורה", "שמש", now, Role.FINANCE)


@pytest.fixture
def finance_web(finance: User, web: Callable[[User], Browser]) -> Browser:
    """Their browser, with the second factor that their pages ask for."""
    browser = web(finance)
    persons.second_factor(browser, finance)
    return browser


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A market in which every address leads somewhere; each test of the module leaves it as it was."""
    with lasting(django_db_blocker, tmp_path_factory.mktemp("media")) as found:
        yield found

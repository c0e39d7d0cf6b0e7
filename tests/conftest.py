"""Four people, one market, one moment. States are reached through the real verbs (see make.py)."""

import gc
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.test import TransactionTestCase

from house.clock import ISRAEL
from house.people.models import User

from . import emptying, persons
from .orders.racing import empty_queue

# The longest files, for they must not be what everybody waits for at the end.
LONGEST = (
    "journeys/",
    "demo/test_whole_market.py",
    "demo/test_loading.py",
    "launch/test_run.py",
    "ledger/test_guards.py",
)
LONGEST += tuple(f"web/test_{name}.py" for name in ("axe", "weight", "strangers", "bad_input", "html", "security"))
LONGEST += tuple(f"orders/test_{name}.py" for name in ("catching_up", "walk", "asking_table", "races"))
LONGEST += ("worker/test_crash_points.py", "worker/test_kills.py", "test_locks.py", "web/test_order_room.py")
# Files that look at one market, which one runner shall open for all of them; other files are groups of their own.
TOGETHER = {"web/test_axe.py": "exhibition", "web/test_weight.py": "exhibition"}


def place(item: pytest.Item) -> str:
    """The test's file, as the lists above name it."""
    return item.path.relative_to(Path(__file__).parent).as_posix()


def pytest_itemcollected(item: pytest.Item) -> None:
    """At once: pytest-xdist reads the groups before a hook that comes last."""
    item.add_marker(pytest.mark.xdist_group(TOGETHER.get(place(item), place(item))))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first; the others keep their order."""
    items.sort(key=lambda item: not place(item).startswith(LONGEST))


def pytest_configure(config: pytest.Config) -> None:
    """Looking for cycles among the many objects that never die (models, templates) is a tenth of a long run."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Test databases begin as copies of the run's own, in which bin/test has carried out the migrations."""
    for options in connections.settings.values():
        options["TEST"]["TEMPLATE"] = options["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        emptying.remember()
    TransactionTestCase._fixture_teardown = emptying.teardown


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    """Each test has a folder of its own for files, and letters stay in memory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    # Argon2 is meant to be slow; one test of accounts looks at the real hasher.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def races(transactional_db):
    """A database that other connections see; the queue is empty before and after."""
    empty_queue()
    yield
    empty_queue()


@pytest.fixture
def now() -> datetime:
    """Monday, 23 November 2026, ten in the morning in Israel."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=ISRAEL)


@pytest.fixture
def noa(db, now) -> User:
    """A client."""
    return persons.client("noa", "נועה", "ברק", now)


@pytest.fixture
def amir(db, now) -> User:
    """A provider, authorised."""
    return persons.provider("amir", "אמיר", "לוי", now)


@pytest.fixture
def dana(db, now) -> User:
    """A stranger, who may do nothing anywhere."""
    return persons.client("dana", "דנה", "פרץ", now)


@pytest.fixture
def shira(db, now) -> User:
    """Staff of every role but owner."""
    return persons.staff("shira", "שירה", "כהן", now)


def _browser(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def noa_web(noa) -> Browser:
    return _browser(noa)


@pytest.fixture
def amir_web(amir) -> Browser:
    return _browser(amir)


@pytest.fixture
def dana_web(dana) -> Browser:
    return _browser(dana)


@pytest.fixture
def shira_web(shira) -> Browser:
    return _browser(shira)

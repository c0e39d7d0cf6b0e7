"""Four people, one market, one moment. States are reached through the real verbs (see make.py)."""

import gc
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.test import TransactionTestCase
from xdist.scheduler import LoadScopeScheduling

from house.clock import ISRAEL
from house.people.models import User

from . import emptying, persons
from .orders.racing import empty_queue
from .shared import HASHER

# Files that look at one market, which one runner shall open for all of them.
EXHIBITION = ("web/test_axe.py", "web/test_weight.py")
STORIES = tuple(f"journeys/test_{name}.py" for name in ("story", "along", "live", "talk"))
DEALS = tuple(f"journeys/test_{name}.py" for name in ("money", "resolution", "requests", "milestones"))
TOGETHER = {file: files[0] for files in (EXHIBITION, STORIES, DEALS) for file in files}
# The longest files, the longest first: none may be what everybody waits for at the end.
LONGEST = (
    *EXHIBITION,
    *STORIES,
    *DEALS,
    "demo/test_whole_market.py",
    *(f"web/test_{name}.py" for name in ("strangers", "bad_input", "security", "html")),
    "demo/test_loading.py",
    "orders/test_races.py",
    "launch/test_run.py",
    "worker/test_crash_points.py",
    "test_locks.py",
    *(f"orders/test_{name}.py" for name in ("asking_table", "catching_up", "walk")),
    "worker/test_kills.py",
    "web/test_order_room.py",
    "web/test_resolution.py",
)


class ByFile(LoadScopeScheduling):
    """A runner takes a whole file, for what its tests share is made once; some files are taken together."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0].removeprefix("tests/")
        return TOGETHER.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Not `--dist loadgroup`: pytest 9.2 no longer lets it write its groups into the names of tests."""
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first; the others keep their order."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


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
    settings.PASSWORD_HASHERS = HASHER


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

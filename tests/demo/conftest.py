"""A small market, and the whole one: loaded once, looked at by many tests, rolled back at the end."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from house.demo.load import Part, load, whole
from house.demo.quick import prepared_statements
from house.demo.texts import providers
from tests.orders.racing import empty_queue
from tests.shared import by_a_module

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # Monday, ten in the morning in Israel
SOME = ("amir-levi", "brodsky-leaks", "mekonen-clean")


def some() -> Part:
    """Three providers, and one order of a kind."""
    return Part([text for text in providers() if text["username"] in SOME], share=0.06)


def quiet(line: str) -> None:
    """Says nothing."""


@pytest.fixture
def reference(db) -> None:
    """Places and categories."""
    call_command("reference", verbosity=0)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """Where the files of the whole market are."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def whole_market(django_db_setup, django_db_blocker, media):
    """Everything, as `manage demo` loads it."""
    with django_db_blocker.unblock(), prepared_statements(), by_a_module(django_db_blocker, media):
        empty_queue()  # tests that commit leave jobs in it
        call_command("reference", verbosity=0)
        assert load(NOW, whole(), say=quiet)
        yield NOW

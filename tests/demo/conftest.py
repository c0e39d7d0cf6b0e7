"""A small market, and the whole one: loaded once, looked at by many tests, rolled back at the end."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

from house.demo.load import Part, load, whole
from house.demo.quick import prepared_statements
from house.demo.texts import providers
from tests.orders.racing import empty_queue

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
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=media, PASSWORD_HASHERS=hashers),
        prepared_statements(),
        transaction.atomic(),
    ):
        empty_queue()  # tests that commit leave jobs in it
        call_command("reference", verbosity=0)
        assert load(NOW, whole(), say=quiet)
        yield NOW
        transaction.set_rollback(True)

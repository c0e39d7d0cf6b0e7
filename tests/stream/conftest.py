"""The process of live updates on the database of the tests, and ears that listen to it."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client as Browser

from house.people.models import User

from ..worker.processes import Process, free_port
from .ear import Ear, waited
from .stream import SITE, Stream


@pytest.fixture(scope="module")
def stream(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Stream]:
    """One process for the tests of a module; the rows of each test are gone after it, and so are its sessions."""
    port = free_port()
    with django_db_blocker.unblock():
        process = Process(
            tmp_path_factory.mktemp("stream"),
            *("granian", "--interface", "asgi", "--workers", "1", "--port", str(port), "--log-level", "warning"),
            "house.stream.asgi:application",
            SITE_URL=SITE,
        )
    found = Stream(port, process)
    try:
        assert waited(found.answers)
        yield found
    finally:
        process.kill()


@pytest.fixture
def session(transactional_db) -> Callable[[User], str]:
    """Signs somebody in; the key of the session."""

    def sign_in(user: User) -> str:
        browser = Browser()
        browser.force_login(user)
        key = browser.session.session_key
        assert key is not None
        return key

    return sign_in


@pytest.fixture
def listens(stream, session) -> Iterator[Callable[[User], Ear]]:
    """Opens a stream for somebody, and waits until it is greeted."""
    ears: list[Ear] = []

    def listen(user: User, key: str = "") -> Ear:
        ears.append(Ear(stream.port, key or session(user)))
        assert ears[-1].hears("hello")
        return ears[-1]

    yield listen
    for ear in ears:
        ear.close()

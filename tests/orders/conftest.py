"""Fixtures of the races."""

import pytest

from .racing import empty_queue


@pytest.fixture
def races(transactional_db):
    """A database that other connections see; the queue is empty before and after."""
    empty_queue()
    yield
    empty_queue()

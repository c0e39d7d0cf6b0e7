"""Two ways in which a load runs its hundred thousand queries faster than pages run their few."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

PREPARED = {"server_side_binding": True, "prepare_threshold": 2}


@contextmanager
def prepared_statements() -> Iterator[None]:
    """A connection on which the server plans each statement once, however often it comes; outside a transaction."""
    options = connection.settings_dict.setdefault("OPTIONS", {})
    usual = dict(options)
    connection.close()
    options.update(PREPARED)
    try:
        yield
    finally:
        connection.close()
        options.clear()
        options.update(usual)


@contextmanager
def no_savepoints() -> Iterator[None]:
    """A load succeeds as a whole or not at all, so nothing is ever rolled back in part; a savepoint around each
    of the verbs would be a quarter of all queries.
    """
    features = connection.features
    features.uses_savepoints, usual = False, features.uses_savepoints
    try:
        yield
    finally:
        features.uses_savepoints = usual

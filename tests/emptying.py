"""Between tests that commit, a database holds the rows that its migrations made, and no others.

Django would truncate every table and announce its migrations anew, 0.3 s each time. Tests fill a few tables with a few
rows, so rows are deleted, and what migrations made (accounts of the ledger, permissions) stays.
"""

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import TransactionTestCase

_left: dict[type[Model], list[object]] = {}


def _tables() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def remember() -> None:
    """To be called once, when the database has just been made."""
    for model in _tables():
        if keys := list(model._base_manager.values_list("pk", flat=True)):
            _left[model] = keys


def _filled() -> list[type[Model]]:
    tables = _tables()
    looks = [f"EXISTS (SELECT FROM {connection.ops.quote_name(model._meta.db_table)})" for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(looks)}")
        return [model for model, filled in zip(tables, cursor.fetchone(), strict=True) if filled]


def empty() -> None:
    """Without triggers: what only grows for the market must go here, and foreign keys have no order."""
    tables = _filled()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in tables:
            table, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.pk.column))
            cursor.execute(f"DELETE FROM {table} WHERE NOT {key} = ANY(%s)", [_left.get(model, [])])
        cursor.execute("RESET session_replication_role")


def teardown(case: TransactionTestCase) -> None:
    """Takes the place of `TransactionTestCase._fixture_teardown`; the market has one database."""
    empty()

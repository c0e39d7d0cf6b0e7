"""Rows into a table by COPY: built as the models build them, so a new column with a default needs nothing here."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


def copy_in(model: type[Model], rows: Iterable[Model]) -> None:
    """Writes the rows; the database's own defaults stay its own."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field.get_default(), DatabaseDefault)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def through(model: Any, rows: Iterable[tuple[int, int]]) -> None:
    """Pairs of a many-to-many relation; `model` is its through model, whose own id comes from the database."""
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    statement = f"COPY {model._meta.db_table} ({', '.join(names)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def go_on_after(*models: type[Model]) -> None:
    """Sequences continue after the ids that were copied in."""
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
            )

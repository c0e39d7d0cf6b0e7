"""The run itself: two servers, all subjects, one table."""

import argparse
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import django
from django.db import connection

from . import cpu, table
from .measure import Result, Side, fresh_numbers, measure
from .servers import running
from .subjects import subjects


def run(asked: argparse.Namespace) -> None:
    """Measures every subject that was asked for, and says where."""
    environment, numbers, results = dict(os.environ), fresh_numbers(), list[Result]()
    with (
        running("bench-product", "bench.product", environment) as product,
        running("bench-floor", "bench.bare", environment) as floor,
    ):
        sides = Side(product), Side(floor)
        print(table.HEAD, flush=True)
        for subject in subjects():
            if asked.only in subject.name:
                results.append(measure(subject, *sides, asked.scale, numbers))
                print(table.row(results[-1]), flush=True)
        foot = memory(sides)
        print(f"\n{foot}\n{machine()}")
    if asked.write:
        rows = [machine(), "", table.HEAD, *map(table.row, results), "", foot]
        table.write(f"{asked.offers} offers", "\n".join(rows))


def memory(sides: Sequence[Side]) -> str:
    """What each server's worker held after everything."""
    held = [cpu.resident(side.server.pids()) / 2**20 for side in sides]
    return f"Memory of the worker afterwards: {held[0]:.0f} MB, the floor's {held[1]:.0f} MB."


def machine() -> str:
    """Where the figures come from."""
    names = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        database = f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    python = f"Python {platform.python_version()}, Django {django.get_version()}"
    return f"Measured on {len(names)} × {names[0]}, {python}, {database}."

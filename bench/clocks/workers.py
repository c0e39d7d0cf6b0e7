"""Several worker processes, let go at one moment, and what they used together."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from .. import cpu
from ..place import named


@dataclass
class Cost:
    """Of several processes together, in seconds; `done` deadlines or orders."""

    done: int = 0
    wall: float = 0
    app: float = 0
    database: float = 0
    said: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: "Cost") -> None:
        self.done += other.done
        self.wall += other.wall
        self.app += other.app
        self.database += other.database
        self.said += other.said

    @property
    def each(self) -> float:
        """Milliseconds of CPU for one."""
        return (self.app + self.database) / max(1, self.done) * 1000

    @property
    def per_second(self) -> float:
        return self.done / self.wall if self.wall else 0


def start(way: str, name: str, *more: str) -> subprocess.Popen[str]:
    """A worker whose connections carry its name."""
    env = {**os.environ, "DATABASE_URL": named(os.environ["DATABASE_URL"], name)}
    command = [sys.executable, "-m", "bench.clocks.worker", way, name, *more]
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def together(way: str, number: int, more: Sequence[Sequence[str]] = ()) -> Cost:
    """Lets so many workers go at once and waits until each has ended."""
    extra = more or [()] * number
    workers = [start(way, f"bench-{way}-{place}", *extra[place]) for place in range(number)]
    try:
        for worker in workers:
            _line(worker)
        began = time.monotonic()
        with Watch(f"bench-{way}-") as watch:
            for worker in workers:
                _go(worker)
            said = [json.loads(_line(worker)) for worker in workers]
        wall = time.monotonic() - began
    finally:
        for worker in workers:
            end(worker)
    return Cost(0, wall, sum(row["app"] for row in said), watch.used(), said)


class Watch(threading.Thread):
    """Adds up what PostgreSQL uses for connections of a name; they may end before the work does."""

    def __init__(self, name: str) -> None:
        super().__init__(daemon=True)
        self.like = f"{name}%"
        self.over = threading.Event()
        self.seen: dict[int, tuple[float, float]] = {}  # the first and the last reading of each backend

    def __enter__(self) -> "Watch":
        self._look()
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        while not self.over.wait(0.5):
            self._look()
        self._look()
        connection.close()

    def _look(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name LIKE %s", [self.like])
            pids = [pid for (pid,) in cursor.fetchall() if cpu.is_postgres(pid)]
        for pid in pids:
            now = cpu.used([pid])
            first = self.seen[pid][0] if pid in self.seen else now if not self.is_alive() else 0
            self.seen[pid] = first, now

    def used(self) -> float:
        """Seconds since it began; a backend that came later counts from its birth."""
        return sum(last - first for first, last in self.seen.values())


@contextmanager
def working(command: Sequence[str] | None, name: str) -> Iterator[None]:
    """A worker that goes on until the block ends: of the product (`manage work`), or of the bare queue."""
    if command is None:
        worker = start("forever", name)
        _line(worker)
        _go(worker)
    else:
        env = {**os.environ, "DATABASE_URL": named(os.environ["DATABASE_URL"], name)}
        worker = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        end(worker)


def _go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise SystemExit(f"a worker ended with {worker.wait()}")
    return line


def end(worker: subprocess.Popen[str], seconds: float = 20) -> None:
    """Asks it to end, and ends it."""
    if worker.poll() is None:
        worker.terminate()
    try:
        worker.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()

"""A market of real processes for the browser: a database, granian and the worker, as bin/run starts them."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from launch import environment
from launch.__main__ import children, wait_for_pages
from launch.environment import ROOT, Environment

SERVER = os.environ.get("DATABASE_URL", "")
MIGRATED = urlsplit(SERVER).path.removeprefix("/")  # the test run's own database, in which nothing happens


@dataclass(frozen=True)
class Ground:
    """What markets of one test run share: a folder, and a database with tables and places, but no people."""

    folder: Path
    database: str

    def environ(self, database: str, port: int, live_port: int) -> tuple[Environment, dict[str, str]]:
        """As bin/run gives it to its processes: they work under the role that cannot change the books."""
        pages, live = (f"http://127.0.0.1:{each}" for each in (port, live_port))
        start = Environment("127.0.0.1", port, self.folder, pages, "", True, live_port, live)
        return start, {**environment.of_django(start, address(database)), "LOG_LEVEL": "WARNING"}


@dataclass(frozen=True)
class Market:
    """An open market; `travelled` and everything else in it is its own."""

    address: str
    env: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """One of Django's commands, in a process of its own."""
        return python("-m", "django", *arguments, env=self.env)


def address(database: str) -> str:
    """The test run's database server, with another database."""
    return urlsplit(SERVER)._replace(path=f"/{database}").geturl()


def python(*arguments: str, env: dict[str, str]) -> str:
    """Runs Python in the market's environment; its words are shown when it fails."""
    done = subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def database(name: str, template: str) -> Iterator[str]:
    """A copy of a database, gone afterwards. Nobody may be in what is copied, so it is done from elsewhere."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        with psycopg.connect(address("postgres"), autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def broken_ground() -> Iterator[Ground]:
    """The folder and the database that markets are opened on."""
    with tempfile.TemporaryDirectory(prefix="bih-") as folder, database(f"ground_{os.getpid()}", MIGRATED) as name:
        ground = Ground(Path(folder), name)
        _start, env = ground.environ(name, 0, 0)
        python("-m", "tests.journeys.opening", "ground", env=env)
        yield ground


@contextlib.contextmanager
def open_market(ground: Ground, name: str, *, worker: bool, **settings: str) -> Iterator[Market]:
    """Opens a market on a copy of the ground's database. Without a worker nothing in it changes by itself, and
    nothing is live.
    """
    pids = ground.folder / name
    pids.mkdir()
    with database(f"{name}_{os.getpid()}", ground.database) as copy:
        start, env = ground.environ(copy, _free_port(), _free_port())
        env |= {"LIVE_URL": start.live_url if worker else "", **settings}
        running = children(start, env)[: None if worker else 1]
        try:
            for child in running:
                child.pids, child.log, child.patience = pids, pids / f"{child.name}.log", 1
                child.start()
            wait_for_pages(start)
            yield Market(start.address, env)
        finally:
            for child in running:
                child.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

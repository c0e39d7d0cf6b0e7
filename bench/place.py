"""Where a run happens: a database and a folder of its own, gone afterwards."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from launch import postgres
from launch.postgres import Cluster
from launch.processes import Child
from launch.server import Server


@contextmanager
def folder() -> Iterator[Path]:
    """Static files, pids and logs of the run."""
    path = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def database(home: Path) -> Iterator[str]:
    """The address of an empty database: on the server of DATABASE_URL, else on an embedded one."""
    given = os.environ.get("DATABASE_URL")
    with _outside(given) if given else _embedded(home) as url:
        yield url


@contextmanager
def _outside(url: str) -> Iterator[str]:
    postgres.check(url)
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _embedded(home: Path) -> Iterator[str]:
    cluster = Cluster(home)
    server = Server(cluster, Child("postgres", cluster.command(), postgres._env(), home, log=home / "postgres.log"))
    try:
        server.start()
        yield cluster.url()
    finally:
        server.stop()
        shutil.rmtree(cluster.socket, ignore_errors=True)


def named(url: str, name: str) -> str:
    """The same address; its connections carry a name by which /proc finds their backends."""
    return f"{url}{'&' if '?' in url else '?'}application_name={name}"


def environment(url: str, home: Path) -> dict[str, str]:
    """What Django sees: a real market, not a demo, with the benchmark's own folder."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": "a-key-for-one-benchmark-" + secrets.token_hex(20),
        "VAR_DIR": str(home),
        "SITE_URL": "http://127.0.0.1:8000",
        "DEMO": "0",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "bench.product",
    }


@contextmanager
def given(url: str) -> Iterator[str]:
    """A market that somebody loaded; it stays."""
    yield url

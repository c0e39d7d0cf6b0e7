"""The two servers, started in the same manner: granian as bin/run starts it, but with one worker."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from launch.__main__ import GRANIAN, PAGES

from . import cpu
from .place import named

BIN = Path(sys.executable).parent


@dataclass
class Server:
    """A running server and how to find what it uses."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def pids(self) -> list[int]:
        return cpu.tree(self.process.pid)

    def backends(self) -> list[int]:
        """The database's processes behind this server; none when they run on another machine."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.name])
            return [pid for (pid,) in cursor.fetchall() if cpu.is_postgres(pid)]


@contextmanager
def running(
    name: str,
    settings: str,
    environment: dict[str, str],
    serves: tuple[str, list[str]] = ("house.wsgi:application", PAGES),
    port: int = 0,
) -> Iterator[Server]:
    """A server of these settings, until the block ends; pages unless another entry is named."""
    port = port or free_port()
    entry, manner = serves
    env = {
        **environment,
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": named(environment["DATABASE_URL"], name),
    }
    ours = ["--workers", "1", "--log-level", "error", "--port", str(port)]
    command = [str(BIN / "granian"), *GRANIAN, *manner, *ours, entry]
    log = Path(environment["VAR_DIR"]) / f"{name}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(command, env=env, start_new_session=True, stdin=subprocess.DEVNULL, stderr=words)
    try:
        _wait(port, log)
        yield Server(name, port, process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, log: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError as error:
            if time.monotonic() > end:
                raise SystemExit(f"the server does not answer:\n{log.read_text()[-3000:]}") from error
            time.sleep(0.1)

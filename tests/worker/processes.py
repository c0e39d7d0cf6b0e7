"""Real processes of the market on the database of the tests, to be killed without warning."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

PATIENCE = 60  # seconds


def environment(tmp: Path, **more: str) -> dict[str, str]:
    """A demo market on the test database, in the role of the application."""
    given = os.environ.get("DATABASE_URL", f"postgres:///house?host={settings.VAR / 'run'}")
    url = urlunsplit(urlsplit(given)._replace(path=f"/{connection.settings_dict['NAME']}"))
    ours = {
        "DATABASE_URL": url,
        "DATABASE_ROLE": "house_app",
        "DJANGO_SETTINGS_MODULE": "house.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "VAR_DIR": str(tmp),
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",
    }
    return {**os.environ, **ours, **more}


class Process:
    """A program of the market in a group of its own."""

    def __init__(self, tmp: Path, *arguments: str, **env: str) -> None:
        self.log = (tmp / "log").open("ab")
        command = [sys.executable, "-m", *arguments]
        self.child = subprocess.Popen(
            command, env=environment(tmp, **env), stdout=self.log, stderr=self.log, start_new_session=True
        )

    def kill(self) -> None:
        """kill -9, at once, all of the group."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait(PATIENCE)
        self.log.close()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.child.send_signal(signal.SIGTERM)
        try:
            return self.child.wait(PATIENCE)
        finally:
            self.kill()


def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Waits for something to become true."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])

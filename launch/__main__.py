"""`bin/run`: the supervisor."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO

from . import environment, postgres
from .environment import ROOT, Environment
from .postgres import Cluster
from .problem import Problem
from .processes import Child, end_orphans
from .server import Server

BIN = Path(sys.executable).parent
ROLE = "house_app"
GRANIAN = ["--workers-kill-timeout", "10", "--backlog", "1024", "--no-ws", "--log-level", "warning"]
PAGES = ["--interface", "wsgi", "--workers", "2", "--respawn-failed-workers", "--blocking-threads", "4"]
STREAMS = ["--interface", "asgi", "--workers", "1"]
NAMES = ("web", "worker", "live")


def lock(var: Path) -> IO[str]:
    """Only one supervisor may hold a data folder."""
    file = (var / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Problem(f"another bin/run is using {var}; stop it first, or set VAR_DIR to another folder.") from None
    return file


def check_port(start: Environment, name: str, port: int) -> None:
    """The port must be free before anything slow happens; `name` is the variable that moves it."""
    family = socket.AF_INET6 if ":" in start.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((start.host, port))
        except OSError as error:
            raise Problem(
                f"{start.host}:{port} cannot be used ({error.strerror}); set HOST or {name} to a free one."
            ) from None


def children(start: Environment, env: dict[str, str]) -> list[Child]:
    """Pages, worker and live updates, under the database role that cannot change the books."""
    pids = start.var / "pids"
    env = {**env, "DATABASE_ROLE": env.get("DATABASE_ROLE", ROLE)} if not start.database_url else env
    granian = [str(BIN / "granian"), *GRANIAN, "--host", start.host, "--port"]
    pages = [*granian, str(start.port), *PAGES, "house.wsgi:application"]
    streams = [*granian, str(start.live_port), *STREAMS, "house.stream.asgi:application"]
    return [
        Child("web", pages, env, pids),
        Child("worker", [sys.executable, "-m", "django", "work"], env, pids),
        Child("live", streams, env, pids),
    ]


def prepare(env: dict[str, str]) -> None:
    """Runs `launch.prepare`; what it prints is the operator's to read."""
    if subprocess.run([sys.executable, "-m", "launch.prepare"], env=env, cwd=ROOT).returncode:
        raise Problem("the database could not be prepared; the lines above say why.")


def wait_for_pages(start: Environment, seconds: float = 30) -> None:
    """Until the web server answers."""
    host = "127.0.0.1" if start.host == "0.0.0.0" else start.host  # noqa: S104
    url = f"http://{f'[{host}]' if ':' in host else host}:{start.port}/healthz"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise Problem("the web server does not answer; the lines above say why.")


def remember(start: Environment, database_url: str) -> None:
    """What bin/manage needs to reach this market."""
    facts = {
        "DATABASE_URL": database_url,
        "SITE_URL": start.site_url,
        "PORT": str(start.port),
        "DEMO": "1" if start.demo else "0",
    }
    (start.var / "run.json").write_text(json.dumps(facts))


def serve(start: Environment, stopping: threading.Event) -> None:
    """From nothing to an open market, until told to stop."""
    end_orphans(start.var / "pids", NAMES)
    check_port(start, "PORT", start.port)
    check_port(start, "LIVE_PORT", start.live_port)
    server = None
    if start.database_url:
        postgres.check(start.database_url)
        url = start.database_url
    else:
        cluster = Cluster(start.var)
        pids, log = start.var / "pids", start.var / "postgres.log"
        server = Server(cluster, Child("postgres", cluster.command(), postgres._env(), pids, log=log))
        url = cluster.url()
    watched: list[Server | Child] = []
    try:
        if server:
            watched.append(server)
            server.start()
        env = environment.of_django(start, url)
        remember(start, url)
        prepare(env)
        for child in children(start, env):
            watched.append(child)
            child.start()
        wait_for_pages(start)
        print(f"\nbuild-in house is open: {start.address}  (Ctrl-C stops it)", flush=True)
        while not stopping.wait(0.2):
            for each in watched:
                each.watch()
    finally:
        for each in reversed(watched):
            each.stop()


def main() -> int:
    """Exit code 0 after a clean stop, 1 with one sentence after a problem."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    os.chdir(ROOT)
    try:
        start = environment.read(sys.argv[1:])
        with lock(start.var):
            serve(start, stopping)
    except Problem as problem:
        print(f"build-in house: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"build-in house: {error.strerror or error} ({error.filename or 'no file'}).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

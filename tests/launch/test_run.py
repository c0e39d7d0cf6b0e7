"""bin/run as a whole: it opens, survives kill -9 of its parts and of itself, and stops cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from launch.__main__ import NAMES
from launch.environment import ROOT

from .conftest import of_group, until

PATIENCE = 60  # seconds; a machine that is busy with other tests is slow
pytestmark = pytest.mark.kills


def healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as page:
            return page.read() == b"ok"
    except OSError:
        return False


class Market:
    """One bin/run --empty on a folder and a port of its own."""

    def __init__(self, folder: Path, port: int, live_port: int) -> None:
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        self.live = f"http://127.0.0.1:{live_port}"
        self.log = folder / "log"
        env = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "PORT": str(port), "LIVE_PORT": str(live_port)}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "launch", "--empty"], env=env, cwd=ROOT, stdout=output, stderr=output
            )

    def opens(self) -> bool:
        return until(lambda: "is open" in self.log.read_text() or self.process.poll() is not None, PATIENCE)

    def answers(self) -> bool:
        return all(healthy(address) for address in (self.address, self.live))

    def group(self, name: str) -> int:
        return int((self.folder / "pids" / name).read_text().split()[0])

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Market]]:
    """Starts markets on one folder and the same two ports, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = one.getsockname()[1], two.getsockname()[1]
    made: list[Market] = []

    def make() -> Market:
        made.append(Market(folder, *ports))
        assert made[-1].opens() and until(made[-1].answers, PATIENCE), made[-1].log.read_text()
        return made[-1]

    yield make
    for each in made:
        if each.process.poll() is None:
            each.stop()


def test_a_market_survives_kill_9_of_its_parts_and_of_itself(start: Callable[[], Market]):
    market = start()
    web, worker, live = (market.group(name) for name in NAMES)

    page_maker = next(child for child in psutil.Process(web).children())
    page_maker.kill()
    page_maker.wait(PATIENCE)
    assert until(lambda: len(psutil.Process(web).children()) == 2 and market.answers(), PATIENCE)

    os.kill(worker, signal.SIGKILL)
    assert until(lambda: market.group("worker") != worker, PATIENCE)
    os.kill(live, signal.SIGKILL)
    assert until(lambda: market.group("live") != live and market.answers(), PATIENCE)
    os.kill(web, signal.SIGKILL)
    assert until(lambda: market.group("web") != web and market.answers(), PATIENCE)
    assert not of_group(web), "the workers of a killed web server are ended"

    left = [market.group(name) for name in NAMES]
    market.process.kill()
    market.process.wait()
    heir = start()
    assert not [pid for group in left for pid in of_group(group)], "orphans are ended before the next start"

    groups = [heir.group(name) for name in NAMES]
    began = time.monotonic()
    assert heir.stop() == 0
    assert time.monotonic() - began < 20
    assert not [pid for group in groups for pid in of_group(group)]
    assert not list((heir.folder / "pids").iterdir())
    assert not (heir.folder / "postgres" / "postmaster.pid").exists(), "the database was shut down"

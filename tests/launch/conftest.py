"""Folders for real servers and processes, and a sure end for whatever a test started."""

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from launch import postgres
from launch.postgres import Cluster
from launch.processes import Child
from launch.server import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder with a short name, so that a socket fits into it."""
    with tempfile.TemporaryDirectory(prefix="bih-") as name:
        (Path(name) / "pids").mkdir()
        yield Path(name)


@pytest.fixture
def server(folder: Path) -> Iterator[Callable[[], Server]]:
    """Makes servers on the folder, as each start of bin/run does; all are stopped at the end."""
    made: list[Server] = []

    def make() -> Server:
        cluster = Cluster(folder, fsync="off")
        child = Child("postgres", cluster.command(), postgres._env(), folder / "pids", log=folder / "postgres.log")
        made.append(Server(cluster, child))
        return made[-1]

    yield make
    for each in made:
        each.stop()
        reap(each.child)


@pytest.fixture
def child(folder: Path) -> Iterator[Callable[..., Child]]:
    """Makes children that run a shell line; all are ended at the end."""
    made: list[Child] = []

    def make(name: str, line: str, **more: object) -> Child:
        env = {"PATH": os.environ["PATH"], "OF": "house"}
        made.append(Child(name, ["sh", "-c", line], env, folder / "pids", **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.stop()
        reap(each)


def reap(child: Child) -> None:
    """Waits for the end of a child that was killed."""
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait(timeout=10)


def of_group(group: int) -> list[int]:
    """The living processes of a group, zombies aside."""
    living = []
    for each in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            if os.getpgid(each.pid) == group and each.status() != psutil.STATUS_ZOMBIE:
                living.append(each.pid)
    return living


def until(wanted: Callable[[], bool], seconds: float = 5) -> bool:
    """Waits for something that other processes bring about."""
    end = time.monotonic() + seconds
    while not (met := wanted()) and time.monotonic() < end:
        time.sleep(0.02)
    return met

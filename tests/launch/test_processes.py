"""Children are restarted when they die and ended with all that they started."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from launch.processes import BACK_OFF, Child, end_orphans, started_at

from .conftest import of_group, until

Make = Callable[..., Child]
FAMILY = "sleep 300 & sleep 300 & wait"  # a leader with two of its own


def pid(child: Child) -> int:
    assert child.process
    return child.process.pid


def test_a_stopped_child_takes_its_own_along_and_its_pid_file(child: Make, folder: Path):
    made = child("web", FAMILY)
    made.start()
    assert (folder / "pids" / "web").read_text() == f"{pid(made)} {started_at(pid(made))}"
    made.stop()
    assert not of_group(pid(made))
    assert not (folder / "pids" / "web").exists()


def test_a_child_that_will_not_stop_is_killed_after_its_patience(child: Make, folder: Path):
    ready = folder / "ready"
    made = child("web", f"trap '' TERM; touch {ready}; while :; do sleep 0.1; done", patience=0.3)
    made.start()
    assert until(ready.exists)
    made.stop()
    assert until(lambda: not of_group(pid(made)))


def test_orphans_of_a_killed_supervisor_are_ended(child: Make, folder: Path):
    orphan = child("web", FAMILY)
    orphan.start()
    end_orphans(folder / "pids", ("web", "worker"))
    assert until(lambda: not of_group(pid(orphan)))
    assert not (folder / "pids" / "web").exists()


def test_a_number_that_now_belongs_to_somebody_else_is_let_live(folder: Path):
    stranger = subprocess.Popen(["sleep", "300"], env={"PATH": os.environ["PATH"]}, start_new_session=True)
    (folder / "pids" / "worker").write_text(f"{stranger.pid} 12345")
    try:
        end_orphans(folder / "pids", ("worker",))
        assert of_group(stranger.pid)
        assert not (folder / "pids" / "worker").exists()
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.kills
def test_workers_whose_leader_was_killed_are_found_by_their_group(child: Make, folder: Path):
    orphan = child("web", FAMILY)
    orphan.start()
    assert until(lambda: len(of_group(pid(orphan))) == 3)
    os.kill(pid(orphan), signal.SIGKILL)
    assert orphan.process
    orphan.process.wait(timeout=5)
    assert of_group(pid(orphan))
    end_orphans(folder / "pids", ("web",))
    assert until(lambda: not of_group(pid(orphan)))


@pytest.mark.kills
def test_a_child_killed_with_9_is_started_again_later_and_later(child: Make, capsys):
    made = child("worker", FAMILY)
    made.start()
    for pause in BACK_OFF[1:3]:
        before = pid(made)
        os.kill(before, signal.SIGKILL)
        assert made.process
        made.process.wait(timeout=5)
        died = time.monotonic()

        def again(before: int = before) -> bool:
            made.watch()
            return pid(made) != before

        assert until(again)
        assert time.monotonic() - died >= pause
        assert not of_group(before), "what its death left behind is ended first"
    assert capsys.readouterr().out.count("worker ended with -9; it is started again.") == 2

"""What stops a start says so in one sentence, before anything slow happens."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launch.environment import ROOT


def start(folder: Path, *arguments: str, **variables: str) -> str:
    """Runs bin/run's supervisor, which must stop by itself with one sentence."""
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **variables}
    command = [sys.executable, "-m", "launch", *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("build-in house: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"PORT": "http"}, "PORT must be a number"),
        ({"PORT": "0"}, "PORT must be a number"),
        ({"PORT": "70000"}, "PORT must be a number"),
        ({"LIVE_PORT": "live"}, "LIVE_PORT must be a number"),
        ({"LIVE_URL": "market.example"}, "LIVE_URL must begin with http"),
        ({"SITE_URL": "market.example"}, "SITE_URL must begin with http://"),
        ({"SITE_URL": "ftp://market.example"}, "SITE_URL must begin with http://"),
        ({"DATABASE_URL": "mysql://house@db/house"}, "DATABASE_URL must begin with postgres://"),
        ({"DATABASE_URL": "postgres://house@127.0.0.1:1/house"}, "DATABASE_URL does not lead to a database"),
        ({"HOST": "0.0.0.0"}, "whose passwords are public"),
        ({"HOST": "256.0.0.1", "DEMO": "0"}, "cannot be used"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_broken_variable_gives_one_sentence(folder: Path, variables: dict[str, str], says: str):
    assert says in start(folder, **variables)


def test_an_unknown_argument_gives_one_sentence(folder: Path):
    assert "knows only --empty, not --help" in start(folder, "--help")


def test_a_data_folder_that_cannot_be_made_gives_one_sentence(folder: Path):
    (folder / "file").touch()
    assert "cannot be used" in start(folder / "file" / "var")


def test_a_busy_port_gives_one_sentence(folder: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"127.0.0.1:{port} cannot be used" in start(folder, PORT=port)
    assert not (folder / "postgres").exists(), "nothing slow was begun"


def test_a_second_start_on_the_same_folder_gives_one_sentence(folder: Path):
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert f"another bin/run is using {folder}" in start(folder)

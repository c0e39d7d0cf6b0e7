"""The embedded server: made once, stopped cleanly, adopted, restarted."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from launch import postgres
from launch.postgres import Cluster
from launch.problem import Problem
from launch.server import Server

from .conftest import until

Make = Callable[[], Server]


def ask(server: Server, query: str) -> object:
    with psycopg.connect(server.cluster.url(), autocommit=True) as connection:
        answer = connection.execute(query)  # type: ignore[call-overload]
        row = answer.fetchone() if answer.description else None
        return row and row[0]


def test_a_cluster_is_made_started_and_stopped_and_keeps_what_was_written(server: Make, folder: Path):
    first = server()
    first.start()
    postgres.check(first.cluster.url())
    ask(first, "CREATE TABLE kept (word text)")
    ask(first, "INSERT INTO kept VALUES ('שלום')")
    first.stop()
    assert first.cluster.pid() is None
    assert not (folder / "pids" / "postgres").exists()
    second = server()
    second.start()
    assert ask(second, "SELECT word FROM kept") == "שלום"


def test_what_root_makes_belongs_to_root(server: Make):
    made = server()
    made.start()
    if made.cluster.runner[:1] != ["setpriv"]:
        assert made.cluster.data.stat().st_uid == os.geteuid()


def test_a_half_made_data_folder_is_made_anew(folder: Path):
    cluster = Cluster(folder)
    cluster.data.mkdir(parents=True)
    (cluster.data / "base").touch()
    cluster.init()
    assert (cluster.data / "PG_VERSION").read_text().strip() == cluster.major


def test_a_data_folder_of_another_version_is_left_alone(folder: Path):
    cluster = Cluster(folder)
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Problem, match=r"was made by PostgreSQL 17, this is 18: .*docs/operations\.md"):
        cluster.init()
    assert [each.name for each in cluster.data.iterdir()] == ["PG_VERSION"]


@pytest.mark.pg15
def test_the_database_of_this_run_would_be_taken_as_an_outside_one():
    postgres.check(os.environ["DATABASE_URL"])


def test_a_database_that_does_not_know_hebrew_letters_is_refused(server: Make):
    made = server()
    made.start()
    ask(made, "CREATE DATABASE plain TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    with pytest.raises(Problem, match="does not know Hebrew letters"):
        postgres.check(made.cluster.url("plain"))


@pytest.mark.kills
def test_a_server_killed_with_9_is_started_again_and_keeps_what_was_committed(server: Make, capsys):
    made = server()
    made.start()
    ask(made, "CREATE TABLE kept AS SELECT 7 AS number")
    before = made.cluster.pid()
    assert before
    os.kill(before, signal.SIGKILL)

    def again() -> bool:
        made.watch()
        return made.cluster.pid() not in (None, before)

    assert until(again, 8)
    made.cluster.wait()
    assert ask(made, "SELECT number FROM kept") == 7
    assert "postgres ended with -9; it is started again." in capsys.readouterr().out


@pytest.mark.kills
def test_a_server_that_outlived_its_supervisor_is_adopted_and_stopped(server: Make):
    left = server()
    left.start()
    heir = server()
    heir.start()
    assert heir.child.process is None
    assert heir.cluster.pid() == left.cluster.pid()
    heir.stop()
    assert left.child.process
    assert left.child.process.wait(timeout=10) == 0

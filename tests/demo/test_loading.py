"""Loading: the same twice, only into an empty database, whole or not at all."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from house.catalog.models import Offer
from house.demo import load as loading
from house.demo.load import NotEmpty, load
from house.demo.people import PASSWORD
from house.inbox.models import Message
from house.market.models import Market
from house.orders.models import Order
from house.people.models import User
from house.reputation.models import Review

from .conftest import NOW, quiet, some

ROOT = Path(__file__).parents[2]


def portrait_of_the_market() -> list[object]:
    """What a visitor could tell apart."""
    return [
        list(User.objects.order_by("pk").values_list("email", "joined_at")),
        list(Offer.objects.order_by("pk").values_list("title", "state", "published_at", "rank")),
        list(Order.objects.order_by("placed_at").values_list("title", "total", "state", "ending", "placed_at")),
        list(Message.objects.order_by("at", "pk").values_list("text", "at")),
        list(Review.objects.order_by("at").values_list("text", "stars", "published_at", "reply")),
    ]


def test_two_loads_give_the_same_market(reference):
    from django.db import transaction

    seen = []
    for _ in range(2):
        with transaction.atomic():
            assert load(NOW, some(), say=quiet)
            seen.append(portrait_of_the_market())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert [len(part) > 5 for part in seen[0]] == [True] * 5


def test_a_second_load_changes_nothing(reference):
    Market.get()
    Market.objects.update(demo=True, demo_loaded_at=NOW)
    assert load(NOW + timedelta(days=1), some(), say=quiet) is False
    assert not User.objects.exists()


def test_a_market_with_people_is_left_alone(reference, noa):
    with pytest.raises(NotEmpty):
        load(NOW, some(), say=quiet)
    assert list(User.objects.all()) == [noa]


def test_a_load_that_fails_leaves_nothing(reference, monkeypatch):
    def fail(*args):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(loading.offers, "make", fail)
    with pytest.raises(RuntimeError, match="in the middle"), connection_of_its_own():
        load(NOW, some(), say=quiet)
    assert not User.objects.exists()
    assert Market.get().demo_loaded_at is None


def connection_of_its_own():
    """The whole load is one transaction; here that is a savepoint of the test's."""
    from django.db import transaction

    return transaction.atomic()


def test_the_command_refuses_in_one_sentence(reference, noa, settings, monkeypatch):
    monkeypatch.setattr("house.demo.management.commands.demo.prepared_statements", connection_of_its_own)
    settings.DEMO = True
    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("demo")
    settings.DEMO = False
    with pytest.raises(CommandError, match="only with DEMO=1"):
        call_command("demo")


def test_later_starts_only_print_the_people(reference, settings, capsys):
    settings.DEMO = True
    Market.get()
    Market.objects.update(demo=True, demo_loaded_at=NOW)
    call_command("demo")
    said = capsys.readouterr().out
    assert PASSWORD in said and "noa@example.org" in said and "Loading" not in said


def test_people_are_not_printed_before_there_are_any(reference, capsys):
    call_command("demo_people")
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.kills
@pytest.mark.django_db(transaction=True)
def test_a_load_that_was_killed_leaves_an_empty_market(tmp_path):
    """The next start finds no half market: it simply loads."""
    call_command("reference", verbosity=0)
    database = connection.settings_dict
    host = database["HOST"] or database.get("OPTIONS", {}).get("host", "")
    env = {
        **os.environ,
        "DATABASE_URL": f"postgres://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={host}",
        "SECRET_KEY": "x" * 50,
        "DEMO": "1",
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "-u", "-m", "django", "demo"]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if "people" in line:
                break
        painters = children_of(child.pid)
        child.send_signal(signal.SIGKILL)
    assert painters
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in painters))
    until(lambda: not others_on(database["NAME"]))
    assert not User.objects.exists()
    assert Market.get().demo_loaded_at is None


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(each) for each in found.stdout.split()]


def others_on(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name])
        return cursor.fetchone()[0]


def until(true, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)

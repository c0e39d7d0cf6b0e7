"""The timetable's chores and the worker's commands."""

import threading
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from procrastinate.contrib.django import app

from house.gateways.payments.twin import books
from house.market.models import Market
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent
from house.worker import sweep, timetable
from house.worker.management.commands import travel, work
from tests import make
from tests.orders.racing import empty_queue

pytestmark = pytest.mark.django_db


CHORES = (
    "announce",
    "ask_back",
    "digests",
    "escalate",
    "memberships",
    "prove",
    "reconcile",
    "recount",
    "rescue",
    "returns",
    "seal",
    "tidy",
)


def test_every_errand_and_every_chore_is_known_to_the_worker():
    """A task that no process has imported would wait for ever."""
    tasks = set(app.tasks)
    assert {"payments.apply", "payments.refund", "notices.letter", "twin.call", "twin.settle_later"} <= tasks
    chores = {name for name in tasks if name.startswith("chores.")}
    assert chores == {f"chores.{name}" for name in CHORES}
    assert {task.task.name for task in app.periodic_registry.periodic_tasks.values()} >= chores


def test_the_gateway_is_asked_about_payments_that_were_never_heard_of(noa, amir, now, monkeypatch):
    row = make.checkout(make.offer(amir, now), noa, now)
    payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row = Checkout.objects.get()
    books.settle(row.gateway_ref, "paid")
    monkeypatch.setattr(timetable, "market_now", lambda: now + timedelta(minutes=3))
    timetable.ask_gateway_back(timestamp=0)
    assert GatewayEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_jobs_that_ended_long_ago_are_tidied_away_and_failed_ones_stay(transactional_db):
    from django.db import connection

    empty_queue()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('q', 'old', '{}', 'succeeded'), ('q', 'failed', '{}', 'failed'), ('q', 'new', '{}', 'succeeded')"
        )
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) SELECT id,"
            " (CASE status WHEN 'failed' THEN 'failed' ELSE 'succeeded' END)::procrastinate_job_event_type,"
            " now() - interval '1 h' * CASE task_name WHEN 'new' THEN 71 ELSE 73 END FROM procrastinate_jobs"
        )
        context = type("Context", (), {"app": app})
        async_to_sync(timetable.tidy.func)(context, timestamp=0)
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY task_name")
        assert [row[0] for row in cursor.fetchall()] == ["failed", "new"]
    empty_queue()


def test_the_rescue_looks_for_the_dead(monkeypatch):
    called = []

    async def rescue() -> int:
        called.append(True)
        return 0

    monkeypatch.setattr(timetable, "rescue_stalled", rescue)
    async_to_sync(timetable.rescue.func)(None, timestamp=0)
    assert called == [True]


# manage travel


@pytest.mark.parametrize(
    ("text", "far"), [("3d", timedelta(days=3)), ("12h", timedelta(hours=12)), ("90m", timedelta(minutes=90))]
)
def test_a_demo_market_travels(settings, text, far, capsys):
    settings.DEMO = True
    for number in (1, 2):
        call_command("travel", text)
        assert Market.get().travelled == far * number
    assert "ahead of the real time" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "3", "d", "-3d", "0d", "3 d", "3w", "1234567d"])
def test_how_far_is_said_plainly(text):
    with pytest.raises(CommandError, match="Say how far"):
        travel.window(text)


def test_no_other_market_travels(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("travel", "3d")


# manage work


def test_a_worker_whose_sweep_has_died_does_not_live_on(monkeypatch):
    """The supervisor starts a whole one."""
    left = []

    def broken(stop):
        raise RuntimeError("a defect")

    monkeypatch.setattr(sweep, "run", broken)
    monkeypatch.setattr(work.os, "_exit", left.append)
    work._or_die(threading.Event())
    assert left == [3]


def test_a_worker_that_is_told_to_stop_stops_its_sweep_as_well(monkeypatch):
    ran = []

    class Worker:
        def run_worker(self, **how):
            ran.append(how)

    monkeypatch.setattr(sweep, "run", lambda stop: stop.wait(30) and ran.append("stopped"))
    monkeypatch.setattr(app, "with_connector", lambda connector: Worker())
    call_command("work")
    assert ran[0]["delete_jobs"] == "successful"
    assert ran[1] == "stopped"

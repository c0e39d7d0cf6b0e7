"""A deadline that fails is put off, and after the third failure staff get a case (DEC-49)."""

from datetime import timedelta

import pytest

from house import policy
from house.desk.models import Case
from house.orders.actions import timed
from house.orders.models import Deadline, Order, Stage
from house.worker.sweep import sweep_orders
from tests import make

pytestmark = pytest.mark.django_db
INSTANT = timedelta(milliseconds=1)
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=1))


@pytest.fixture
def broken(monkeypatch):
    """Accepting by the clock raises, until the fixture is told otherwise."""
    sound = timed.TIMED["decide"]
    day = {"bad": True}

    def decide(order, subject, at):
        if day["bad"]:
            raise RuntimeError("a bad day")
        sound(order, subject, at)

    monkeypatch.setitem(timed.TIMED, "decide", decide)
    return day


def decision(order: Order) -> Deadline:
    return Deadline.objects.get(order=order, kind="decide")


def test_it_is_tried_again_after_ten_seconds_a_minute_ten_minutes_and_every_hour(noa, amir, now, broken):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    at = decision(order).due_at
    sweep_orders(at)
    for failures, wait in enumerate(WAITS, start=1):
        row = decision(order)
        assert (row.failures, row.try_at, row.error) == (failures, at + wait, "RuntimeError('a bad day')")
        sweep_orders(at + wait - INSTANT)
        assert decision(order).failures == failures
        at += wait
        sweep_orders(at)


def test_staff_get_one_case_after_the_third_failure(noa, amir, now, broken):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    for number in range(1, 7):
        sweep_orders(decision(order).try_at)
        assert Case.objects.filter(kind="machine").count() == (number >= policy.DEADLINE_FAILURES_TO_CASE)
    case = Case.objects.get()
    assert "a bad day" in case.text
    assert order.number in case.text


def test_staff_get_the_case_also_when_a_person_met_the_third_failure(noa, amir, now, broken):
    """A person's step lets the clock have its due as well, and has no desk to call."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    for _ in range(2):
        sweep_orders(decision(order).try_at)
    make.revise(order, decision(order).try_at)
    assert not Case.objects.exists()  # the person went on, and the deadline is no more
    make.deliver(order, now + timedelta(days=6))
    for _ in range(2):
        sweep_orders(decision(order).try_at)
    with pytest.raises(Exception, match="no_revisions"):
        make.revise(order, decision(order).try_at)
    sweep_orders(decision(order).try_at)
    assert Case.objects.count() == 1


def test_when_it_works_again_it_happens_as_of_its_own_instant(noa, amir, now, broken):
    """DEC-30"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    due = decision(order).due_at
    sweep_orders(due)
    broken["bad"] = False
    sweep_orders(due + timedelta(seconds=10))
    order.refresh_from_db()
    assert (order.state, order.ended_at) == ("completed", due)


def test_one_bad_order_does_not_stop_the_clock_of_the_others(noa, amir, now, broken):
    bad = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    fine = make.order(noa, amir, now)
    sweep_orders(now + timedelta(days=6))
    assert decision(bad).failures == 1
    assert fine.events.filter(step="note_very_late").exists()


def test_a_bad_note_does_not_stop_the_order_s_other_deadlines(noa, amir, now, monkeypatch):
    def late(order, subject, at):
        raise RuntimeError("no")

    monkeypatch.setitem(timed.TIMED, "late", late)
    order = make.order(noa, amir, now)
    sweep_orders(now + timedelta(days=6))
    assert list(order.events.values_list("step", flat=True)) == ["place", "note_very_late"]
    assert Deadline.objects.get(kind="late").failures == 1


def test_a_failure_leaves_nothing_half_done(noa, amir, now, monkeypatch):
    """The transaction of the deadline is rolled back: no diary row, no notice, no money moved."""
    sound = timed.TIMED["decide"]

    def decide(order, subject, at):
        sound(order, subject, at)
        raise RuntimeError("after all was written")

    monkeypatch.setitem(timed.TIMED, "decide", decide)
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    sweep_orders(decision(order).due_at)
    order.refresh_from_db()
    assert order.is_open
    assert not order.events.filter(step="accept").exists()
    assert not noa.notices.filter(kind="accept_client").exists()

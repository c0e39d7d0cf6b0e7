"""From payment to cleared money."""

from datetime import timedelta

import pytest

from house import policy
from house.ledger.actions import Kind, balance
from house.orders import money
from house.orders.actions import work
from house.orders.actions.earnings import clear_due
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.process import Refusal

from .. import make

pytestmark = pytest.mark.django_db


def test_a_paid_checkout_becomes_an_order_whose_clock_runs(noa, amir, now):
    """O-1, AMB-40: with no mandatory requirement the clock starts at placement."""
    order = make.order(noa, amir, now)
    stage = make.stage(order)
    assert stage.state == Stage.State.ACTIVE
    assert stage.due_at == now + timedelta(days=5)
    assert money.held(order) == order.total == 1000_00


def test_silence_of_three_days_accepts_and_pays(noa, amir, now):
    """ORD-10"""
    from house.worker.sweep import sweep_orders

    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    assert decide == now + timedelta(days=5)
    sweep_orders(decide - timedelta(milliseconds=1))
    assert make.stage(order).state == Stage.State.DELIVERED
    sweep_orders(decide)
    order.refresh_from_db()
    assert (order.state, order.ended_at) == (Order.State.COMPLETED, decide)
    assert balance(Kind.PENDING, amir) == 800_00
    assert money.held(order) == 0
    assert prove().faults == []


def test_released_money_clears_after_fourteen_days(noa, amir, now):
    """DEC-12"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    released = make.stage(order).earning.released_at
    assert clear_due(released + policy.CLEARING - timedelta(milliseconds=1)) == 0
    assert clear_due(released + policy.CLEARING) == 1
    assert (balance(Kind.PENDING, amir), balance(Kind.CLEARED, amir)) == (0, 800_00)
    assert clear_due(released + policy.CLEARING) == 0
    assert prove().faults == []


def test_a_delivery_is_never_empty(noa, amir, now):
    """DLV-07, DEC-43"""
    order = make.order(noa, amir, now)
    with pytest.raises(Refusal, match="delivery_empty"):
        work.deliver(make.stage(order), text="\u200b" * 50, links=[], files=[], by=amir, now=now)
    assert make.stage(order).state == Stage.State.ACTIVE


def test_changes_are_registered_only_with_yes_or_no(noa, amir, now):
    """REV-06, REV-07, O-9"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    with pytest.raises(Refusal, match="not_confirmed"):
        work.revise(make.stage(order), text="לתקן את הרובה", answers={}, files=[], by=noa, now=now + timedelta(days=3))
    assert make.stage(order).state == Stage.State.DELIVERED


def test_a_revision_gives_at_least_two_days(noa, amir, now):
    """DEC-33: due = now + the larger of the time left at delivery and the revision days."""
    order = make.order(noa, amir, now, state=Stage.State.IN_REVISION)
    stage = make.stage(order)
    assert stage.due_at == now + timedelta(days=2, hours=1) + timedelta(days=3)
    assert stage.revisions_left == 0


def test_without_revisions_left_changes_are_refused(noa, amir, now):
    """AMB-45"""
    order = make.order(noa, amir, now, state=Stage.State.IN_REVISION)
    make.deliver(order, now + timedelta(days=3))
    with pytest.raises(Refusal, match="no_revisions"):
        make.revise(order, now + timedelta(days=3, hours=1))


def test_late_and_very_late_are_told_once(noa, amir, now):
    """O-3, O-4, ORD-12"""
    from house.worker.sweep import sweep_orders

    order = make.order(noa, amir, now)
    for _ in range(2):
        sweep_orders(now + timedelta(days=7))
    steps = list(order.events.values_list("step", "at"))
    assert steps[1:] == [("note_late", now + timedelta(days=5)), ("note_very_late", now + timedelta(days=6))]
    assert noa.notices.filter(kind="note_late_client").count() == 1


def test_the_clock_goes_first_when_a_person_comes_late(noa, amir, now):
    """DEC-30: the worker was down; a person acts after the deadline; the result is as if it had been up."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    with pytest.raises(Refusal, match="wrong_state"):
        make.revise(order, decide + timedelta(hours=5))
    order.refresh_from_db()
    assert (order.state, order.ended_at) == (Order.State.COMPLETED, decide)


def test_requirements_start_the_clock(noa, amir, now):
    """O-2, RQM-04, AMB-40"""
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    with pytest.raises(Refusal, match="requirements_missing"):
        work.start(make.stage(order), by=noa, now=now)
    requirement = order.requirements.get()
    requirement.answer = "2 על 3 מטר"
    work.answer(order, {1: requirement}, by=noa, now=now)
    work.start(make.stage(order), by=noa, now=now + timedelta(hours=2))
    assert make.stage(order).due_at == now + timedelta(days=5, hours=2)


def test_requirements_never_sent_end_without_effect_on_the_rate(noa, amir, now):
    """DEC-15: the provider after 7 days, the clock after 30."""
    from house.worker.sweep import sweep_orders

    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    with pytest.raises(Refusal, match="too_early_to_give_up"):
        work.give_up(make.stage(order), by=amir, now=now + timedelta(days=7, milliseconds=-1))
    sweep_orders(now + timedelta(days=30))
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "no_requirements", False)
    assert money.held(order) == 0


def test_no_two_orders_are_given_the_same_number(noa, amir, now, monkeypatch):
    """ORD-01: a market with a hundred thousand orders draws a number that is taken once in ninety times."""
    first = make.order(noa, amir, now)
    drawn = iter([first.number.removeprefix("BH-"), "7654321"])
    monkeypatch.setattr("house.orders.models.order.get_random_string", lambda *_: next(drawn))
    assert make.order(noa, amir, now).number == "BH-7654321"

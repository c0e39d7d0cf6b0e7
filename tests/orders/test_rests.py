"""Clocks that rest: a cancellation, a case at support, both at once; and what goes on afterwards (DEC-32, DEC-33)."""

from datetime import timedelta

import pytest

from house import policy
from house.desk.disputes import decide, open_dispute
from house.orders import deadlines
from house.orders.actions import requests, work
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.process import requirements_lapse
from house.orders.proof import prove
from house.process import Refusal
from house.worker.sweep import sweep_orders
from tests import make

from . import test_milestones as milestones
from .test_resolution import Kind, ask

S, HOUR, DAY = Stage.State, timedelta(hours=1), timedelta(days=1)
WHY = "אין הסכמה, ונדרשת החלטה של מישהו מבחוץ."


def declined(order: Order, at) -> None:
    """Something was declined, so that support may be called."""
    requests.decline(ask(order, Kind.CANCELLATION, at, "provider"), by=order.client, now=at)


def cancelling(order: Order, at) -> ResolutionRequest:
    return ask(order, Kind.CANCELLATION, at, "provider")


def over(case, order, at, shira) -> None:
    decide(case, order, decision="continue", why=WHY, by=shira, now=at)


@pytest.fixture
def at(now):
    return now + timedelta(days=2, hours=12)


@pytest.mark.parametrize("state", [S.ACTIVE, S.DELIVERED])
@pytest.mark.parametrize("first", ["case", "request"])
@pytest.mark.parametrize("last", ["case", "request"])
def test_what_rests_for_two_reasons_rests_once(noa, amir, shira, now, at, state, first, last):
    """AMB-10, DEC-32, DEC-33: from the first reason to the last, however they overlap."""
    order = make.order(noa, amir, now, state=state)
    kind = Kind.PARTIAL_REFUND if state == S.DELIVERED else Kind.EXTENSION
    requests.decline(ask(order, kind, at, "provider"), by=noa, now=at)
    before = make.stage(order)
    began, then, ends, end = at + HOUR, at + 5 * HOUR, at + 20 * HOUR, at + 30 * HOUR
    if first == "case":
        case = open_dispute(order, by=noa, text=WHY, now=began)
        asked = cancelling(order, then)
    else:
        asked = cancelling(order, began)
        case = open_dispute(order, by=noa, text=WHY, now=then)
    if last == "request":
        over(case, order, ends, shira)
        requests.decline(asked, by=noa, now=end)
    else:
        requests.decline(asked, by=noa, now=ends)
        over(case, order, end, shira)
    after = make.stage(order)
    name = "decide_at" if state == S.DELIVERED else "due_at"
    assert getattr(after, name) - getattr(before, name) == end - began
    assert (after.order.rests_since, after.order.rested) == (None, end - began)


def test_a_cancellation_s_own_window_stands_only_for_a_case(noa, amir, shira, now, at):
    """DEC-32: the case holds the clock of cancellation too."""
    order = make.order(noa, amir, now)
    requests.decline(ask(order, Kind.EXTENSION, at, "provider"), by=noa, now=at)
    asked = cancelling(order, at)
    case = open_dispute(order, by=noa, text=WHY, now=at + 10 * HOUR)
    sweep_orders(at + 4 * DAY)
    assert Order.objects.get().is_open
    over(case, order, at + 4 * DAY, shira)
    asked.refresh_from_db()
    assert asked.due_at == at + policy.CANCELLATION_WINDOW + 4 * DAY - 10 * HOUR
    sweep_orders(asked.due_at)
    assert Order.objects.get().ending == Order.Ending.NO_RESPONSE


def test_requirements_rest_with_a_case(noa, amir, shira, now):
    """DEC-15, DEC-32: the thirty days, and the seven after which the provider may leave."""
    order = make.order(noa, amir, now, state=S.AWAITING)
    declined(order, now)
    case = open_dispute(order, by=noa, text=WHY, now=now + 6 * DAY)
    with pytest.raises(Refusal, match="too_early_to_give_up"):
        work.give_up(make.stage(order), by=amir, now=now + 9 * DAY)
    over(case, order, now + 10 * DAY, shira)
    with pytest.raises(Refusal, match="too_early_to_give_up"):
        work.give_up(make.stage(order), by=amir, now=now + 11 * DAY - timedelta(milliseconds=1))
    assert requirements_lapse(make.stage(order)) == now + policy.REQUIREMENTS_LAPSE + 4 * DAY
    sweep_orders(now + policy.REQUIREMENTS_LAPSE)
    assert make.stage(order).state == S.AWAITING
    work.give_up(make.stage(order), by=amir, now=now + 31 * DAY)
    assert not Order.objects.get().counts_in_rate


def test_nobody_gets_later_while_the_order_rests(noa, amir, now):
    """DEC-33: the due date will move, so the lateness stands, on the page and as a proof."""
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at
    cancelling(order, due + HOUR)
    assert make.stage(order).lateness(due + 40 * HOUR) == HOUR
    sweep_orders(due + 40 * HOUR)
    assert not order.events.filter(step="note_very_late").exists()


@pytest.mark.parametrize("revise_at", [2, 8])
def test_work_during_a_case_is_timed_by_the_clock_that_stands(noa, amir, shira, now, at, revise_at):
    """DEC-32, DEC-33: the sides may go on; what they begin meanwhile has its whole time afterwards."""
    order = make.order(noa, amir, now, state=S.DELIVERED)
    declined(order, at)
    left = make.stage(order).due_left
    case = open_dispute(order, by=noa, text=WHY, now=at)
    make.revise(order, at + revise_at * HOUR)
    make.deliver(order, at + 10 * HOUR)
    stage = make.stage(order)
    assert stage.due_left == left
    over(case, order, at + 3 * DAY, shira)
    assert make.stage(order).decide_at == at + 3 * DAY + policy.DECISION_WINDOW


def test_the_eight_days_between_milestones_rest_as_the_decision_did(noa, amir, now):
    """MIL-17, AMB-6, AMB-10: a cancellation that was declined takes nothing from the time to start the next."""
    order = milestones.ordered(noa, amir, now)
    first = milestones.stages(order)[0]
    milestones.deliver(first, now)
    asked = requests.ask_cancellation(first, reason="other", explanation=WHY, by=amir, now=now + 7 * DAY, whole=False)
    requests.decline(asked, by=noa, now=now + 8 * DAY + 20 * HOUR)
    work.accept(milestones.stages(order)[0], by=noa, now=now + 8 * DAY + 21 * HOUR)
    assert milestones.stages(order)[1].begin_by == now + 9 * DAY + 20 * HOUR
    sweep_orders(now + 9 * DAY + 20 * HOUR - timedelta(milliseconds=1))
    assert milestones.stages(order)[1].state == S.PLANNED
    assert noa.notices.filter(kind="warn_begin_client").count() == 1  # 23 hours were left: six hours before, only


@pytest.mark.parametrize("outcome", ["fails", "lives"])
def test_a_payment_that_a_case_met_keeps_what_was_left(noa, amir, shira, now, at, outcome):
    """DEC-31, DEC-32: silence on a scope change costs the order; the case must not shorten the answer."""
    order = make.order(noa, amir, now)
    requests.decline(ask(order, Kind.EXTENSION, at, "provider"), by=noa, now=at)
    asked = ask(order, Kind.SCOPE_CHANGE, at)
    checkout = requests.open_for_request(asked, client=noa, now=at + HOUR)
    case = open_dispute(order, by=noa, text=WHY, now=at + HOUR)
    decided = at + HOUR + (timedelta(minutes=5) if outcome == "lives" else 3 * DAY)
    over(case, order, decided, shira)
    asked.refresh_from_db()
    left = 47 * HOUR + (checkout.expires_at - checkout.opened_at)  # the payment's own time, and what was left
    assert asked.due_at == decided + left
    deadlines.catch_up(order.pk, now=asked.due_at - timedelta(milliseconds=1))
    assert Order.objects.get().is_open
    deadlines.catch_up(order.pk, now=asked.due_at)
    assert not Order.objects.get().is_open
    assert not prove().faults


def test_a_payment_begun_during_a_case_keeps_what_was_left(noa, amir, shira, now, at):
    """DEC-31, DEC-32"""
    order = make.order(noa, amir, now)
    requests.decline(ask(order, Kind.EXTENSION, at, "provider"), by=noa, now=at)
    asked = ask(order, Kind.SCOPE_CHANGE, at)
    case = open_dispute(order, by=amir, text=WHY, now=at + 8 * HOUR)
    requests.open_for_request(asked, client=noa, now=at + 4 * DAY)
    over(case, order, at + 5 * DAY, shira)
    asked.refresh_from_db()
    assert asked.due_at == at + 5 * DAY + policy.CHECKOUT_EXPIRY + 40 * HOUR


def test_what_was_announced_before_a_case_is_not_announced_again(noa, amir, shira, now, at):
    """DEC-48: each reminder once, also after a rest."""
    order = make.order(noa, amir, now)
    requests.decline(ask(order, Kind.EXTENSION, at, "provider"), by=noa, now=at)
    asked = ask(order, Kind.SCOPE_CHANGE, at)
    sweep_orders(at + 24 * HOUR)
    case = open_dispute(order, by=noa, text=WHY, now=at + 25 * HOUR)
    over(case, order, at + 3 * DAY, shira)
    asked.refresh_from_db()
    sweep_orders(asked.due_at - 6 * HOUR)
    for person, kind in ((noa, "warn_expire_client"), (amir, "warn_asked_provider")):
        assert person.notices.filter(kind=kind).count() == len(policy.REMINDERS_BEFORE)

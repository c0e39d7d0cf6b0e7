"""A decline that goes to support (CAN-10, DEC-32)."""

from datetime import timedelta

import pytest

from house import policy
from house.desk.disputes import decide, escalate_due, open_dispute
from house.desk.models import Case
from house.ledger.actions import Kind, balance
from house.orders import deadlines
from house.orders.actions import requests
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.process import Refusal
from tests import make, persons

from .test_resolution import Kind as Ask
from .test_resolution import ask

TEXT = "העבודה לא נעשתה כמו שסוכם ואין הסכמה."


@pytest.fixture
def at(now):
    return now + timedelta(days=2, hours=12)


@pytest.fixture
def order(noa, amir, now, at) -> Order:
    """Delivered; the provider asked to cancel and the client declined."""
    row = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    requests.decline(ask(row, Ask.CANCELLATION, at, party="provider"), by=noa, now=at)
    return row


def test_a_case_holds_every_clock_and_gives_back_what_was_left(order, noa, shira, at):
    """DEC-32"""
    before = make.stage(order).decide_at
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    assert case.due_at == at + policy.DISPUTE_WINDOW
    deadlines.catch_up(order.pk, now=at + timedelta(days=4))
    assert make.stage(order).state == Stage.State.DELIVERED
    decide(case, order, decision="continue", why="לבדוק שוב את המסירה.", by=shira, now=at + timedelta(days=4))
    assert make.stage(order).decide_at == before + timedelta(days=4)
    deadlines.catch_up(order.pk, now=before + timedelta(days=4))
    assert make.stage(order).state == Stage.State.APPROVED


def test_support_is_called_only_after_a_decline(noa, amir, now, at):
    """CAN-10, RES-18"""
    row = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    with pytest.raises(Refusal, match="nothing_declined"):
        open_dispute(row, by=noa, text=TEXT, now=at)
    assert not Case.objects.exists()


def test_support_may_give_a_part_back(order, noa, amir, shira, at):
    """DEC-32, DEC-12"""
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    decide(case, order, decision="refund", amount=250_00, why="חלק מהעבודה חסר.", by=shira, now=at)
    assert balance(Kind.ESCROW, about=order.about) == 750_00
    assert not prove().faults


def test_support_may_cancel_and_says_whose_fault_it_was(order, noa, shira, at):
    """O-24, MET-04, MET-05"""
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    words = {"reason": "provider_fault", "fault": "provider", "why": "העבודה לא בוצעה."}
    decide(case, order, decision="cancel", by=shira, now=at, **words)
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "support", True)
    assert not prove().faults


def test_only_support_decides(order, noa, dana, now, at):
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    moderator = persons.staff("moderator", "מפקחת", "", now, "moderator")
    for who in (noa, dana, moderator):
        with pytest.raises(Refusal):
            decide(case, order, decision="continue", why="ככה נראה לי נכון.", by=who, now=at)


def test_a_dispute_nobody_decides_is_escalated(order, noa, at):
    """DEC-32"""
    open_dispute(order, by=noa, text=TEXT, now=at)
    assert escalate_due(at + policy.DISPUTE_WINDOW - timedelta(seconds=1)) == 0
    assert escalate_due(at + policy.DISPUTE_WINDOW) == 1
    assert escalate_due(at + policy.DISPUTE_WINDOW) == 0

"""A decline that goes to support (CAN-10, DEC-32)."""

from datetime import timedelta

import pytest

from house import policy
from house.desk.disputes import close_over, decide, escalate_due, open_dispute
from house.desk.models import Case
from house.ledger.actions import Kind, balance
from house.orders import deadlines
from house.orders.actions import requests, support, work
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.people.models import AuditEntry
from house.process import Refusal
from house.reputation.metrics import completion_rate
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


@pytest.mark.parametrize(
    ("decision", "more", "word"),
    [
        ("continue", {}, "ממשיכה כפי שסוכם"),
        ("revision", {}, "סבב תיקונים"),
        ("refund", {"amount": 250_00}, "250"),
    ],
)
def test_both_sides_read_what_was_decided(order, noa, amir, shira, at, decision, more, word):
    """DEC-32, DEC-20: told to both, written to the audit log, and the case is over."""
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    left = make.stage(order).revisions_left
    case = decide(case, order, decision=decision, why="נבדק עם שני הצדדים.", by=shira, now=at, **more)
    for person, side in ((noa, "client"), (amir, "provider")):
        assert word in person.notices.get(kind=f"resume_{side}").data["decided"]
    assert AuditEntry.objects.filter(what=f"dispute_{decision}", about=order.about, by=shira).count() == 1
    assert (case.state, Order.objects.get().held_at, Order.objects.get().rests_since) == ("closed", None, None)
    assert make.stage(order).revisions_left == left + (decision == "revision")


def test_of_two_staff_who_decide_the_second_is_told(order, noa, shira, now, at):
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    other = persons.staff("support-2", "נציגה", "", now, "support")
    decide(case, order, decision="refund", amount=100_00, why="חלק מהעבודה חסר.", by=shira, now=at)
    with pytest.raises(Refusal, match="case_closed"):
        decide(case, order, decision="refund", amount=100_00, why="חלק מהעבודה חסר.", by=other, now=at)
    assert balance(Kind.ESCROW, about=order.about) == 900_00


def test_an_order_that_ended_meanwhile_has_nothing_to_decide(order, noa, shira, at):
    """DEC-32: the client may accept during the case; then staff close it."""
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    with pytest.raises(Refusal, match="dispute_needs_decision"):
        close_over(case, order, by=shira, now=at)
    work.accept(make.stage(order), by=noa, now=at)
    assert Order.objects.get().held_at is None
    for decision, more in (("continue", {}), ("refund", {"amount": 100_00}), ("cancel", {"reason": "fraud"})):
        with pytest.raises(Refusal, match="order_over"):
            decide(case, order, decision=decision, why="נבדק עם שני הצדדים.", by=shira, now=at, **more)
    assert close_over(case, order, by=shira, now=at).state == Case.State.CLOSED
    assert not order.events.filter(step="resume").exists()


def test_the_sides_may_still_agree_during_a_case(order, noa, amir, shira, at):
    """DEC-32: a case holds clocks, not people."""
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    asked = ask(order, Ask.PARTIAL_REFUND, at + timedelta(days=1))
    requests.consent(asked, by=noa, now=at + timedelta(days=1))
    assert balance(Kind.ESCROW, about=order.about) == 700_00
    decide(case, order, decision="continue", why="הצדדים הסכימו.", by=shira, now=at + timedelta(days=1))
    assert not prove().faults


def test_a_second_case_needs_another_decline(order, noa, amir, shira, at):
    """CAN-10, DEC-32: nobody holds an order for ever with one old refusal."""
    case = open_dispute(order, by=noa, text=TEXT, now=at)
    with pytest.raises(Refusal, match="held_before"):
        open_dispute(order, by=amir, text=TEXT, now=at)
    decide(case, order, decision="continue", why="לבדוק שוב את המסירה.", by=shira, now=at + timedelta(hours=1))
    with pytest.raises(Refusal, match="nothing_declined"):
        open_dispute(order, by=noa, text=TEXT, now=at + timedelta(hours=2))
    asked = ask(order, Ask.PARTIAL_REFUND, at + timedelta(hours=2))
    requests.decline(asked, by=noa, now=at + timedelta(hours=3))
    assert open_dispute(order, by=amir, text=TEXT, now=at + timedelta(hours=4)).state == Case.State.OPEN


def test_a_dispute_is_the_sides_own(order, noa, dana, at):
    """SUP-03"""
    with pytest.raises(Refusal, match="stranger"):
        open_dispute(order, by=dana, text=TEXT, now=at)
    with pytest.raises(Refusal, match="explanation_missing"):
        open_dispute(order, by=noa, text="קצר", now=at)
    assert not Case.objects.exists()


# The completion rate (MET-04…06, SUP-04, SUP-05)


@pytest.fixture
def lost(noa, amir, shira, now, at) -> Order:
    """Cancelled by mutual silence, so it counts."""
    row = make.order(noa, amir, now)
    requests.consent(ask(row, Ask.CANCELLATION, at, party="provider"), by=noa, now=at)
    return Order.objects.get()


def test_support_leaves_a_cancellation_out_of_the_rate_afterwards(lost, amir, shira, at):
    """MET-06, SUP-04, SUP-05: written down, told to the provider, and taken back the same way."""
    assert completion_rate(amir, at) == 0
    support.count_in_rate(lost, counts=False, why="ההזמנה נעשתה בטעות", by=shira, now=at)
    assert completion_rate(amir, at) is None
    assert amir.notices.filter(kind="rate_exempted_provider").count() == 1
    assert AuditEntry.objects.get(what="rate_exempted").why == "ההזמנה נעשתה בטעות"
    with pytest.raises(Refusal, match="wrong_state"):
        support.count_in_rate(lost, counts=False, why="ההזמנה נעשתה בטעות", by=shira, now=at)
    support.count_in_rate(lost, counts=True, why="הבדיקה הייתה שגויה", by=shira, now=at)
    assert completion_rate(amir, at) == 0


def test_only_support_decides_what_counts_and_says_why(lost, noa, amir, dana, shira, now, at):
    """DEC-20"""
    moderator = persons.staff("moderator", "מפקחת", "", now, "moderator")
    for who in (noa, amir, dana, moderator):
        with pytest.raises(Refusal):
            support.count_in_rate(lost, counts=False, why="ככה נראה לי נכון", by=who, now=at)
    with pytest.raises(Refusal, match="reason_missing"):
        support.count_in_rate(lost, counts=False, why="כי כן", by=shira, now=at)
    assert Order.objects.get().counts_in_rate


def test_an_order_that_was_completed_is_not_taken_out_of_the_rate(noa, amir, shira, now):
    """MET-01"""
    row = make.order(noa, amir, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="wrong_state"):
        support.count_in_rate(row, counts=False, why="לבקשת נותן השירות", by=shira, now=now + timedelta(days=3))

"""Money for what is asked inside an order: in flight, late, twice, and back again (DEC-12, DEC-31)."""

from datetime import timedelta

import pytest

from house import policy
from house.desk.people import suspend
from house.ledger.actions import Kind as Account
from house.ledger.actions import balance
from house.orders import deadlines
from house.orders.actions import requests, work
from house.orders.actions.checkout import again
from house.orders.models import Order, ResolutionRequest
from house.orders.proof import prove
from house.payments.actions import expire_due
from house.people.models import User
from house.process import Refusal
from tests import make

from .test_milestones import pay
from .test_resolution import CHANGES, Kind, R, S, ask, of

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PAID = {**CHANGES, Kind.MORE_REVISIONS: {"revisions": 2, "amount": 250_00}}


@pytest.fixture
def at(now):
    return now + timedelta(days=2, hours=12)


def costly(noa, amir, now, at, kind: Kind) -> tuple[Order, ResolutionRequest]:
    order = of(noa, amir, now, kind)
    return order, ask(order, kind, at, **PAID[kind])


def comes_back(checkout, order: Order, at) -> None:
    """Paid, and returned by itself: the order is as it was, and the books say so."""
    price = balance(Account.ESCROW, about=order.about)
    assert pay(checkout, at, f"late-{checkout.pk}") not in ("paid", "duplicate")
    assert [row.amount for row in checkout.refunds.all()] == [checkout.amount]
    assert balance(Account.ESCROW, about=order.about) == price
    assert not prove().faults


ENDS = {
    "declined": lambda order, asked, at: requests.decline(asked, by=order.client, now=at),
    "withdrawn": lambda order, asked, at: requests.withdraw(asked, by=order.provider, now=at),
    "delivered": lambda order, asked, at: make.deliver(order, at),
    "accepted": lambda order, asked, at: work.accept(make.stage(order), by=order.client, now=at),
}


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        (Kind.SCOPE_CHANGE, "declined"),
        (Kind.SCOPE_CHANGE, "withdrawn"),
        (Kind.SCOPE_CHANGE, "delivered"),
        (Kind.EXTRA, "declined"),
        (Kind.EXTRA, "withdrawn"),
        (Kind.MORE_REVISIONS, "declined"),
        (Kind.MORE_REVISIONS, "accepted"),
    ],
)
def test_money_for_a_request_that_is_over_comes_back_by_itself(noa, amir, now, at, kind, how):
    """DEC-31, DEC-34"""
    order, asked = costly(noa, amir, now, at, kind)
    checkout = requests.open_for_request(asked, client=noa, now=at)
    ENDS[how](order, asked, at + MINUTE)
    comes_back(checkout, order, at + 2 * MINUTE)


def test_money_that_comes_while_a_cancellation_is_open_comes_back(noa, amir, now, at):
    """DEC-33: the change was withdrawn to ask for the cancellation."""
    order, asked = costly(noa, amir, now, at, Kind.EXTRA)
    checkout = requests.open_for_request(asked, client=noa, now=at)
    requests.withdraw(asked, by=amir, now=at)
    ask(order, Kind.CANCELLATION, at, "provider")
    comes_back(checkout, order, at + MINUTE)


def test_two_payments_for_one_request_charge_once(noa, amir, now, at):
    """DEC-31: two windows of the browser, two payments; the second one is returned."""
    order, asked = costly(noa, amir, now, at, Kind.EXTRA)
    first, second = (requests.open_for_request(asked, client=noa, now=at) for _ in range(2))
    assert first.pk != second.pk
    assert pay(second, at + MINUTE, "second") == "paid"
    comes_back(first, order, at + 2 * MINUTE)
    assert make.stage(order).price == 1000_00 + 150_00


def test_a_change_that_was_withdrawn_is_not_paid_for_at_the_next_attempt(noa, amir, now, at):
    """DEC-31: the first card was declined, and meanwhile nobody asks any more."""
    _order, asked = costly(noa, amir, now, at, Kind.EXTRA)
    first = requests.open_for_request(asked, client=noa, now=at)
    make.payments.begin(first, invoice_name="נועה", invoice_number="", terms_version="1", now=at)
    make.payments.send_to_gateway(first, return_url="/", title="שינוי")
    assert make.hear(first, at, event="no", kind="declined") == "declined"
    requests.withdraw(asked, by=amir, now=at + MINUTE)
    first.refresh_from_db()
    with pytest.raises(Refusal, match="wrong_state"):
        again(first, now=at + MINUTE)


def test_money_after_the_payment_s_own_end_comes_back(noa, amir, now, at):
    """DEC-31: the request is open again with what was left."""
    order, asked = costly(noa, amir, now, at, Kind.EXTRA)
    checkout = requests.open_for_request(asked, client=noa, now=at + 10 * HOUR)
    payments_end = checkout.expires_at
    make.payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=at + 10 * HOUR)
    make.payments.send_to_gateway(checkout, return_url="/", title="שינוי")
    expire_due(payments_end)
    deadlines.catch_up(order.pk, now=payments_end)
    assert make.hear(checkout, payments_end + MINUTE, event="late") == "after_expired"
    asked.refresh_from_db()
    assert (asked.state, asked.due_at) == (R.OPEN, payments_end + 38 * HOUR)
    assert not prove().faults


def test_nobody_is_reminded_of_the_end_of_a_payment(noa, amir, now, at):
    """DEC-48, DEC-31: a checkout moves the deadline for half an hour; that is not the silence that was announced."""
    order, asked = costly(noa, amir, now, at, Kind.SCOPE_CHANGE)
    checkout = requests.open_for_request(asked, client=noa, now=at + HOUR)
    deadlines.catch_up(order.pk, now=at + HOUR + MINUTE)
    assert not noa.notices.filter(kind="warn_expire_client").exists()
    deadlines.catch_up(order.pk, now=checkout.expires_at)
    asked.refresh_from_db()
    for ahead in policy.REMINDERS_BEFORE:
        deadlines.catch_up(order.pk, now=asked.due_at - ahead)
    assert noa.notices.filter(kind="warn_expire_client").count() == 2
    requests.open_for_request(asked, client=noa, now=asked.due_at - HOUR)
    deadlines.catch_up(order.pk, now=asked.due_at)
    assert noa.notices.filter(kind="warn_expire_client").count() == 2


def test_paid_revisions_are_paid_for_and_unlimited_ones_are_not_sold(noa, amir, now, at):
    """RES-11, REV-10"""
    order, asked = costly(noa, amir, now, at, Kind.MORE_REVISIONS)
    left = make.stage(order).revisions_left
    with pytest.raises(Refusal, match="needs_payment"):
        requests.consent(asked, by=noa, now=at)
    assert pay(requests.open_for_request(asked, client=noa, now=at), at, "more") == "paid"
    stage = make.stage(order)
    assert (stage.revisions_left, stage.price) == (left + 2, 1250_00)
    order.stages.update(revisions=None)
    with pytest.raises(Refusal, match="revisions_unlimited"):
        ask(order, Kind.MORE_REVISIONS, at)


def test_whoever_is_suspended_still_answers_by_paying(noa, amir, shira, now, at):
    """DEC-37: silence would end the order, so the answer stays possible, and nothing new."""
    order, asked = costly(noa, amir, now, at, Kind.SCOPE_CHANGE)
    suspend(noa, until=None, by=shira, why="בדיקה", now=at)
    client = User.objects.get(pk=noa.pk)
    assert pay(requests.open_for_request(asked, client=client, now=at), at, "change") == "paid"
    with pytest.raises(Refusal, match="suspended"):
        make.checkout(order.offer, client, at)
    make.deliver(order, at)
    work.accept(make.stage(order), by=client, now=at)
    assert Order.objects.get().state == Order.State.COMPLETED


# Partial refunds over several payments (DEC-12, DEC-38)


@pytest.mark.parametrize(
    ("amount", "of_extra", "of_order"), [(100_00, 100_00, 0), (150_00, 150_00, 0), (400_00, 150_00, 250_00)]
)
def test_a_part_goes_back_to_the_latest_payment_first_and_never_above_it(
    noa, amir, now, at, amount, of_extra, of_order
):
    """DEC-12: each refund within its own payment; what is left is split 80/20, to the agora."""
    order, asked = costly(noa, amir, now, at, Kind.EXTRA)
    checkout = requests.open_for_request(asked, client=noa, now=at)
    assert pay(checkout, at, "extra") == "paid"
    make.deliver(order, at)
    requests.consent(ask(order, Kind.PARTIAL_REFUND, at, amount=amount), by=noa, now=at)
    assert sum(row.amount for row in checkout.refunds.all()) == of_extra
    assert sum(row.amount for row in order.checkout.refunds.all()) == of_order
    work.accept(make.stage(order), by=noa, now=at)
    assert balance(Account.PENDING, amir) == (1150_00 - amount) * 80 // 100
    assert not prove().faults


def test_what_was_given_back_in_part_is_not_given_back_again(noa, amir, now, at):
    """PAY-09: part after part, down to one agora, and then all that is left."""
    order = of(noa, amir, now, Kind.PARTIAL_REFUND)
    for amount in (300_00, 699_99):
        requests.consent(ask(order, Kind.PARTIAL_REFUND, at, amount=amount), by=noa, now=at)
    with pytest.raises(Refusal, match="bad_partial_refund"):
        ask(order, Kind.PARTIAL_REFUND, at, amount=1)
    requests.consent(ask(order, Kind.CANCELLATION, at, "provider"), by=noa, now=at)
    assert sorted(row.amount for row in order.checkout.refunds.all()) == [1, 300_00, 699_99]
    assert make.stage(order).state == S.CANCELLED
    assert not prove().faults

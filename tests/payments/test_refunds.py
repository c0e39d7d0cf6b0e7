"""Refunds go once, and never above what was charged (DEC-38)."""

import pytest

from house.gateways.payments import GatewayDown
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinFault, TwinPayment
from house.payments import actions as payments
from house.payments.models import Checkout, Refund
from house.process import Refusal
from tests import make


@pytest.fixture
def row(noa, amir, now) -> Checkout:
    """A paid checkout, at the twin too."""
    row = make.checkout(make.offer(amir, now), noa, now)
    make.pay(row, now)
    row.refresh_from_db()
    books.settle(row.gateway_ref, "paid")
    return row


def ask(row: Checkout, now, amount: int, key: str = "r1") -> Refund:
    return payments.ask_refund(row, amount=amount, reason="mutual", key=key, now=now)


def returned(row: Checkout) -> int:
    return TwinPayment.objects.get(ref=row.gateway_ref).refunded


def test_an_errand_that_runs_twice_returns_the_money_once(row, now):
    refund = ask(row, now, row.amount)
    for _ in range(2):
        assert payments.send_refund(refund.pk, now=now).state == Refund.State.DONE
    assert returned(row) == row.amount


def test_an_answer_lost_after_the_money_went_back_is_asked_for_again_with_the_same_key(row, now):
    TwinFault.objects.create(operation="refund", kind="timed_out")
    refund = ask(row, now, row.amount)
    with pytest.raises(GatewayDown):
        payments.send_refund(refund.pk, now=now)
    assert Refund.objects.get().state == Refund.State.ASKED
    payments.send_refund(refund.pk, now=now)
    assert (returned(row), Refund.objects.get().state) == (row.amount, Refund.State.DONE)


def test_the_same_key_asks_once(row, now):
    assert ask(row, now, row.amount) == ask(row, now, row.amount)
    assert Refund.objects.count() == 1


def test_all_refunds_together_never_exceed_what_was_charged(row, now):
    ask(row, now, row.amount - 1, "r1")
    with pytest.raises(Refusal, match="refund_too_large"):
        ask(row, now, 2, "r2")
    ask(row, now, 1, "r3")


def test_what_was_not_paid_is_not_refunded(noa, amir, now):
    row = make.checkout(make.offer(amir, now), noa, now)
    with pytest.raises(Refusal, match="refund_unpaid"):
        ask(row, now, 1)


def test_a_final_refusal_of_the_gateway_is_noted_and_not_asked_again(row, now):
    TwinPayment.objects.update(state="declined")
    refund = ask(row, now, row.amount)
    assert payments.send_refund(refund.pk, now=now).state == Refund.State.FAILED

"""Bugs that other markets have had with money, each by its name; here a rule keeps them out."""

import pytest

from house.gateways.payments import HookEvent
from house.ledger.actions import Kind, balance
from house.orders.actions import requests
from house.orders.models import Order
from house.orders.statement import statement
from house.payments import actions as payments
from house.payments.models import GatewayEvent
from house.process import Refusal
from house.treasury import batches, payouts
from house.treasury.models import Payout
from house.treasury.proof import prove
from house.worker.errands import WHEN_PAID
from tests import make, persons
from tests.treasury import banking

pytestmark = pytest.mark.django_db
WHY = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"


def test_a_webhook_registered_twice_pays_once(noa, amir, now):
    """DEC-31: two endpoints at the gateway send the same fact under two names."""
    row = make.checkout(make.offer(amir, now), noa, now)
    assert make.pay(row, now, event="endpoint 1") == "paid"
    assert make.hear(row, now, event="endpoint 2") == "duplicate"
    assert Order.objects.count() == 1
    assert (balance(Kind.ESCROW), balance(Kind.GATEWAY)) == (row.amount, -row.amount)


def test_a_refunded_order_does_not_read_paid(noa, amir, noa_web, now):
    """DEC-12: where money is read from the books, no flag is left behind."""
    order = make.order(noa, amir, now)
    asked = requests.ask_cancellation(make.stage(order), reason="other", explanation=WHY, by=amir, now=now)
    requests.consent(asked, by=noa, now=now)
    sums = statement(order).sums
    assert (sums.held, sums.refunded, Order.objects.get().state) == (0, order.total, "cancelled")
    assert "1,000" in noa_web.get("/me/documents/").content.decode().partition("הוחזר")[2]


def test_a_payout_is_never_larger_than_the_balance(noa, amir, now):
    """DEC-12"""
    banking.with_bank(amir, now)
    have = banking.earned(noa, amir, now)
    with pytest.raises(Refusal, match="more_than_cleared"):
        payouts.withdraw(amir, amount=have + 1, now=now)
    payouts.withdraw(amir, amount=have - 100, now=now)
    with pytest.raises(Refusal, match="more_than_cleared"):
        payouts.withdraw(amir, amount=50_00, now=now)


def test_a_payout_that_the_bank_returned_after_success_does_not_read_settled(noa, amir, now):
    """DEC-12: nor does its money stay where it never arrived."""
    banking.with_bank(amir, now)
    have = banking.earned(noa, amir, now)
    finance = persons.staff("ora", "אורה", "שמש", now, "finance")
    row = payouts.withdraw(amir, amount=have, now=now)
    batch = batches.collect(by=finance, now=now)
    for step in (batches.approve, batches.send):
        batch = step(batch, by=finance, now=now)
    payouts.come_back(Payout.objects.get(), why="חשבון סגור", by=finance, now=now)
    row.refresh_from_db()
    assert (row.state, balance(Kind.BANK), balance(Kind.CLEARED, amir)) == ("returned", 0, have)
    assert prove().faults == []


def test_money_for_an_order_that_is_over_goes_back(noa, amir, now):
    """DEC-31: a second payment of the same thing, after the first was refunded."""
    order = make.order(noa, amir, now)
    asked = requests.ask_cancellation(make.stage(order), reason="other", explanation=WHY, by=amir, now=now)
    requests.consent(asked, by=noa, now=now)
    word = HookEvent("again", "paid", "another", order.checkout.key, order.checkout.amount, "ILS")
    payments.store_event(word, gateway="local", raw="{}", now=now)
    pk = GatewayEvent.objects.get(event_id="again").pk
    assert payments.apply(pk, now=now, when_paid=WHEN_PAID) == "second_payment"
    assert order.checkout.refunds.filter(payment_ref="another", amount=order.checkout.amount).exists()
    assert (balance(Kind.ESCROW), balance(Kind.GATEWAY)) == (0, 0)

"""Paying at once: one checkout, one payment, one order, one refund."""

from functools import partial

import pytest

from house.gateways.payments import HookEvent
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinPayment, TwinRefund
from house.ledger.actions import Kind, balance
from house.ledger.models import Account, Transfer
from house.orders.actions.place import place
from house.orders.models import Order
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from tests import make
from tests.orders.racing import TWENTY, at_once, empty_queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg15]
State = Checkout.State


@pytest.fixture(autouse=True)
def queue(transactional_db):
    empty_queue()
    yield
    empty_queue()


def press(offer, client, now, token: str) -> None:
    """What one press of the button does, as the page does it."""
    row = make.checkout(offer, client, now, token=token)
    row = payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")


def paying(offer, client, now) -> Checkout:
    press(offer, client, now, "a" * 22)
    return Checkout.objects.get(token="a" * 22)


def event(row: Checkout, number: int = 1, ref: str = "") -> HookEvent:
    return HookEvent(f"ev_{number}", "paid", ref or row.gateway_ref, row.key, row.amount, row.currency, fee=1500)


def store(row: Checkout, now, number: int = 1, ref: str = "") -> None:
    payments.store_event(event(row, number, ref), gateway="local", raw="{}", now=now)


def apply_all(now) -> list:
    errand = partial(payments.apply, now=now, when_paid={"order": place})
    return [partial(errand, pk) for pk in GatewayEvent.objects.values_list("pk", flat=True)]


def test_twenty_presses_of_the_same_page_are_one_checkout_and_one_payment(noa, amir, now):
    """DEC-31: a double click buys once."""
    offer = make.offer(amir, now)
    assert at_once([partial(press, offer, noa, now, "a" * 22)] * TWENTY) == {"done": TWENTY}
    row = Checkout.objects.get()
    assert (row.state, row.gateway_ref) == (State.PAYING, TwinPayment.objects.get().ref)


def test_the_same_webhook_twenty_times_makes_one_order(noa, amir, now):
    row = paying(make.offer(amir, now), noa, now)
    assert at_once([partial(store, row, now)] * TWENTY) == {"done": TWENTY}
    assert GatewayEvent.objects.count() == 1
    assert at_once(apply_all(now) * TWENTY) == {"done": TWENTY}
    order = Order.objects.get()
    assert balance(Kind.ESCROW, about=order.about) == order.total
    assert Transfer.objects.count() == 2  # paid, fee
    assert prove().faults == []


def test_twenty_tellings_of_one_payment_make_one_order(noa, amir, now):
    """A gateway that tells the same payment under twenty ids, applied by twenty errands at once."""
    row = paying(make.offer(amir, now), noa, now)
    for number in range(TWENTY):
        store(row, now, number)
    assert at_once(apply_all(now)) == {"done": TWENTY}
    outcomes = sorted(GatewayEvent.objects.values_list("outcome", flat=True))
    assert outcomes == ["duplicate"] * (TWENTY - 1) + ["paid"]
    assert (Order.objects.count(), Refund.objects.count()) == (1, 0)
    assert prove().faults == []


def test_twenty_payments_of_one_checkout_keep_one_and_return_the_rest(noa, amir, now):
    """DEC-31: each further payment goes back, once."""
    row = paying(make.offer(amir, now), noa, now)
    for number in range(TWENTY):
        store(row, now, number, f"tw_{number}")
    assert at_once(apply_all(now) * 2) == {"done": TWENTY * 2}
    assert Order.objects.count() == 1
    assert Refund.objects.filter(reason="second_payment").count() == TWENTY - 1
    assert balance(Kind.ESCROW) == row.amount
    assert balance(Kind.GATEWAY) == TWENTY * 1500 - row.amount
    assert prove().faults == []


def test_a_payment_against_the_end_of_its_checkout(noa, amir, now):
    """The answer was received in time: workers that end checkouts at the same moment leave it alone."""
    row = paying(make.offer(amir, now), noa, now)
    store(row, row.expires_at.replace(microsecond=0) - (row.expires_at - row.opened_at) / 1800)
    ends = [partial(payments.expire_due, row.expires_at)] * 8
    at_once([*ends, *apply_all(row.expires_at) * 8])
    row.refresh_from_db()
    assert (row.state, Order.objects.count(), Refund.objects.count()) == (State.PAID, 1, 0)
    assert prove().faults == []


def test_a_press_against_the_end_of_its_checkout(noa, amir, now):
    """Whichever is first: a checkout that ended is not begun, and one that was begun ends all the same."""
    row = make.checkout(make.offer(amir, now), noa, now, token="b" * 22)
    begin = partial(payments.begin, row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    said = at_once([*[begin] * 10, *[partial(payments.expire_due, row.expires_at)] * 10])
    assert set(said) <= {"done", "checkout_expired"}
    payments.expire_due(row.expires_at)
    row.refresh_from_db()
    assert row.state == State.EXPIRED


def test_an_errand_of_a_refund_that_runs_twenty_times_returns_the_money_once(noa, amir, now):
    row = paying(make.offer(amir, now), noa, now)
    books.settle(row.gateway_ref, "paid")
    store(row, now)
    at_once(apply_all(now))
    asks = [partial(payments.ask_refund, row, amount=row.amount, reason="mutual", key="r1", now=now)] * TWENTY
    assert at_once(asks) == {"done": TWENTY}
    sends = [partial(payments.send_refund, Refund.objects.get().pk, now=now)] * TWENTY
    assert at_once(sends) == {"done": TWENTY}
    assert TwinRefund.objects.get().amount == row.amount
    assert Refund.objects.get().state == Refund.State.DONE


def test_refunds_under_different_keys_never_exceed_the_payment(noa, amir, now):
    row = paying(make.offer(amir, now), noa, now)
    store(row, now)
    at_once(apply_all(now))
    asks = [
        partial(payments.ask_refund, row, amount=row.amount // 4, reason="part", key=f"r{number}", now=now)
        for number in range(TWENTY)
    ]
    assert at_once(asks) == {"done": 4, "refund_too_large": TWENTY - 4}


def test_the_first_payments_of_a_new_market_share_its_accounts(noa, amir, now):
    """Made by a migration: made by whoever comes first, they were a deadlock."""
    offer = make.offer(amir, now)
    accounts = set(Account.objects.values_list("pk", "owner"))
    for number in range(8):
        row = make.checkout(offer, noa, now, token=f"{number}" * 22)
        payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
        payments.send_to_gateway(row, return_url="/", title="הזמנה")
        row.refresh_from_db()
        store(row, now, number)
    assert at_once(apply_all(now)) == {"done": 8}
    assert set(Account.objects.values_list("pk", "owner")) == accounts
    assert Order.objects.count() == 8
    assert prove().faults == []


def test_twenty_presses_after_a_decline_open_one_more_checkout(noa, amir, now):
    """DEC-31: trying again twice is trying again once."""
    row = make.checkout(make.offer(amir, now), noa, now)
    make.pay(row, now, kind="declined")
    row.refresh_from_db()
    assert at_once([partial(payments.try_again, row, now=now)] * TWENTY) == {"done": TWENTY}
    assert Checkout.objects.exclude(pk=row.pk).count() == 1

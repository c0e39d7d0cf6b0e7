"""A payment across the end of its checkout, and the thirty minutes over a night that is longer or shorter."""

from datetime import UTC, datetime, timedelta

import pytest

from house import policy
from house.clock import ISRAEL
from house.orders.actions.place import place
from house.orders.models import Order
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from house.worker import errands
from house.worker.sweep import sweep
from tests import make

pytestmark = pytest.mark.django_db
FORTY = timedelta(seconds=40)
INSTANT = timedelta(milliseconds=1)


def begun(row: Checkout, now) -> Checkout:
    payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    return row


@pytest.fixture
def row(noa, amir, now) -> Checkout:
    return make.checkout(make.offer(amir, now), noa, now)


@pytest.mark.parametrize(
    ("pressed", "outcome"),
    [
        (FORTY + INSTANT, "paid"),
        (FORTY, "after_expired"),
        (timedelta(seconds=20), "after_expired"),
    ],
    ids=["a moment before", "at the end", "across it"],
)
def test_a_payment_that_takes_forty_seconds_is_judged_by_when_it_came_in(row, pressed, outcome):
    """DEC-31: what counts is when the word was received, not when it was pressed and not when it is applied."""
    begun(row, row.expires_at - pressed)
    answered = row.expires_at - pressed + FORTY
    sweep(answered - INSTANT)
    assert make.hear(row, answered, event="ev") == outcome
    sweep(answered + FORTY)
    row.refresh_from_db()
    assert row.state == ("paid" if outcome == "paid" else "expired")
    assert Order.objects.count() + Refund.objects.count() == 1
    assert prove().faults == []


def test_an_errand_that_comes_much_later_places_the_order_as_of_the_payment(row, now):
    """The worker was down for a day: the provider's days run from the payment."""
    begun(row, now)
    word = make.HookEvent("ev", "paid", row.gateway_ref, row.key, row.amount, row.currency)
    payments.store_event(word, gateway="local", raw="{}", now=now + FORTY)
    sweep(now + timedelta(days=1))
    outcome = payments.apply(GatewayEvent.objects.get().pk, now=now + timedelta(days=1), when_paid={"order": place})
    order = Order.objects.get()
    assert (outcome, order.placed_at) == ("paid", now + FORTY)
    assert make.stage(order).due_at == now + FORTY + timedelta(days=5)


@pytest.mark.parametrize(
    "late",
    [datetime(2026, 3, 27, 1, 45, tzinfo=ISRAEL), datetime(2026, 10, 25, 1, 45, tzinfo=ISRAEL)],
    ids=["spring", "autumn"],
)
def test_thirty_minutes_are_thirty_minutes_when_the_clock_jumps(noa, amir, late):
    """DEC-14"""
    opened = late.astimezone(UTC)
    row = make.checkout(make.offer(amir, late), noa, late)
    assert row.expires_at - opened == policy.CHECKOUT_EXPIRY
    assert payments.expire_due(row.expires_at - INSTANT) == 0
    assert payments.expire_due(row.expires_at) == 1


def test_the_errand_of_the_queue_places_the_order(row, now, settings):
    settings.DEMO = False
    begun(row, now)
    word = make.HookEvent("ev", "paid", row.gateway_ref, row.key, row.amount, row.currency)
    payments.store_event(word, gateway="local", raw="{}", now=now)
    for _ in range(2):
        errands.apply_event(GatewayEvent.objects.get().pk)
    assert Order.objects.count() == 1


def test_a_word_that_is_neither_yes_nor_no_changes_nothing(row, now):
    """A vendor tells more than the market asks for."""
    begun(row, now)
    assert make.hear(row, now, event="ev", kind="chargeback_warning") == "ignored"
    assert Checkout.objects.get().state == "paying"

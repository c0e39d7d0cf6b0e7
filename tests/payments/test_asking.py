"""Payments whose webhook never came are asked about."""

from datetime import timedelta

import pytest

from house import policy
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinFault
from house.orders.actions.place import place
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from tests import make

SOON = policy.ASK_BACK_AFTER


@pytest.fixture
def row(noa, amir, now) -> Checkout:
    """A checkout whose client is at the gateway."""
    row = make.checkout(make.offer(amir, now), noa, now)
    row = payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    return row


def applied(now) -> str:
    return payments.apply(GatewayEvent.objects.get().pk, now=now, when_paid={"order": place})


def test_a_lost_webhook_is_asked_about_after_two_minutes(row, now):
    books.settle(row.gateway_ref, "paid")
    assert payments.ask_back(now + SOON - timedelta(milliseconds=1)) == 0
    assert payments.ask_back(now + SOON) == 1
    assert applied(now + SOON) == "paid"
    assert payments.ask_back(now + timedelta(hours=1)) == 0


def test_a_payer_who_hangs_is_asked_about_in_pauses_that_double(row, now):
    asked = []
    for minute in range(1, 20):
        payments.ask_back(now + timedelta(minutes=minute))
        asked.append(Checkout.objects.get(pk=row.pk).ask_at - now)
    assert sorted(set(asked)) == [timedelta(minutes=count) for count in (2, 4, 8, 16, 32)]
    assert not GatewayEvent.objects.exists()


def test_a_webhook_that_comes_after_all_is_a_duplicate(row, now):
    books.settle(row.gateway_ref, "paid")
    payments.ask_back(now + SOON)
    applied(now + SOON)
    assert make.hear(row, now + SOON * 2, event="late") == "duplicate"


def test_an_expired_checkout_is_asked_about_too_and_its_money_goes_back(row, now):
    """DEC-31: money that arrives after expiry is refunded by itself."""
    late = row.expires_at + timedelta(minutes=2)
    payments.expire_due(late)
    books.settle(row.gateway_ref, "paid")
    assert payments.ask_back(late) == 1
    assert applied(late) == "after_expired"
    assert Refund.objects.get().amount == row.amount


def test_a_payment_whose_start_was_never_answered_is_found_by_its_key(row, now):
    books.settle(row.gateway_ref, "paid")
    Checkout.objects.filter(pk=row.pk).update(gateway_ref="")
    assert payments.ask_back(now + SOON) == 1
    assert applied(now + SOON) == "paid"


def test_both_charges_of_a_double_charge_are_found(row, now):
    books.charge_again(books.settle(row.gateway_ref, "paid"))
    assert payments.ask_back(now + SOON) == 2
    outcomes = {
        payments.apply(event.pk, now=now + SOON, when_paid={"order": place})
        for event in GatewayEvent.objects.order_by("pk")
    }
    assert outcomes == {"paid", "second_payment"}


def test_a_silent_gateway_is_asked_again_later(row, now):
    TwinFault.objects.create(operation="look_up", kind="unreached")
    books.settle(row.gateway_ref, "paid")
    assert payments.ask_back(now + SOON) == 0
    assert payments.ask_back(now + SOON * 2) == 1


def test_after_three_days_nobody_asks_any_more(row, now):
    payments.ask_back(now + policy.ASK_BACK_UNTIL)
    assert Checkout.objects.get(pk=row.pk).ask_at is None

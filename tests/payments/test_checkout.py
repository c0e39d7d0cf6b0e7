"""A checkout's life: open → paying → paid | declined | expired (DEC-31)."""

from datetime import timedelta

import pytest

from house import policy
from house.gateways.payments.twin.models import TwinFault, TwinPayment
from house.ledger.actions import Kind, balance
from house.orders.models import Order
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from house.people.models import User
from house.process import Refusal
from tests import make

State = Checkout.State
INSTANT = timedelta(milliseconds=1)


@pytest.fixture
def row(noa, amir, now) -> Checkout:
    """A checkout that Noa has just opened."""
    return make.checkout(make.offer(amir, now), noa, now)


def begun(row: Checkout, now) -> Checkout:
    row = payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    return row


def state(row: Checkout) -> str:
    return Checkout.objects.get(pk=row.pk).state


def in_books(row: Checkout) -> tuple[int, int, int]:
    """Escrow, gateway and fees of everything that carries this checkout's name."""
    about = Checkout.objects.get(pk=row.pk).key
    return tuple(balance(kind, about=about) for kind in (Kind.ESCROW, Kind.GATEWAY, Kind.FEES))


def test_a_paid_checkout_makes_one_order_and_fills_escrow(row, now):
    """DEC-31, O-1: an order starts only at paid."""
    assert not Order.objects.exists()
    assert make.pay(row, now) == "paid"
    order = Order.objects.get(checkout=row)
    assert balance(Kind.ESCROW, about=order.about) == row.amount
    assert Checkout.objects.get(pk=row.pk).about == order.about
    assert prove().faults == []


def test_the_gateways_fee_is_the_markets_cost(row, now):
    """DEC-12."""
    from house.gateways.payments import HookEvent
    from house.orders.actions.place import place

    begun(row, now)
    row.refresh_from_db()
    word = HookEvent("ev_fee", "paid", row.gateway_ref, row.key, row.amount, row.currency, fee=1500)
    payments.store_event(word, gateway="local", raw="{}", now=now)
    payments.apply(GatewayEvent.objects.get().pk, now=now, when_paid={"order": place})
    assert balance(Kind.FEES) == -1500
    assert balance(Kind.GATEWAY) == 1500 - row.amount


def test_pressing_pay_twice_gives_the_same_page(row, now):
    first = begun(row, now)
    again = begun(row, now + timedelta(seconds=1))
    assert (again.gateway_ref, again.paying_at) == (first.gateway_ref, now)
    assert TwinPayment.objects.count() == 1


def test_a_silent_gateway_leaves_a_checkout_that_can_be_tried_again(row, now):
    TwinFault.objects.create(operation="start", kind="timed_out")
    with pytest.raises(Refusal, match="gateway_down"):
        begun(row, now)
    assert state(row) == State.PAYING
    assert begun(row, now).gateway_ref == TwinPayment.objects.get().ref


def test_a_declined_payment_ends_the_checkout_and_may_be_tried_again_on_the_same_terms(row, now):
    assert make.pay(row, now, kind="declined") == "declined"
    row.refresh_from_db()
    again = payments.try_again(row, now=now + timedelta(minutes=1))
    assert (again.amount, again.terms, again.state) == (row.amount, row.terms, State.OPEN)
    assert again.token != row.token
    assert not Order.objects.exists()


def test_only_a_declined_and_fresh_checkout_is_tried_again(row, now):
    with pytest.raises(Refusal, match="checkout_not_declined"):
        payments.try_again(row, now=now)
    make.pay(row, now, kind="declined")
    row.refresh_from_db()
    with pytest.raises(Refusal, match="checkout_expired"):
        payments.try_again(row, now=row.expires_at)


def test_a_suspended_client_neither_pays_nor_tries_again(row, noa, now):
    """DEC-37: nothing new."""
    User.objects.filter(pk=noa.pk).update(standing=User.Standing.SUSPENDED)
    with pytest.raises(Refusal, match="suspended"):
        begun(row, now)


def test_nobody_opens_a_checkout_to_themselves(amir, now):
    """DEC-41."""
    with pytest.raises(Refusal, match="own_offer"):
        payments.open_checkout(
            client=amir, provider=amir, purpose=Checkout.Purpose.ORDER, about="offer:1", amount=1, terms={}, now=now
        )


def test_the_same_event_is_stored_once(row, now):
    make.pay(row, now, event="ev_1")
    make.hear(row, now, event=f"{row.token}:ev_1")
    assert GatewayEvent.objects.count() == 1
    assert Order.objects.count() == 1


def test_the_same_payment_told_under_another_id_changes_nothing(row, now):
    make.pay(row, now, event="ev_1")
    assert make.hear(row, now, event="ev_1_again") == "duplicate"
    assert (Order.objects.count(), Refund.objects.count()) == (1, 0)


def test_applying_an_event_twice_changes_nothing(row, now):
    make.pay(row, now)
    event = GatewayEvent.objects.get()
    assert payments.apply(event.pk, now=now, when_paid={}) == "paid"
    assert Order.objects.count() == 1


def test_a_second_payment_of_the_same_checkout_goes_back_by_itself(row, now):
    make.pay(row, now)
    row.refresh_from_db()
    assert second_payment(row, now) == "second_payment"
    refund = Refund.objects.get()
    assert (refund.payment_ref, refund.amount, refund.reason) == ("tw_second", row.amount, "second_payment")
    assert in_books(row) == (0, 0, 0)
    assert second_payment(row, now, event="ev_2b") == "second_payment"
    assert Refund.objects.count() == 1
    assert prove().faults == []


def second_payment(row: Checkout, now, event: str = "ev_2") -> str:
    from house.gateways.payments import HookEvent

    word = HookEvent(event, "paid", "tw_second", row.key, row.amount, row.currency)
    payments.store_event(word, gateway="local", raw="{}", now=now)
    return payments.apply(GatewayEvent.objects.get(event_id=event).pk, now=now, when_paid={})


def test_a_decline_that_comes_after_the_payment_is_ignored(row, now):
    make.pay(row, now)
    assert make.hear(row, now, event="late decline", kind="declined") == "duplicate"
    assert state(row) == State.PAID


def test_money_after_a_decline_goes_back(row, now):
    make.pay(row, now, kind="declined")
    assert make.hear(row, now, event="ev_paid") == "after_declined"
    assert Refund.objects.get().amount == row.amount
    assert in_books(row) == (0, 0, 0)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        (-INSTANT, "paid"),
        (timedelta(), "after_expired"),
        (INSTANT, "after_expired"),
        (timedelta(minutes=1), "after_expired"),
    ],
)
def test_late_is_judged_by_the_moment_the_word_was_received(row, now, moment, outcome):
    """DEC-30, DEC-31: the exact instant belongs to the clock."""
    begun(row, now)
    assert make.hear(row, row.expires_at + moment, event="ev") == outcome
    assert state(row) == (State.PAID if outcome == "paid" else State.EXPIRED)
    assert Refund.objects.count() == (outcome != "paid")


def test_a_word_received_in_time_holds_off_the_end_until_it_is_applied(row, now):
    """DEC-31: the worker may be slow, the client was not."""
    begun(row, now)
    row.refresh_from_db()
    store(row, row.expires_at - INSTANT)
    assert payments.expire_due(row.expires_at + timedelta(minutes=5)) == 0
    assert apply_stored(row.expires_at + timedelta(minutes=5)) == "paid"


def test_a_word_received_too_late_does_not_hold_off_the_end(row, now):
    begun(row, now)
    row.refresh_from_db()
    store(row, row.expires_at)
    assert payments.expire_due(row.expires_at) == 1
    assert apply_stored(row.expires_at) == "after_expired"
    assert in_books(row) == (0, 0, 0)


def store(row: Checkout, at) -> None:
    from house.gateways.payments import HookEvent

    word = HookEvent("ev", "paid", row.gateway_ref, row.key, row.amount, row.currency)
    payments.store_event(word, gateway="local", raw="{}", now=at)


def apply_stored(now) -> str:
    from house.orders.actions.place import place

    return payments.apply(GatewayEvent.objects.get().pk, now=now, when_paid={"order": place})


@pytest.mark.parametrize(("moment", "ended"), [(-INSTANT, 0), (timedelta(), 1), (INSTANT, 1)])
def test_a_checkout_nobody_paid_ends_after_thirty_minutes(row, now, moment, ended):
    """DEC-31."""
    assert row.expires_at == now + policy.CHECKOUT_EXPIRY
    assert payments.expire_due(row.expires_at + moment) == ended
    assert state(row) == (State.EXPIRED if ended else State.OPEN)


def test_an_ended_checkout_is_not_begun(row, now):
    with pytest.raises(Refusal, match="checkout_expired"):
        begun(row, row.expires_at)
    make.pay(row, now)
    with pytest.raises(Refusal, match="checkout_over"):
        begun(row, now)


def test_another_sum_than_was_asked_goes_back(row, now):
    begun(row, now)
    assert make.hear(row, now, event="ev", amount=row.amount - 1) == "wrong_amount"
    assert (state(row), Refund.objects.get().amount) == (State.DECLINED, row.amount - 1)


def test_a_payment_whose_order_may_not_be_made_any_more_goes_back(row, now):
    def refuse(checkout, *, now, fee):
        payments.ledger_paid(checkout, about="order:BH-0", now=now, fee=fee)
        raise Refusal("offer_closed")

    begun(row, now)
    store(Checkout.objects.get(pk=row.pk), now)
    event = GatewayEvent.objects.get()
    assert payments.apply(event.pk, now=now, when_paid={"order": refuse}) == "offer_closed"
    row.refresh_from_db()
    assert (row.state, row.about[:6]) == (State.DECLINED, "offer:")
    assert in_books(row) == (0, 0, 0)


def test_an_event_of_an_unknown_checkout_is_kept_and_moves_nothing(db, now):
    from house.gateways.payments import HookEvent

    payments.store_event(HookEvent("ev", "paid", "tw_x", "checkout:none", 5, "ILS"), gateway="local", raw="{}", now=now)
    assert payments.apply(GatewayEvent.objects.get().pk, now=now, when_paid={}) == "unknown"
    assert balance(Kind.ESCROW) == 0

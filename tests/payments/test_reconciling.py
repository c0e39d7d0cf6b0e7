"""The payment provider's books beside ours: every difference is found, and what agrees is left alone (DEC-12)."""

from datetime import UTC, datetime, timedelta

import pytest

from house.desk.models import Case
from house.gateways.payments import GatewayDown
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinFault, TwinPayment, TwinRefund
from house.orders.actions import requests
from house.orders.models import Order
from house.payments import actions as payments
from house.payments.actions import reconcile, send_refund
from house.payments.actions.reconciling import Difference
from house.payments.models import Checkout, GatewayEvent, Refund
from house.worker import timetable
from tests import make

pytestmark = pytest.mark.django_db
AGO = timedelta(hours=2)
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


@pytest.fixture
def later(now) -> datetime:
    return now + AGO


@pytest.fixture
def paid(noa, amir, now) -> Checkout:
    """An order that was paid two hours ago at the twin, which has told of it."""
    checkout = charged(make.offer(amir, now), noa, now)
    ripen()
    return checkout


def charged(offer, noa, now) -> Checkout:
    checkout = make.checkout(offer, noa, now)
    make.pay(checkout, now)
    checkout.refresh_from_db()
    assert books.settle(checkout.gateway_ref, "paid")
    return checkout


def at_the_twin(checkout: Checkout, **changes) -> TwinPayment:
    facts = {"key": checkout.key, "market_key": checkout.key, "ref": checkout.gateway_ref, "amount": checkout.amount}
    moment = datetime.now(UTC) - AGO
    more = {"currency": "ILS", "state": "paid", "at": moment, "settled_at": moment}
    return TwinPayment.objects.create(**{**facts, **more, **changes})


def ripen() -> None:
    """All that the twin knows happened two hours ago."""
    moment = datetime.now(UTC) - AGO
    TwinPayment.objects.exclude(settled_at=None).update(settled_at=moment)
    TwinRefund.objects.update(at=moment)


def cancelled(checkout: Checkout, now) -> Refund:
    """The order is cancelled and its money has gone back."""
    order = Order.objects.get(checkout=checkout)
    asked = requests.ask_cancellation(make.stage(order), **WORDS, by=order.provider, now=now)
    requests.consent(asked, by=order.client, now=now)
    refund = send_refund(Refund.objects.get().pk, now=now)
    ripen()
    return refund


def test_what_agrees_is_no_difference(paid, now, later):
    assert cancelled(paid, now).state == "done"
    assert reconcile(later) == []


def test_what_is_young_is_left_alone(paid, later):
    at_the_twin(paid, key="young", ref="tw_young", settled_at=datetime.now(UTC))
    assert reconcile(later) == []


def test_a_payment_whose_webhook_never_came_is_taken_up(noa, amir, now, later):
    checkout = make.checkout(make.offer(amir, now), noa, now)
    payment = at_the_twin(checkout, ref="tw_silent")
    assert reconcile(later) == []
    event = GatewayEvent.objects.get(ref=payment.ref)
    assert (event.checkout, event.kind, event.applied_at) == (checkout, "paid", None), "an errand applies it"


def test_a_payment_that_nobody_here_knows_is_a_difference_the_next_night(paid, later):
    at_the_twin(paid, key="stray", market_key="checkout:nobody", ref="tw_stray", amount=50_00)
    assert reconcile(later) == []
    assert payments.apply(GatewayEvent.objects.get(ref="tw_stray").pk, now=later, when_paid={}) == "unknown"
    assert reconcile(later) == [Difference("payment:tw_stray", 50_00, None)]


def test_another_sum_there_than_in_the_books(paid, later):
    TwinPayment.objects.filter(ref=paid.gateway_ref).update(amount=paid.amount + 1)
    assert reconcile(later) == [Difference(f"payment:{paid.gateway_ref}", paid.amount + 1, paid.amount)]


def test_a_payment_that_the_provider_does_not_know(paid, later):
    TwinPayment.objects.all().delete()
    assert reconcile(later) == [Difference(f"payment:{paid.gateway_ref}", None, paid.amount)]


def test_a_refund_that_only_the_provider_knows(paid, later):
    books.refund(key="by hand", ref=paid.gateway_ref, amount=10_00)
    ripen()
    assert reconcile(later) == [Difference("refund:by hand", 10_00, None)]


def test_a_refund_that_the_provider_does_not_know(paid, now, later):
    refund = cancelled(paid, now)
    TwinRefund.objects.all().delete()
    assert reconcile(later) == [Difference(f"refund:{refund.key}", None, refund.amount)]


def test_a_refund_of_another_sum_and_one_that_failed_here(paid, now, later):
    refund = cancelled(paid, now)
    TwinRefund.objects.update(amount=1)
    assert reconcile(later) == [Difference(f"refund:{refund.key}", 1, refund.amount)]
    TwinRefund.objects.update(amount=refund.amount)
    Refund.objects.update(state=Refund.State.FAILED)
    assert reconcile(later) == [Difference(f"refund:{refund.key}", refund.amount, refund.amount)]


def test_each_difference_calls_staff_once(paid, later, monkeypatch):
    monkeypatch.setattr(timetable, "market_now", lambda: later)
    TwinPayment.objects.filter(ref=paid.gateway_ref).update(amount=paid.amount + 1_00)
    for _ in range(2):
        timetable.reconcile_payments(0)
    case = Case.objects.get()
    assert (case.kind, case.key) == (Case.Kind.MACHINE, f"reconcile:payment:{paid.gateway_ref}")
    assert "1,001" in case.text and "1,000" in case.text


def test_a_provider_that_does_not_answer_is_asked_another_night(paid, later):
    TwinPayment.objects.all().delete()
    TwinFault.objects.create(operation="look_up", kind="unreached")
    with pytest.raises(GatewayDown):
        reconcile(later)
    assert not Case.objects.exists()


def test_the_number_of_statements_does_not_grow(noa, amir, now, later, django_assert_num_queries):
    offer = make.offer(amir, now)
    for _ in range(5):
        charged(offer, noa, now)
    ripen()
    with django_assert_num_queries(9):
        assert reconcile(later) == []


# Chargebacks


@pytest.fixture
def disputed(paid, now) -> Checkout:
    """The bank took it two hours ago, and the market has booked it."""
    payment = books.charge_back(paid.gateway_ref)
    assert payment is not None
    make.hear(paid, now, event="taken", kind="charged_back", amount=payment.disputed)
    TwinPayment.objects.update(disputed_at=datetime.now(UTC) - AGO)
    return paid


def test_a_chargeback_on_which_both_agree(disputed, later):
    assert reconcile(later) == []


def test_a_chargeback_whose_webhook_never_came_is_taken_up(paid, later):
    books.charge_back(paid.gateway_ref)
    TwinPayment.objects.update(disputed_at=datetime.now(UTC) - AGO)
    assert reconcile(later) == []
    event = GatewayEvent.objects.get(kind="charged_back")
    assert (event.checkout, event.applied_at) == (paid, None), "an errand applies it"


def test_a_chargeback_that_was_won_and_never_told_is_taken_up(disputed, later):
    books.decide(disputed.gateway_ref, TwinPayment.Dispute.WON)
    TwinPayment.objects.update(decided_at=datetime.now(UTC) - AGO)
    assert reconcile(later) == []
    assert GatewayEvent.objects.filter(kind="chargeback_won", applied_at=None).exists()


def test_a_chargeback_of_another_sum(disputed, later):
    TwinPayment.objects.update(disputed=disputed.amount + 1)
    assert reconcile(later) == [Difference(f"chargeback:{disputed.gateway_ref}", disputed.amount + 1, disputed.amount)]


def test_a_chargeback_that_the_provider_does_not_know(disputed, later):
    TwinPayment.objects.update(dispute="", disputed_at=None)
    assert reconcile(later) == [Difference(f"chargeback:{disputed.gateway_ref}", None, disputed.amount)]

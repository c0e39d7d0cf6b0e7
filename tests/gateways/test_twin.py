"""The contract of a payment gateway, held by the local twin."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from house.gateways.payments import GatewayDown, GatewayRefusal, get_gateway
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinFault, TwinPayment, TwinRefund

pytestmark = pytest.mark.django_db
State = TwinPayment.State
ASK = {"key": "checkout:a", "amount": 1000_00, "currency": "ILS", "description": "ארון", "return_url": "/back/"}


@pytest.fixture
def gateway():
    return get_gateway()


def fault(operation: str, kind: str) -> None:
    TwinFault.objects.create(operation=operation, kind=kind)


def test_the_same_key_gives_the_same_page(gateway):
    assert gateway.start(**ASK) == gateway.start(**ASK)
    assert TwinPayment.objects.count() == 1


def test_the_same_key_with_another_sum_is_refused(gateway):
    gateway.start(**ASK)
    with pytest.raises(GatewayRefusal):
        gateway.start(**{**ASK, "amount": 1})


def test_an_open_payment_says_nothing_and_a_settled_one_what_it_is(gateway):
    ref = gateway.start(**ASK).ref
    assert gateway.look_up(ref) == []
    books.settle(ref, State.PAID)
    (event,) = gateway.look_up(ref)
    assert (event.kind, event.ref, event.key, event.amount) == ("paid", ref, "checkout:a", 1000_00)


def test_the_fee_is_a_part_and_a_fixed_sum():
    assert books.fee(1000_00) == 14_00 + 1_00
    assert books.fee(1) == 1_00
    assert books.fee(36) == 1_01  # 0.504 agora, half up


def test_a_payment_is_settled_once(gateway):
    ref = gateway.start(**ASK).ref
    assert books.settle(ref, State.DECLINED) is not None
    assert books.settle(ref, State.PAID) is None
    assert TwinPayment.objects.get(ref=ref).state == State.DECLINED


def test_a_refund_happens_once_per_key(gateway):
    ref = gateway.start(**ASK).ref
    books.settle(ref, State.PAID)
    gateway.refund(key="r1", ref=ref, amount=400_00)
    gateway.refund(key="r1", ref=ref, amount=400_00)
    assert TwinPayment.objects.get(ref=ref).refunded == 400_00


def test_more_than_was_charged_is_never_refunded(gateway):
    ref = gateway.start(**ASK).ref
    books.settle(ref, State.PAID)
    gateway.refund(key="r1", ref=ref, amount=1000_00)
    with pytest.raises(GatewayRefusal, match="more"):
        gateway.refund(key="r2", ref=ref, amount=1)


def test_an_unpaid_payment_is_not_refunded(gateway):
    with pytest.raises(GatewayRefusal):
        gateway.refund(key="r1", ref=gateway.start(**ASK).ref, amount=1)


def test_a_lost_answer_to_start_leaves_one_page(gateway):
    fault("start", "timed_out")
    with pytest.raises(GatewayDown):
        gateway.start(**ASK)
    assert gateway.start(**ASK).ref == TwinPayment.objects.get().ref


def test_a_lost_answer_to_a_refund_is_one_refund_when_asked_again(gateway):
    ref = gateway.start(**ASK).ref
    books.settle(ref, State.PAID)
    fault("refund", "timed_out")
    with pytest.raises(GatewayDown):
        gateway.refund(key="r1", ref=ref, amount=1000_00)
    gateway.refund(key="r1", ref=ref, amount=1000_00)
    assert TwinRefund.objects.count() == 1


def test_an_unreached_twin_has_done_nothing(gateway):
    fault("start", "unreached")
    with pytest.raises(GatewayDown):
        gateway.start(**ASK)
    assert not TwinPayment.objects.exists()


def test_a_slow_twin_answers_in_the_end(gateway):
    TwinFault.objects.create(operation="start", kind="slow", seconds=0.01)
    assert gateway.start(**ASK).ref


# Disputes


@pytest.fixture
def paid(gateway) -> str:
    ref = gateway.start(**ASK).ref
    books.settle(ref, State.PAID)
    return ref


def test_a_payment_is_disputed_once_and_decided_once(gateway, paid):
    """DEC-38"""
    assert books.charge_back(paid) and books.charge_back(paid) is None
    assert books.decide(paid, TwinPayment.Dispute.WON) and books.decide(paid, TwinPayment.Dispute.LOST) is None
    assert [event.kind for event in gateway.look_up(paid)] == ["paid", "charged_back", "chargeback_won"]
    assert len({event.event_id for event in gateway.look_up(paid)}) == 3


def test_what_was_not_paid_is_not_disputed(gateway):
    assert books.charge_back(gateway.start(**ASK).ref) is None


def test_what_a_bank_took_is_not_refunded_until_it_comes_again(gateway, paid):
    books.charge_back(paid)
    with pytest.raises(GatewayRefusal):
        gateway.refund(key="r", ref=paid, amount=1)
    books.decide(paid, TwinPayment.Dispute.WON)
    gateway.refund(key="r", ref=paid, amount=1)


@pytest.mark.parametrize("last", ["dispute-won", "dispute-lost"])
def test_the_twins_page_offers_what_may_happen_next(client, gateway, paid, last):
    """Each button calls the market; a button of a page that is out of date does nothing."""
    page = client.get(f"/twin/{paid}/").content.decode()
    assert "הכחשת העסקה" in page and "אישור התשלום" not in page
    for answer in (last, "charge-back", "approve", last):
        assert client.post(f"/twin/{paid}/{answer}/").status_code == 302
    payment = TwinPayment.objects.get()
    assert payment.dispute == {"dispute-won": "chargeback_won", "dispute-lost": "chargeback_lost"}[last]
    calls = ProcrastinateJob.objects.filter(task_name="twin.call").order_by("pk")
    assert [job.args["event"]["kind"] for job in calls] == ["charged_back", payment.dispute]
    assert "<form" not in client.get(f"/twin/{paid}/").content.decode()

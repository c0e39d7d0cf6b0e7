"""Cancellation by consent."""

from datetime import timedelta

import pytest

from house.ledger.actions import Kind, balance
from house.orders import money
from house.orders.actions import requests, work
from house.orders.models import Order, ResolutionRequest, Stage
from house.payments.models import Refund
from house.process import Refusal
from house.worker.sweep import sweep_orders

from .. import make

pytestmark = pytest.mark.django_db
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


def ask(order: Order, by, now, **changes) -> ResolutionRequest:
    proof = {"late": True} if by.pk == order.client_id else {}
    return requests.ask_cancellation(make.stage(order), by=by, now=now, **{**WORDS, "proof": proof, **changes})


def test_two_days_of_silence_cancel_and_refund(noa, amir, now):
    """CAN-03, O-15, ORD-14, PAY-09"""
    order = make.order(noa, amir, now)
    request = ask(order, amir, now)
    sweep_orders(now + timedelta(hours=48, milliseconds=-1))
    order.refresh_from_db()
    assert order.is_open
    sweep_orders(now + timedelta(hours=48))
    order.refresh_from_db()
    request.refresh_from_db()
    assert (order.state, order.ending, request.state) == ("cancelled", "no_response", "expired")
    assert money.held(order) == 0
    assert Refund.objects.get().amount == order.total
    assert balance(Kind.PENDING, amir) == 0


def test_both_sides_agree(noa, amir, now):
    """CAN-02, O-12"""
    order = make.order(noa, amir, now)
    requests.consent(ask(order, amir, now), by=noa, now=now + timedelta(hours=1))
    order.refresh_from_db()
    assert (order.state, order.ending) == ("cancelled", "mutual")


def test_a_declined_request_gives_back_the_time(noa, amir, now):
    """CAN-06, DEC-33: due moves by the time that delivery was blocked."""
    order = make.order(noa, amir, now)
    request = ask(order, amir, now)
    with pytest.raises(Refusal, match="cancellation_open"):
        make.deliver(order, now + timedelta(hours=1))
    requests.decline(request, by=noa, now=now + timedelta(hours=10))
    assert make.stage(order).due_at == now + timedelta(days=5, hours=10)
    make.deliver(order, now + timedelta(hours=11))


def test_the_acceptance_clock_rests_meanwhile(noa, amir, now):
    """AMB-10"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    left = make.stage(order).decide_at - (now + timedelta(days=3))
    request = ask(order, amir, now + timedelta(days=3))
    assert make.stage(order).decide_at is None
    requests.withdraw(request, by=amir, now=now + timedelta(days=4))
    assert make.stage(order).decide_at == now + timedelta(days=4) + left


def test_only_the_other_side_answers_and_only_the_opener_withdraws(noa, amir, now):
    """R-2, R-3, R-4, AMB-11"""
    order = make.order(noa, amir, now)
    request = ask(order, amir, now)
    for verb, person in ((requests.consent, amir), (requests.decline, amir), (requests.withdraw, noa)):
        with pytest.raises(Refusal, match="wrong_party"):
            verb(request, by=person, now=now)


def test_a_client_needs_proof(noa, amir, now):
    """CAN-11, DEC-46"""
    order = make.order(noa, amir, now)
    with pytest.raises(Refusal, match="proof_missing"):
        ask(order, noa, now)
    assert ask(order, noa, now + timedelta(days=6)).proof == {"late": True}


def test_again_only_after_three_days(noa, amir, now):
    """DEC-32"""
    order = make.order(noa, amir, now)
    requests.decline(ask(order, amir, now), by=noa, now=now)
    with pytest.raises(Refusal, match="cancellation_too_soon"):
        ask(order, amir, now + timedelta(hours=72, milliseconds=-1))
    ask(order, amir, now + timedelta(hours=72))


def test_a_completed_order_has_no_cancellation(noa, amir, now):
    """CAN-07, O-25, ORD-11"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="wrong_state"):
        ask(order, amir, now + timedelta(days=3))


def test_acceptance_is_refused_while_a_cancellation_is_open(noa, amir, now):
    """DEC-33"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    ask(order, amir, now + timedelta(days=3))
    with pytest.raises(Refusal, match="cancellation_open"):
        work.accept(make.stage(order), by=noa, now=now + timedelta(days=3))

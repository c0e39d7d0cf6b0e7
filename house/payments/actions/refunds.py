"""Money goes back: intent → commit → the gateway, with the same key however often → result."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from procrastinate.contrib.django import app

from house.gateways.payments import GatewayRefusal, get_gateway
from house.process import Refusal

from ..models import Checkout, Refund

log = logging.getLogger(__name__)


@transaction.atomic
def ask_refund(checkout: Checkout, *, amount: int, reason: str, key: str, now: datetime) -> Refund:
    """Returns `amount` minor units of what was paid; the same key returns it once.

    Refusals: `refund_unpaid`, `refund_too_large` (all refunds of a payment never exceed it).
    """
    checkout = Checkout.objects.select_for_update(of=("self",)).get(pk=checkout.pk)
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return known
    if checkout.state != Checkout.State.PAID:
        raise Refusal("refund_unpaid")
    going = Refund.objects.filter(payment_ref=checkout.gateway_ref).exclude(state=Refund.State.FAILED)
    returned = going.aggregate(total=Sum("amount"))["total"] or 0
    if returned + amount > checkout.amount:
        raise Refusal("refund_too_large", left=checkout.amount - returned)
    return _intend(checkout, checkout.gateway_ref, amount, reason, key, now)


def ask_return(
    checkout: Checkout, *, payment_ref: str, amount: int, reason: str, key: str, now: datetime
) -> Refund | None:
    """Returns the whole of a payment that bought nothing; None when it is on its way already. The
    caller holds the checkout's lock.
    """
    if Refund.objects.filter(key=key).exists():
        return None
    return _intend(checkout, payment_ref, amount, reason, key, now)


def _intend(checkout: Checkout, ref: str, amount: int, reason: str, key: str, now: datetime) -> Refund:
    refund = Refund.objects.create(
        checkout=checkout, key=key, payment_ref=ref, amount=amount, reason=reason, asked_at=now
    )
    defer(refund)
    return refund


def defer(refund: Refund) -> None:
    """The gateway is asked by an errand, after the commit."""
    app.configure_task("payments.refund", queue="money").defer(refund_id=refund.pk)


def send_refund(refund_id: int, *, now: datetime) -> Refund:
    """Asks the gateway, outside of any lock; `GatewayDown` is for the queue to try again."""
    refund = Refund.objects.select_related("checkout").get(pk=refund_id)
    if refund.state != Refund.State.ASKED:
        return refund
    try:
        get_gateway(refund.checkout.gateway).refund(key=refund.key, ref=refund.payment_ref, amount=refund.amount)
    except GatewayRefusal:
        log.exception("the gateway refuses refund %s", refund.key)
        return refund_done(refund_id, state=Refund.State.FAILED, now=now)
    return refund_done(refund_id, state=Refund.State.DONE, now=now)


@transaction.atomic
def refund_done(refund_id: int, *, state: Refund.State, now: datetime) -> Refund:
    """Notes the gateway's answer once."""
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.state == Refund.State.ASKED:
        refund.state = state
        refund.done_at = now
        refund.save(update_fields=["state", "done_at"])
    return refund

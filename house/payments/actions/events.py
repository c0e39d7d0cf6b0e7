"""What the gateway tells: stored once at the door, applied by an errand (DEC-31)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from django.db import connection, transaction
from procrastinate.contrib.django import app

from house.gateways.payments import HookEvent, Kind
from house.process import Refusal

from ..models import Checkout, GatewayEvent
from . import chargebacks
from .books import ledger_returned
from .refunds import ask_return

State = Checkout.State
NOBODY: Mapping[str, chargebacks.WhenDisputed] = MappingProxyType({})

INSERT = """
INSERT INTO payments_gatewayevent
    (gateway, event_id, checkout_id, kind, ref, amount, currency, fee, raw, received_at, outcome)
VALUES (%s, %s, (SELECT id FROM payments_checkout WHERE token = %s), %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT (gateway, event_id) DO NOTHING RETURNING id
"""


class WhenPaid(Protocol):
    """The verb of a room above that makes the paid thing and posts `ledger_paid`, in our transaction."""

    def __call__(self, checkout: Checkout, *, now: datetime, fee: int) -> object: ...


@transaction.atomic
def store_event(event: HookEvent, *, gateway: str, raw: str, now: datetime) -> bool:
    """Keeps a verified event and defers its errand; False when this event was stored before."""
    token = event.key.removeprefix("checkout:")
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                *(gateway, event.event_id, token, event.kind, event.ref),
                *(event.amount, event.currency, event.fee, raw, now),
            ],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    app.configure_task("payments.apply", queue="money").defer(event_id=row[0])
    return True


@transaction.atomic
def apply(
    event_id: int,
    *,
    now: datetime,
    when_paid: Mapping[str, WhenPaid],
    when_disputed: Mapping[str, chargebacks.WhenDisputed] = NOBODY,
) -> str:
    """Carries out a stored event once; returns its outcome. Late is judged by the moment it was received.

    A dispute is about something that was bought, and that is locked before its checkout. Raises `TooEarly`.
    """
    event = GatewayEvent.objects.select_related("checkout").get(pk=event_id)
    disputed = event.kind in chargebacks.DISPUTES
    told = chargebacks.carry_out(event, when_disputed, now=now) if disputed else ""
    checkout = _locked(event.checkout_id)
    event = GatewayEvent.objects.select_for_update().get(pk=event_id)
    if event.applied_at is None:
        event.outcome = told or _carry_out(event, checkout, now, when_paid)
        event.applied_at = now
        event.save(update_fields=["outcome", "applied_at"])
    return event.outcome


def _locked(pk: int | None) -> Checkout | None:
    rows = Checkout.objects.select_for_update(of=("self",)).select_related("client", "provider")
    return rows.get(pk=pk) if pk else None


def _carry_out(event: GatewayEvent, checkout: Checkout | None, now: datetime, when_paid: Mapping[str, WhenPaid]) -> str:
    if checkout is None:
        return "unknown"
    if event.kind == Kind.PAID:
        return _paid(event, checkout, now, when_paid)
    if event.kind == Kind.DECLINED:
        return _declined(event, checkout)
    return "ignored"


def _paid(event: GatewayEvent, checkout: Checkout, now: datetime, when_paid: Mapping[str, WhenPaid]) -> str:
    if checkout.state == State.PAID and checkout.gateway_ref == event.ref:
        return "duplicate"
    if checkout.state == State.PAID:
        return _return(event, checkout, "second_payment", now)
    if not checkout.is_live:
        return _return(event, checkout, f"after_{checkout.state}", now)
    if checkout.is_over(event.received_at):
        _end(checkout, State.EXPIRED, checkout.expires_at)
        return _return(event, checkout, "after_expired", now)
    if (event.amount, event.currency) != (checkout.amount, checkout.currency):
        _end(checkout, State.DECLINED, event.received_at)
        return _return(event, checkout, "wrong_amount", now)
    return _buy(event, checkout, now, when_paid)


def _buy(event: GatewayEvent, checkout: Checkout, now: datetime, when_paid: Mapping[str, WhenPaid]) -> str:
    """Paid as of the moment the money was reported; what may not be made any more is paid back."""
    checkout.gateway_ref = event.ref
    _end(checkout, State.PAID, event.received_at)
    try:
        with transaction.atomic():
            when_paid[checkout.purpose](checkout, now=event.received_at, fee=event.fee)
    except Refusal as refusal:
        checkout.refresh_from_db()
        _end(checkout, State.DECLINED, event.received_at)
        return _return(event, checkout, refusal.code[:40], now)
    return "paid"


def _declined(event: GatewayEvent, checkout: Checkout) -> str:
    if not checkout.is_live or checkout.gateway_ref not in ("", event.ref):
        return "duplicate"
    _end(checkout, State.DECLINED, event.received_at)
    return "declined"


def _end(checkout: Checkout, state: Checkout.State, at: datetime) -> None:
    checkout.state = state
    checkout.ended_at = at
    checkout.ask_at = None
    checkout.save()


def _return(event: GatewayEvent, checkout: Checkout, why: str, now: datetime) -> str:
    """Money that nobody is waiting for goes back by itself, once for each payment."""
    payment = f"payment:{event.ref}"
    if ask_return(checkout, payment_ref=event.ref, amount=event.amount, reason=why, key=payment, now=now):
        ledger_returned(payment, about=checkout.key, amount=event.amount, fee=event.fee, now=now)
    return why

"""What the twin knows and does, as a vendor would behind its own walls."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from .. import GatewayDown, GatewayRefusal
from .models import TwinFault, TwinPayment, TwinRefund

State = TwinPayment.State
Dispute = TwinPayment.Dispute
FEE_PERMILLE = 14  # 1.4 % of a payment …
FEE_FIXED = 100  # … and 1 ₪, in agorot


def fee(amount: int) -> int:
    """What the twin keeps of a payment, in minor units, half up."""
    return (amount * FEE_PERMILLE + 500) // 1000 + FEE_FIXED


def _next_fault(operation: str) -> TwinFault | None:
    with transaction.atomic():
        fault = TwinFault.objects.select_for_update().filter(operation=operation, times__gt=0).first()
        if fault is not None:
            fault.times -= 1
            fault.save(update_fields=["times"])
    return fault


@contextmanager
def _weather(operation: str) -> Iterator[None]:
    """Lets an arranged fault happen before or after the work."""
    fault = _next_fault(operation)
    if fault and fault.kind == TwinFault.Kind.UNREACHED:
        raise GatewayDown("500")
    if fault and fault.kind == TwinFault.Kind.SLOW:
        time.sleep(fault.seconds)
    yield
    if fault and fault.kind == TwinFault.Kind.TIMED_OUT:
        raise GatewayDown("timed out")


def _new_ref() -> str:
    return f"tw_{secrets.token_hex(12)}"


def open_payment(*, key: str, amount: int, currency: str, description: str, return_url: str) -> str:
    """The page for a key, made once; another sum under the same key is refused. Returns its reference."""
    with _weather(TwinFault.Operation.START):
        payment, _ = TwinPayment.objects.get_or_create(
            key=key,
            defaults={
                "market_key": key,
                "ref": _new_ref(),
                "amount": amount,
                "currency": currency,
                "description": description[:160],
                "return_url": return_url,
                "at": timezone.now(),
            },
        )
        if (payment.amount, payment.currency) != (amount, currency):
            raise GatewayRefusal("this key was used for another sum")
    return payment.ref


def refund(*, key: str, ref: str, amount: int) -> None:
    """Sends money back once per key, never more than was paid."""
    with _weather(TwinFault.Operation.REFUND), transaction.atomic():
        payment = TwinPayment.objects.select_for_update().filter(ref=ref, state=State.PAID).first()
        if payment is None:
            raise GatewayRefusal("nothing was paid")
        if payment.refunds.filter(key=key).exists():
            return
        if payment.refunded + amount > payment.amount:
            raise GatewayRefusal("more than was paid")
        if payment.dispute in (Dispute.TAKEN, Dispute.LOST):
            raise GatewayRefusal("the payer's bank took it back")
        TwinRefund.objects.create(key=key, payment=payment, amount=amount, at=timezone.now())
        payment.refunded += amount
        payment.save(update_fields=["refunded"])


def look_up(ref: str) -> list[dict[str, Any]]:
    """The events of every settled payment that shares this one's market key, and of its dispute."""
    with _weather(TwinFault.Operation.LOOK_UP):
        key = TwinPayment.objects.filter(ref=ref).values("market_key")[:1]
        payments = TwinPayment.objects.filter(market_key=key).exclude(state=State.OPEN)
        return [told for payment in payments.order_by("pk") for told in (event(payment), *dispute_events(payment))]


def charged_since(since: datetime) -> Iterator[tuple[str, int, datetime]]:
    """Reference, amount and moment of every charge."""
    for row in TwinPayment.objects.filter(state=State.PAID, settled_at__gte=since).order_by("pk").iterator():
        assert row.settled_at is not None
        yield row.ref, row.amount, row.settled_at


def returned_since(since: datetime) -> Iterator[tuple[str, int, datetime, str]]:
    """Reference of the payment, amount, moment and key of every refund."""
    rows = TwinRefund.objects.filter(at__gte=since).order_by("pk")
    yield from rows.values_list("payment__ref", "amount", "at", "key").iterator()


def disputed_since(since: datetime) -> Iterator[tuple[str, str, int, datetime]]:
    """Kind, reference of the payment, amount and moment of everything that banks took back or gave again."""
    for row in TwinPayment.objects.filter(disputed_at__gte=since).order_by("pk").iterator():
        assert row.disputed_at is not None
        yield Dispute.TAKEN.value, row.ref, row.disputed, row.disputed_at
    for row in TwinPayment.objects.filter(dispute=Dispute.WON, decided_at__gte=since).order_by("pk").iterator():
        assert row.decided_at is not None
        yield Dispute.WON.value, row.ref, row.disputed, row.decided_at


def dispute_events(payment: TwinPayment) -> list[dict[str, Any]]:
    """What the twin tells of a payment's dispute so far."""
    kinds = [Dispute.TAKEN] if payment.dispute else []
    kinds += [Dispute(payment.dispute)] if payment.dispute in (Dispute.WON, Dispute.LOST) else []
    same = {"ref": payment.ref, "key": payment.market_key, "amount": payment.disputed, "currency": payment.currency}
    return [{"id": f"ev_{payment.ref}_{kind}", "kind": kind.value, "fee": 0, **same} for kind in kinds]


def charge_back(ref: str, *, amount: int = 0) -> TwinPayment | None:
    """The payer's bank takes back what was paid, or `amount` of it; it does not ask what was refunded before. None
    when nothing was paid, or it was disputed before.
    """
    with transaction.atomic():
        rows = TwinPayment.objects.select_for_update().filter(ref=ref, state=State.PAID, dispute="")
        payment = rows.first()
        if payment is None:
            return None
        payment.dispute, payment.disputed = Dispute.TAKEN, amount or payment.amount
        payment.disputed_at = timezone.now()
        payment.save(update_fields=["dispute", "disputed", "disputed_at"])
    return payment


def decide(ref: str, outcome: TwinPayment.Dispute) -> TwinPayment | None:
    """The bank's last word on a dispute; None when there is none to decide."""
    with transaction.atomic():
        payment = TwinPayment.objects.select_for_update().filter(ref=ref, dispute=Dispute.TAKEN).first()
        if payment is None:
            return None
        payment.dispute, payment.decided_at = outcome, timezone.now()
        payment.save(update_fields=["dispute", "decided_at"])
    return payment


def event(payment: TwinPayment, suffix: str = "") -> dict[str, Any]:
    """What the twin tells of a payment; the same fact has the same id, unless a suffix makes it another."""
    return {
        "id": f"ev_{payment.ref}_{payment.state}{suffix}",
        "kind": payment.state,
        "ref": payment.ref,
        "key": payment.market_key,
        "amount": payment.amount,
        "currency": payment.currency,
        "fee": fee(payment.amount) if payment.state == State.PAID else 0,
    }


def settle(ref: str, state: str) -> TwinPayment | None:
    """Charges or declines an open payment; None when it was settled before."""
    with transaction.atomic():
        payment = TwinPayment.objects.select_for_update().filter(ref=ref, state=State.OPEN).first()
        if payment is None:
            return None
        payment.state = state
        payment.settled_at = timezone.now()
        payment.save(update_fields=["state", "settled_at"])
    return payment


def charge_again(payment: TwinPayment) -> TwinPayment:
    """A defect that real vendors have had: the same card charged twice for the same thing."""
    return TwinPayment.objects.create(
        key=f"{payment.key}#2",
        market_key=payment.market_key,
        ref=_new_ref(),
        amount=payment.amount,
        currency=payment.currency,
        description=payment.description,
        return_url=payment.return_url,
        state=State.PAID,
        at=payment.at,
        settled_at=timezone.now(),
    )

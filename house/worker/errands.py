"""Errands whose verbs span rooms: here, above them all, they meet."""

from datetime import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from house import hebrew
from house.desk.actions import open_machine_case
from house.gateways.payments import Kind
from house.orders.actions import chargebacks
from house.orders.actions.milestones import begun
from house.orders.actions.place import place
from house.orders.actions.requests import paid
from house.payments import actions as payments
from house.payments.actions.events import WhenPaid
from house.payments.models import Chargeback, Checkout, GatewayEvent, Refund
from house.treasury import membership

from .sweep import market_now

WHEN_PAID: dict[str, WhenPaid] = {
    Checkout.Purpose.ORDER: place,
    Checkout.Purpose.STAGE: begun,
    Checkout.Purpose.CHANGE: paid,
    Checkout.Purpose.MEMBERSHIP: membership.paid,
}

WHEN_DISPUTED: dict[str, payments.WhenDisputed] = {
    Checkout.Purpose.ORDER: chargebacks.disputed,
    Checkout.Purpose.STAGE: chargebacks.disputed,
    Checkout.Purpose.CHANGE: chargebacks.disputed,
    Checkout.Purpose.MEMBERSHIP: membership.disputed,
}

# Money is never given up: the pauses grow by five seconds each time, and there is no last attempt.
PATIENCE = RetryStrategy(linear_wait=5)


@app.task(name="payments.apply", queue="money", retry=PATIENCE)
def apply_event(event_id: int) -> None:
    """Applies a stored event of the gateway; a second run changes nothing. Of a dispute staff are told, who answer
    the bank.
    """
    now = market_now()
    outcome = payments.apply(event_id, now=now, when_paid=WHEN_PAID, when_disputed=WHEN_DISPUTED)
    if outcome == Kind.CHARGED_BACK:
        _call_staff(GatewayEvent.objects.get(pk=event_id), now)


def _call_staff(event: GatewayEvent, now: datetime) -> None:
    row = Chargeback.objects.select_related("checkout").get(payment_ref=event.ref)
    open_machine_case(
        key=f"chargeback:{row.payment_ref}",
        about=row.checkout.about,
        subject="הבנק לקח תשלום בחזרה (הכחשת עסקה)",
        text=f"{row.payment_ref}: {hebrew.price(row.amount)}, מתוכם הפסד של השוק: {hebrew.price(row.loss)}",
        now=now,
    )


@app.task(name="payments.refund", queue="money", retry=PATIENCE)
def send_refund(refund_id: int) -> None:
    """Sends money back; the gateway does it once per key, however often it is asked. Its final "no" is staff's."""
    now = market_now()
    refund = payments.send_refund(refund_id, now=now)
    if refund.state == Refund.State.FAILED:
        open_machine_case(
            key=f"refund:{refund.key}",
            about=refund.checkout.about,
            subject="חברת התשלומים מסרבת להחזיר כסף",
            text=f"{refund.key}: {refund.amount} ({refund.reason}), {refund.payment_ref}",
            now=now,
        )

"""Errands whose verbs span rooms: here, above them all, they meet."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from house.desk.actions import open_machine_case
from house.orders.actions.milestones import begun
from house.orders.actions.place import place
from house.orders.actions.requests import paid
from house.payments import actions as payments
from house.payments.actions.events import WhenPaid
from house.payments.models import Checkout, Refund
from house.treasury import membership

from .sweep import market_now

WHEN_PAID: dict[str, WhenPaid] = {
    Checkout.Purpose.ORDER: place,
    Checkout.Purpose.STAGE: begun,
    Checkout.Purpose.CHANGE: paid,
    Checkout.Purpose.MEMBERSHIP: membership.paid,
}

# Money is never given up: the pauses grow by five seconds each time, and there is no last attempt.
PATIENCE = RetryStrategy(linear_wait=5)


@app.task(name="payments.apply", queue="money", retry=PATIENCE)
def apply_event(event_id: int) -> None:
    """Applies a stored event of the gateway; a second run changes nothing."""
    payments.apply(event_id, now=market_now(), when_paid=WHEN_PAID)


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

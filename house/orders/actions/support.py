"""What support may do to an order (O-24, SUP-08)."""

from datetime import datetime

from house.people import audit
from house.people.models import User
from house.process import Party, Refusal

from ..models import Order
from ..move import move
from ..parties import party_of
from ..process import OPEN_STATES, Step
from ..reasons import EXEMPT_FROM_RATE, SUPPORT_CANCELLATION
from .ending import cancel_stage


def cancel(order: Order, *, reason: str, why: str, by: User, now: datetime) -> None:
    """Cancels every open stage with a refund; only MET-05's reasons leave the rate alone.

    Refusals: `unknown_reason`, `wrong_party`, `wrong_state` (nothing is open).
    """
    if reason not in SUPPORT_CANCELLATION:
        raise Refusal("unknown_reason")
    if party_of(order, by) is not Party.SUPPORT:
        raise Refusal("wrong_party")
    stages = list(order.stages.filter(state__in=OPEN_STATES))
    if not stages:
        raise Refusal("wrong_state")
    for stage in stages:
        with move(stage, Step.CANCEL, by=by, now=now) as moving:
            moving.order.counts_in_rate = reason not in EXEMPT_FROM_RATE
            moving.data = {"reason": reason}
            cancel_stage(moving.stage, ending=Order.Ending.SUPPORT, now=now)
            audit.record(by=by, what="order_cancelled", about=order.about, why=why, now=now, reason=reason)

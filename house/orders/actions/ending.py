"""How an order ends, once its last open stage has."""

from datetime import datetime
from typing import Any

from house import clock, policy
from house.people.models import Profile

from .. import money
from ..models import Order, OrderEvent, Stage
from ..move import move
from ..parties import Actor
from ..process import OPEN_STATES, Step
from . import coupons, lapse


def end_stage(stage: Stage, *, by: Actor, now: datetime) -> None:
    """Marks the stage as over, and with it whatever was asked about it (DEC-34); the gate saves its state."""
    stage.ended_at = now
    stage.decide_at = stage.decide_left = None
    lapse.on_end(stage.order, by=by, now=now)


def end_order(order: Order, last: Stage, *, approved: bool, ending: str, now: datetime) -> None:
    """Completed when any stage was approved (MIL-20), else cancelled. Nothing holds its clocks any more.

    When more is planned, the order goes on and keeps in mind how its last stage was cancelled: if nothing is
    approved after it, that is how the order ended, and whether it counts in the rate.
    """
    order.ending = ending or order.ending
    others = order.stages.exclude(pk=last.pk)
    if others.filter(state__in=OPEN_STATES | {Stage.State.PLANNED}).exists():
        order.save(update_fields=["ending", "counts_in_rate"])
        return
    completed = approved or others.filter(state=Stage.State.APPROVED).exists()
    order.state = Order.State.COMPLETED if completed else Order.State.CANCELLED
    order.ended_at = now
    order.held_at = order.rests_since = None
    if completed:
        order.ending, order.counts_in_rate = "", True
    order.save()
    if completed:
        _count(order)
    else:
        coupons.void(order)


def plan_next(stage: Stage, *, by_when: datetime) -> None:
    """The next planned stage may be started until then; whoever asks must have ended `stage` (M-7, DEC-35)."""
    following = stage.order.stages.filter(state=Stage.State.PLANNED).order_by("position").first()
    if following is not None:
        following.begin_by = by_when
        following.save(update_fields=["begin_by"])


def _count(order: Order) -> None:
    """The provider's public count of completed orders, written down (AMB-18)."""
    profile = Profile.objects.select_for_update().get(user=order.provider_id)
    profile.completed_orders = Order.objects.filter(provider=order.provider_id, state=Order.State.COMPLETED).count()
    profile.save(update_fields=["completed_orders"])


def call_off(stage: Stage, *, ending: str, by: Actor, now: datetime, **data: Any) -> OrderEvent:
    """Cancels an open stage by neither side's wish; returns the diary's row, of which the caller tells both."""
    with move(stage, Step.CANCEL, by=by, now=now, announce=False) as moving:
        moving.data = data
        cancel_stage(moving.stage, ending=ending, by=by, now=now)
    assert moving.event is not None  # the gate wrote it
    return moving.event


def cancel_stage(stage: Stage, *, ending: str, by: Actor, now: datetime) -> None:
    """Refunds the stage and ends the order if nothing else is open (O-12, PAY-09, CAN-14)."""
    money.refund(stage, reason=ending, now=now)
    end_stage(stage, by=by, now=now)
    plan_next(stage, by_when=clock.due(stage.order.stands(now), policy.NEXT_MILESTONE_WINDOW, stage.order))
    end_order(stage.order, stage, approved=False, ending=ending, now=now)

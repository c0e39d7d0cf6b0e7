"""While a cancellation is open the acceptance clocks keep what is left, and everything rests (AMB-10, DEC-33)."""

from datetime import datetime

from house import clock

from ... import rest
from ...models import Order


def pause(order: Order, now: datetime) -> None:
    """The order rests; the acceptance clocks keep what is left."""
    rest.begin(order, now)
    for stage in order.stages.exclude(decide_at=None):
        assert stage.decide_at is not None
        stage.decide_left, stage.decide_at = stage.decide_at - order.stands(now), None
        stage.save()


def resume(order: Order, now: datetime) -> None:
    """No request pauses it any more: what rested goes on with what was left, unless a case still holds it."""
    for stage in order.stages.exclude(decide_left=None):
        assert stage.decide_left is not None
        stage.decide_at, stage.decide_left = clock.due(order.stands(now), stage.decide_left, order), None
        stage.save()
    rest.end(order, now)

"""Clocks that rest while a cancellation is open, and go on with what was left (AMB-10, DEC-33)."""

from datetime import datetime

from house import clock

from ... import deadlines
from ...models import Order


def pause(order: Order, now: datetime) -> None:
    """The acceptance clocks rest with what is left."""
    for stage in order.stages.exclude(decide_at=None):
        assert stage.decide_at is not None
        stage.decide_left, stage.decide_at = stage.decide_at - now, None
        stage.save()


def resume(order: Order, *, since: datetime, now: datetime) -> None:
    """What rested goes on; due moves by the time that delivery was blocked (DEC-33)."""
    for stage in order.stages.all():
        stage.order = order
        if stage.decide_left is not None:
            stage.decide_at, stage.decide_left = clock.due(now, stage.decide_left, order), None
        if stage.in_work and stage.due_at is not None:
            stage.due_at += now - since
        stage.save()
        deadlines.go_on(stage, now - since)

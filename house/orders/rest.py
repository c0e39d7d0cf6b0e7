"""Clocks that rest: while a cancellation is open (AMB-10, DEC-33), and while support has a case (DEC-32).

The stages' clocks stand at `Order.rests_since` until nothing holds them any more; then everything they
promised is later by the time that they stood. A promise made meanwhile is counted from where they stand, so
that one shift is right for all. A request's own deadline stands for a case only: a cancellation is answered
within its 48 hours.
"""

from datetime import datetime

from . import deadlines
from .models import Order, ResolutionRequest, Stage

R, Kind = ResolutionRequest.State, ResolutionRequest.Kind


def begin(order: Order, now: datetime) -> None:
    """The clocks stand still, if they do not yet. The order is locked by the caller, here and below."""
    if order.rests_since is None:
        order.rests_since = now
        order.save(update_fields=["rests_since"])


def end(order: Order, now: datetime) -> None:
    """The clocks go on with what was left, unless something else still holds them."""
    order.refresh_from_db(fields=["state", "held_at", "rests_since", "rested"])
    since = order.rests_since
    if since is None or order.held_at is not None or _cancelling(order):
        return
    order.rests_since, order.rested = None, order.rested + (now - since)
    order.save(update_fields=["rests_since", "rested"])
    for stage in order.stages.all():
        stage.order = order
        _later(stage, since, now)


def _cancelling(order: Order) -> bool:
    return order.requests.filter(state=R.OPEN, kind=Kind.CANCELLATION).exists()


def _later(stage: Stage, since: datetime, now: datetime) -> None:
    rested = now - since
    if stage.in_work and stage.due_at is not None:
        stage.due_at += rested
    if stage.decide_at is not None:
        stage.decide_at += rested
    if stage.begin_by is not None:
        stage.begin_by += rested
    stage.save()
    deadlines.go_on(stage.order, f"stage:{stage.pk}", rested)


def release_request(order: Order, held: datetime, now: datetime) -> None:
    """A case is over: the open request goes on with what was left of its window."""
    request = order.requests.filter(state=R.OPEN).first()
    if request is None:
        return
    since = max(held, request.opened_at)
    deadlines.go_on(order, f"request:{request.pk}", now - since)
    request.due_at += now - since
    request.save()

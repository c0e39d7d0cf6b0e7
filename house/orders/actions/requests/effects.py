"""What an accepted request changes, one small verb for each kind. The order is locked by the caller."""

from collections.abc import Callable
from datetime import datetime, timedelta

from house.process import CLOCK, Party

from ... import deadlines, money
from ...models import Order, ResolutionRequest, Stage
from ...move import move
from ...notes import whole
from ...parties import Actor
from ...process import STAGE, Step
from ..ending import cancel_stage
from ..milestones import stop_rest

Kind = ResolutionRequest.Kind


def stage_of(request: ResolutionRequest) -> Stage:
    """The stage that a request names."""
    stage = request.order.stages.get(requests=request)
    stage.order = request.order
    return stage


def cancel(request: ResolutionRequest, *, ending: str, by: Actor, now: datetime) -> None:
    """Ends the named stage, or every open stage of the order and what was planned (DEC-2, DEC-36)."""
    order = request.order
    stages = list(order.stages.all()) if whole(request) else [stage_of(request)]
    for stage in stages:
        if STAGE.allows(Step.CANCEL, state=stage.state, party=Party.CLOCK):
            stage.order = order
            with move(stage, Step.CANCEL, by=by, now=now, announce=False) as moving:
                moving.data = {"request": request.pk}
                cancel_stage(moving.stage, ending=ending, by=by, now=now)
    if whole(request):
        stop_rest(order, by=CLOCK, now=now, ending=ending)


def _mutual(request: ResolutionRequest, by: Actor, now: datetime) -> None:
    cancel(request, ending=Order.Ending.MUTUAL, by=by, now=now)


def _nothing(request: ResolutionRequest, by: Actor, now: datetime) -> None:
    """The answer itself is what was asked for."""


def _longer(request: ResolutionRequest, by: Actor, now: datetime) -> None:
    """O-19, O-21, O-23: the due date moves by the days; an order that waits for requirements gets them too. Rounds
    of changes that were bought as an extra (EXT-09) join the stage's. One that is no longer late may be late
    again, and is then announced again.
    """
    stage = stage_of(request)
    more = timedelta(days=request.change.get("days", 0))
    stage.days += more.days
    if stage.due_at is not None:
        stage.due_at += more
    if stage.revisions is not None:
        stage.revisions += request.change.get("rounds", 0)
    stage.save()
    deadlines.go_on(stage.order, f"stage:{stage.pk}", more, still_due=stage.order.stands(now))


def _more_revisions(request: ResolutionRequest, by: Actor, now: datetime) -> None:
    stage = stage_of(request)
    if stage.revisions is not None:
        stage.revisions += request.change["revisions"]
        stage.save()


def _part_back(request: ResolutionRequest, by: Actor, now: datetime) -> None:
    """The delivery stays; a part of what is held goes back (DEC-12)."""
    stage = stage_of(request)
    money.refund_part(stage, request.change["amount"], key=f"request:{request.pk}:refund", now=now)
    stage.save()


ACCEPTED: dict[Kind, Callable[[ResolutionRequest, Actor, datetime], None]] = {
    Kind.CANCELLATION: _mutual,
    Kind.PROGRESS_UPDATE: _nothing,
    Kind.EXTENSION: _longer,
    Kind.SCOPE_CHANGE: _longer,
    Kind.EXTRA: _longer,
    Kind.MORE_REVISIONS: _more_revisions,
    Kind.ASK_REVISIONS: _more_revisions,
    Kind.PARTIAL_REFUND: _part_back,
}

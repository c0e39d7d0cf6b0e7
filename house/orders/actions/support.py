"""What support may do to an order: hold its clocks, decide, cancel (O-24, SUP-08, DEC-32)."""

from datetime import datetime
from typing import Any

from house import policy
from house.people import audit
from house.people.models import User
from house.process import CLOCK, Party, Refusal

from .. import deadlines, diary, money
from ..models import Order, ResolutionRequest, Stage
from ..move import locked, move, open_request
from ..parties import Actor, party_of
from ..process import OPEN_STATES, Step
from ..reasons import EXEMPT_FROM_RATE, SUPPORT_CANCELLATION
from .ending import cancel_stage
from .milestones import stop_rest


def hold(order: Order, *, by: Actor, now: datetime) -> Order:
    """Every clock of the order rests while a case is open (DEC-32); only after something was declined (CAN-10).

    Refusals: `nothing_declined`, `held_before`, `wrong_state`.
    """
    with locked(order, by=by, now=now) as row:
        party = party_of(row, by)
        if not row.is_open:
            raise Refusal("wrong_state")
        if row.held_at is not None:
            raise Refusal("held_before")
        if not row.requests.filter(state=ResolutionRequest.State.DECLINED).exists():
            raise Refusal("nothing_declined")
        row.held_at = now
        row.save(update_fields=["held_at"])
        diary.write(row, "hold", party=party, by=by, now=now)
        deadlines.reset(row)
        diary.announce(row, "hold", {Party.CLIENT, Party.PROVIDER} - {party}, key=f"hold:{now.isoformat()}", now=now)
    return row


def resume(order: Order, *, by: Actor, now: datetime) -> Order:
    """The case is decided: what rested goes on with what was left."""
    with locked(order, by=by, now=now) as row:
        if row.held_at is None:
            raise Refusal("wrong_state")
        _go_on(row, now)
        diary.write(row, "resume", party=party_of(row, by), by=by, now=now)
        deadlines.reset(row)
        both = {Party.CLIENT, Party.PROVIDER}
        diary.announce(row, "resume", both, key=f"resume:{now.isoformat()}", now=now)
    return row


def _go_on(order: Order, now: datetime) -> None:
    """Moves every promise by the time that it rested; one that was made meanwhile by less."""
    assert order.held_at is not None
    held, order.held_at = order.held_at, None
    order.save(update_fields=["held_at"])
    for stage in order.stages.all():
        stage.order = order
        if stage.in_work and stage.due_at is not None:
            stage.due_at += now - max(held, stage.started_at or held)
        if stage.decide_at is not None:
            stage.decide_at += now - max(held, stage.delivered_at or held)
        if stage.begin_by is not None:
            stage.begin_by += now - held
        stage.save()
        deadlines.go_on(stage, now - held)
    request = open_request(order)
    if request is not None:
        request.due_at += now - max(held, request.opened_at)
        request.save()


def continue_order(order: Order, *, why: str, by: User, now: datetime) -> None:
    """Support's decision: go on as agreed."""
    _audited(order, "dispute_continue", why, by, now)
    resume(order, by=by, now=now)


def grant_revision(order: Order, *, why: str, by: User, now: datetime) -> None:
    """Support's decision: one more round of changes (DEC-32)."""
    _audited(order, "dispute_revision", why, by, now)
    with locked(order, by=by, now=now) as row:
        stage = _current(row)
        if stage.revisions is not None:
            stage.revisions += 1
            stage.save()
        resume(row, by=by, now=now)


def refund_part(order: Order, *, amount: int, why: str, by: User, now: datetime) -> None:
    """Support's decision: a part goes back, the delivery stays. Refusal: `bad_partial_refund`."""
    entry = _audited(order, "dispute_refund", why, by, now, amount=amount)
    with locked(order, by=by, now=now) as row:
        stage = _current(row)
        money.refund_part(stage, amount, key=f"audit:{entry}:refund", now=now)
        stage.save()
        resume(row, by=by, now=now)


def _current(order: Order) -> Stage:
    """The stage that the dispute is about: the one that is open."""
    stage = order.stages.filter(state__in=OPEN_STATES).first()
    if stage is None:
        raise Refusal("wrong_state")
    stage.order = order
    return stage


def _audited(order: Order, what: str, why: str, by: User, now: datetime, **data: Any) -> int:
    if party_of(order, by) is not Party.SUPPORT:
        raise Refusal("wrong_party")
    if len(why.strip()) < policy.EXPLANATION_MIN:
        raise Refusal("reason_missing")
    return audit.record(by=by, what=what, about=order.about, why=why, now=now, **data).pk


FAULTS = ("client", "provider", "nobody")


def cancel(order: Order, *, reason: str, why: str, by: User, now: datetime, fault: str = "nobody") -> None:
    """Cancels every open stage with a refund; only MET-05's reasons leave the rate alone.

    Refusals: `unknown_reason`, `wrong_party`, `wrong_state` (nothing is open).
    """
    if reason not in SUPPORT_CANCELLATION or fault not in FAULTS:
        raise Refusal("unknown_reason")
    if party_of(order, by) is not Party.SUPPORT:
        raise Refusal("wrong_party")
    with locked(order, by=by, now=now) as row:
        if not row.stages.filter(state__in=OPEN_STATES | {Stage.State.PLANNED}).exists():
            raise Refusal("wrong_state")
        for stage in row.stages.filter(state__in=OPEN_STATES):
            with move(stage, Step.CANCEL, by=by, now=now) as moving:
                moving.order.counts_in_rate = reason not in EXEMPT_FROM_RATE
                moving.data = {"reason": reason, "fault": fault}
                cancel_stage(moving.stage, ending=Order.Ending.SUPPORT, now=now)
        stop_rest(row, by=CLOCK, now=now)
        audit.record(by=by, what="order_cancelled", about=row.about, why=why, now=now, reason=reason, fault=fault)

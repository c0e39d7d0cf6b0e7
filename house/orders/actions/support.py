"""What support may do to an order: hold its clocks, decide, cancel (O-24, SUP-08, DEC-32)."""

from datetime import datetime
from typing import Any

from house import hebrew, policy
from house.people import audit
from house.people.models import User
from house.process import Party, Refusal
from house.text import visible_length

from .. import deadlines, diary, money, rest
from ..models import Order, ResolutionRequest, Stage
from ..move import locked
from ..notes import named
from ..parties import Actor, party_of
from ..process import OPEN_STATES
from ..reasons import DECIDED, EXEMPT_FROM_RATE, SUPPORT_CANCELLATION
from .ending import call_off
from .milestones import stop_rest
from .requests.clocks import resume as resume_clocks


def hold(order: Order, *, by: Actor, now: datetime) -> Order:
    """Every clock of the order rests while a case is open (DEC-32); only after something was declined, and
    again only after something else was (CAN-10).

    Refusals: `nothing_declined`, `held_before`, `wrong_state`.
    """
    with locked(order, by=by, now=now) as row:
        party = party_of(row, by)
        if not row.is_open:
            raise Refusal("wrong_state")
        if row.held_at is not None:
            raise Refusal("held_before")
        if not may_call(row):
            raise Refusal("nothing_declined")
        row.held_at = now
        row.save(update_fields=["held_at"])
        rest.begin(row, now)
        diary.write(row, "hold", party=party, by=by, now=now)
        deadlines.reset(row)
        diary.announce(row, "hold", {Party.CLIENT, Party.PROVIDER} - {party}, key=f"hold:{now.isoformat()}", now=now)
    return row


def may_call(order: Order) -> bool:
    """Whether something was declined on which support has not yet decided."""
    declined = order.requests.filter(state=ResolutionRequest.State.DECLINED)
    decided = order.events.filter(step="resume").order_by("-at").first()
    return declined.filter(ended_at__gt=decided.at).exists() if decided else declined.exists()


def resume(order: Order, *, by: Actor, now: datetime, decided: str) -> Order:
    """The case is decided: what rested goes on with what was left. `decided` says to both sides what was."""
    with locked(order, by=by, now=now) as row:
        held = row.held_at
        if held is None:
            raise Refusal("wrong_state")
        row.held_at = None
        row.save(update_fields=["held_at"])
        rest.release_request(row, held, now)
        rest.end(row, now)
        diary.write(row, "resume", party=party_of(row, by), by=by, now=now)
        deadlines.reset(row)
        both = {Party.CLIENT, Party.PROVIDER}
        diary.announce(row, "resume", both, key=f"resume:{now.isoformat()}", now=now, decided=decided)
    return row


def continue_order(order: Order, *, why: str, by: User, now: datetime) -> None:
    """Support's decision: go on as agreed."""
    _audited(order, "dispute_continue", why, by, now)
    resume(order, by=by, now=now, decided=DECIDED["continue"])


def grant_revision(order: Order, *, why: str, by: User, now: datetime) -> None:
    """Support's decision: one more round of changes (DEC-32)."""
    _audited(order, "dispute_revision", why, by, now)
    with locked(order, by=by, now=now) as row:
        stage = _current(row)
        if stage.revisions is not None:
            stage.revisions += 1
            stage.save()
        resume(row, by=by, now=now, decided=DECIDED["revision"])


def refund_part(order: Order, *, amount: int, why: str, by: User, now: datetime) -> None:
    """Support's decision: a part goes back, the delivery stays. Refusal: `bad_partial_refund`."""
    entry = _audited(order, "dispute_refund", why, by, now, amount=amount)
    with locked(order, by=by, now=now) as row:
        stage = _current(row)
        money.refund_part(stage, amount, key=f"audit:{entry}:refund", now=now)
        stage.save()
        resume(row, by=by, now=now, decided=DECIDED["refund"] % {"amount": hebrew.price(amount)})


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
    if visible_length(why) < policy.EXPLANATION_MIN:
        raise Refusal("reason_missing")
    return audit.record(by=by, what=what, about=order.about, why=why, now=now, **data).pk


FAULTS = ("client", "provider", "nobody")


def cancel(
    order: Order, *, reason: str, why: str, by: User, now: datetime, fault: str = "nobody", whole: bool = True
) -> None:
    """Cancels the open stage, or all that is left of the order, with a refund (SUP-08). Only MET-05's reasons
    leave the rate alone. A case that held the order is decided by it.

    Refusals: `unknown_reason`, `wrong_party`, `reason_missing`, `wrong_state` (nothing is left, or no stage is open).
    """
    if reason not in SUPPORT_CANCELLATION or fault not in FAULTS:
        raise Refusal("unknown_reason")
    with locked(order, by=by, now=now) as row:
        if party_of(row, by) is not Party.SUPPORT:
            raise Refusal("wrong_party")
        stages = list(row.stages.filter(state__in=OPEN_STATES))
        planned = row.stages.filter(state=Stage.State.PLANNED)
        if not row.is_open or not (stages or (whole and planned.exists())):
            raise Refusal("wrong_state")
        _audited(row, "order_cancelled", why, by, now, reason=reason, fault=fault, whole=whole)
        if whole or not planned.exists():
            row.counts_in_rate = reason not in EXEMPT_FROM_RATE
            row.save(update_fields=["counts_in_rate"])
        for stage in stages:
            event = call_off(stage, ending=Order.Ending.SUPPORT, by=by, now=now, reason=reason, fault=fault)
            it, both = named(row, None if whole else stage), {Party.CLIENT, Party.PROVIDER}
            diary.announce(row, "cancel", both, key=f"event:{event.pk}", now=now, it=it)
        if whole:
            stop_rest(row, by=by, now=now, ending=Order.Ending.SUPPORT)
        _go_on(row, by, now)


def _go_on(order: Order, by: User, now: datetime) -> None:
    """One stage was cancelled and the order lives: nothing holds its clocks any more."""
    order.refresh_from_db()
    if order.held_at is not None:
        resume(order, by=by, now=now, decided=DECIDED["cancel"])
    elif order.is_open:
        resume_clocks(order, now)
        deadlines.reset(order)


def count_in_rate(order: Order, *, counts: bool, why: str, by: User, now: datetime) -> Order:
    """After a look at what a cancellation did to the rate, support leaves it out or counts it again (MET-06,
    SUP-04, SUP-05). Refusals: `wrong_party`, `reason_missing`, `wrong_state`.
    """
    with locked(order, by=by, now=now) as row:
        if row.state != Order.State.CANCELLED or row.counts_in_rate == counts:
            raise Refusal("wrong_state")
        entry = _audited(row, "rate_counted" if counts else "rate_exempted", why, by, now)
        row.counts_in_rate = counts
        row.save(update_fields=["counts_in_rate"])
        step = "rate_counted" if counts else "rate_exempted"
        diary.write(row, step, party=Party.SUPPORT, by=by, now=now)
        diary.announce(row, step, {Party.PROVIDER}, key=f"audit:{entry}", now=now)
    return row

"""The steps between milestones: start the next one (it is charged), or stop (M-7, M-8, M-13)."""

from datetime import datetime, timedelta

from house import clock
from house.payments import waiting
from house.payments.actions import open_checkout
from house.payments.models import Checkout
from house.people.models import User
from house.people.standing import may_start
from house.process import CLOCK, Refusal

from .. import deadlines, money
from ..models import Order, Stage
from ..move import locked, move, refuse_while_cancelling
from ..parties import Actor, party_of
from ..process import OPEN_STATES, STAGE, Step
from .ending import end_order, end_stage


def open_for_stage(stage: Stage, *, client: User, now: datetime, token: str = "") -> Checkout:
    """A checkout for the next planned stage; while it lives, the stop waits for it (DEC-31).

    A new payment is something new, so a suspended client begins no stage; a suspended provider finishes what
    was agreed, so theirs may be begun (DEC-37).

    Refusals: `suspended`, `wrong_state`, `wrong_party`, `stage_not_next`, `cancellation_open`.
    """
    may_start(client, now)
    with locked(stage.order, by=client, now=now) as order:
        stage = _startable(order, stage, client)
        checkout = open_checkout(
            client=client,
            provider=order.provider,
            purpose=Checkout.Purpose.STAGE,
            about=f"stage:{stage.pk}",
            amount=stage.price,
            terms={"stage": stage.pk, "order": order.number, "offer": {"id": order.offer_id, "title": _title(stage)}},
            now=now,
            token=token,
        )
        _wait(order, stage, checkout, now)
    return checkout


def wait_for(checkout: Checkout, *, now: datetime) -> None:
    """The next attempt at a stage's payment is waited for like the first. Refusals: those of opening it."""
    stage = Stage.objects.select_related("order").get(pk=checkout.terms["stage"])
    with locked(stage.order, by=checkout.client, now=now) as order:
        _wait(order, _startable(order, stage, checkout.client), checkout, now)


def _wait(order: Order, stage: Stage, checkout: Checkout, now: datetime) -> None:
    assert stage.begin_by is not None
    before, stage.begin_by = stage.begin_by, waiting.begin(stage, checkout, due=stage.begin_by, now=order.stands(now))
    stage.save()
    deadlines.go_on(order, f"stage:{stage.pk}", stage.begin_by - before)
    deadlines.reset(order)


def _startable(order: Order, stage: Stage, client: User) -> Stage:
    """The next stage, which this person may begin now."""
    STAGE.check(Step.BEGIN, state=order.stages.get(pk=stage.pk).state, party=party_of(order, client))
    stage = _next(order, stage)
    refuse_while_cancelling(order)
    return stage


def _title(stage: Stage) -> str:
    return f"{stage.order.title} · {stage.name}"[:120]


def _next(order: Order, stage: Stage) -> Stage:
    """Only the first planned stage, and only when nothing before it is open."""
    rows = list(order.stages.all())
    planned = [row for row in rows if row.state == Stage.State.PLANNED]
    if not planned or planned[0].pk != stage.pk or any(row.state in OPEN_STATES for row in rows):
        raise Refusal("stage_not_next")
    planned[0].order = order
    return planned[0]


def begun(checkout: Checkout, *, now: datetime, fee: int) -> Stage:
    """The paid next stage becomes active (M-7); runs in the transaction that marks the checkout paid."""
    stage = Stage.objects.select_related("order").get(pk=checkout.terms["stage"])
    may_start(checkout.client, now)
    with move(stage, Step.BEGIN, by=checkout.client, now=now) as moving:
        _next(moving.order, moving.stage)
        # The planned price was never charged: it is counted when the payment joins.
        moving.stage.price = 0
        money.charge(moving.stage, checkout, title=moving.stage.name, now=now, fee=fee)
        moving.stage.started_at = now
        moving.stage.due_at = clock.due(moving.order.stands(now), timedelta(days=moving.stage.days), moving.order)
        moving.stage.begin_by = moving.stage.waits_for = None
        moving.data = {"position": moving.stage.position}
    return moving.stage


def stop(stage: Stage, *, by: Actor, now: datetime) -> Order:
    """Nothing more is started: every planned stage is stopped and the order ends (MIL-14, MIL-15)."""
    with locked(stage.order, by=by, now=now) as order:
        stage = order.stages.get(pk=stage.pk)
        STAGE.check(Step.STOP, state=stage.state, party=party_of(order, by))
        if order.stages.filter(state__in=OPEN_STATES).exists():
            raise Refusal("stage_not_next")
        stop_rest(order, by=by, now=now)
    return order


def stop_rest(order: Order, *, by: Actor, now: datetime, silent: bool = False, ending: str = "") -> None:
    """Stops what was never begun; the last of them ends the order, by `ending` or as its last stage was cancelled
    when nothing was approved. The order is locked by the caller.
    """
    planned = list(order.stages.filter(state=Stage.State.PLANNED))
    for stage in planned:
        stage.order = order
        with move(stage, Step.STOP, by=by, now=now, announce=stage is planned[0]) as moving:
            moving.data = {"silent": silent, "position": stage.position}
            end_stage(moving.stage, by=by, now=now)
            moving.stage.begin_by = None
            end_order(moving.order, moving.stage, approved=False, ending=ending, now=now)


def begin_lapsed(order: Order, stage: Stage, at: datetime) -> None:
    """The clock at `begin_by`: a payment begun in time is waited for, else the rest is stopped (M-13)."""
    later = waiting.until(stage, at)
    if later is not None:
        stage.begin_by = later
        stage.save()
        deadlines.reset(order)
        return
    stop_rest(order, by=CLOCK, now=at, silent=True)

"""The gate: every step of a stage goes through `move`, with the order row locked first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from house.process import CLOCK, Clock, Party, Refusal, Rule

from . import deadlines, diary
from .models import Order, OrderEvent, ResolutionRequest, Stage
from .parties import Actor, party_of
from .process import STAGE, Step


@dataclass
class Move:
    """One step under way: what it moves, who moves it, and what the diary will say."""

    order: Order
    stage: Stage
    party: Party
    rule: Rule
    data: dict[str, Any] = field(default_factory=dict)
    event: OrderEvent | None = None
    said: str = ""  # the name of the notice, where it is not the step's


@contextmanager
def locked(order: Order, *, by: Actor, now: datetime) -> Iterator[Order]:
    """The order row, locked; before a person acts, the clock has its due (DEC-30). The clock's own steps need no
    savepoint: when one fails, all of that order's are undone.
    """
    by_clock = isinstance(by, Clock)
    if not by_clock:
        deadlines.catch_up(order.pk, now=now)
    with transaction.atomic(savepoint=not by_clock):
        row = Order.objects.select_for_update(of=("self",)).select_related("client", "provider").get(pk=order.pk)
        if not by_clock and deadlines.run_due(row, now=now):
            row.refresh_from_db()
        yield row


def open_request(order: Order) -> ResolutionRequest | None:
    """The order's open request, if any (DEC-34: at most one)."""
    return order.requests.filter(state=ResolutionRequest.State.OPEN).first()


def refuse_while_cancelling(order: Order) -> None:
    """While a cancellation is open, first it is answered or withdrawn (DEC-33)."""
    request = open_request(order)
    if request is not None and request.kind == ResolutionRequest.Kind.CANCELLATION:
        raise Refusal("cancellation_open")


@contextmanager
def move(stage: Stage, step: Step, *, by: Actor, now: datetime, announce: bool = True) -> Iterator[Move]:
    """Checks the step against the table, yields for its body, then writes state, diary and deadlines.

    Refusals: `wrong_party`, `wrong_state`, `cancellation_open`, `stranger`.
    """
    with locked(stage.order, by=by, now=now) as order:
        stage = order.stages.get(pk=stage.pk)
        stage.order = order
        party = party_of(order, by)
        rule = STAGE.check(step, state=stage.state, party=party)
        if by is not CLOCK and step is not Step.CANCEL:
            refuse_while_cancelling(order)
        before = stage.state
        moving = Move(order, stage, party, rule)
        yield moving
        stage.state = rule.end or stage.state
        stage.save()
        moving.event = diary.write(
            order, step, party=party, by=by, now=now, stage=stage, before=before, after=stage.state, **moving.data
        )
        deadlines.reset(order)
        if announce:
            told = rule.tell - {party} if party in (Party.CLIENT, Party.PROVIDER) else rule.tell
            diary.announce(order, moving.said or step, told, key=f"event:{moving.event.pk}", now=now, **moving.data)

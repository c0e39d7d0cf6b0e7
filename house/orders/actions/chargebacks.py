"""The client's bank takes a payment back, or gives it again (DEC-38). Of a stage that is open it comes out of
escrow, and the order is cancelled; of one that was released it is taken back from the provider; what went back
before is the market's loss.
"""

from datetime import datetime

from house.ledger.actions import Kind, Leg
from house.payments.actions import chargebacks as payments
from house.payments.models import Chargeback, Checkout, GatewayEvent
from house.process import CLOCK, Party

from .. import deadlines, diary, money, taking
from ..models import Charge, Order, Stage
from ..move import locked
from ..process import OPEN_STATES
from .ending import call_off
from .milestones import stop_rest

BOTH = frozenset({Party.CLIENT, Party.PROVIDER})


def disputed(event: GatewayEvent, checkout: Checkout, *, now: datetime) -> str:
    """What the gateway tells of a payment inside an order; `payments.apply` calls this. What the clock has to do is
    done first (DEC-30).
    """
    charge = Charge.objects.select_related("stage__order").get(checkout=checkout)
    deadlines.catch_up(charge.stage.order_id, now=now)
    with locked(charge.stage.order, by=CLOCK, now=now) as order:
        charge = Charge.objects.select_related("stage", "checkout").get(pk=charge.pk)
        charge.stage.order = order
        row = payments.note(event, now=now)
        if row is None:
            return "duplicate"
        WHEN[Chargeback.State(row.state)](row, charge)
    return event.kind


def _taken(row: Chargeback, charge: Charge) -> None:
    stage, order = charge.stage, charge.stage.order
    part = min(row.amount, charge.amount - charge.returned)
    row.loss = row.amount - part
    row.save(update_fields=["loss"])
    charge.returned += part
    charge.save(update_fields=["returned"])
    is_open = bool(part) and stage.state in OPEN_STATES
    legs = _from_escrow(stage, part) if is_open else _from_release(stage, part)
    payments.book_taken(row, about=order.about, legs=legs)
    event = diary.write(order, "chargeback", party=Party.CLOCK, by=CLOCK, now=row.at, amount=part, cancels=is_open)
    kind, told = ("chargeback_cancel", BOTH) if is_open else ("chargeback", {Party.PROVIDER})
    if part:
        diary.announce(order, kind, told, key=f"event:{event.pk}", now=row.at, amount=part)
    if is_open:
        _cancel(stage, row)


def _from_escrow(stage: Stage, amount: int) -> list[Leg]:
    stage.price -= amount
    stage.save(update_fields=["price"])
    return [Leg(Kind.ESCROW, -amount)]


def _from_release(stage: Stage, amount: int) -> list[Leg]:
    """Nothing, of a stage whose money has gone back before."""
    return taking.take_back(stage.earning, amount) if amount else []


def _cancel(stage: Stage, row: Chargeback) -> None:
    """Nobody is asked to work for money that is gone; what else was paid goes back, and no rate suffers."""
    order, ending = stage.order, Order.Ending.CHARGEBACK
    order.counts_in_rate = False
    order.save(update_fields=["counts_in_rate"])
    call_off(stage, ending=ending, by=CLOCK, now=row.at, fault="client")
    stop_rest(order, by=CLOCK, now=row.at, ending=ending)


def _won(row: Chargeback, charge: Charge) -> None:
    """Whose work was accepted has it again; whose work was delivered is paid for it; else it is the client's, who
    gets it back, for the order is over.
    """
    stage, order, at = charge.stage, charge.stage.order, row.ended_at
    assert at is not None  # `end` wrote it
    part = row.amount - row.loss
    to = _owner(stage) if part else None
    legs: list[Leg] = []
    if to is Party.CLIENT:
        legs = [Leg(Kind.ESCROW, part)]
    elif to is Party.PROVIDER and stage.state == Stage.State.APPROVED:
        legs = taking.give_again(stage.earning, part)
    elif to is Party.PROVIDER:
        legs = taking.give_undecided(order, part, now=at)
    payments.book_won(row, about=order.about, legs=legs)
    charge.returned -= part
    charge.save(update_fields=["returned"])
    if to is Party.CLIENT:
        money.pay_back(stage, part, key=row.key("returned"), reason="chargeback_won", now=at)
    event = diary.write(order, "chargeback_won", party=Party.CLOCK, by=CLOCK, now=at, amount=part, to=to or "")
    if to is not None:
        diary.announce(order, "chargeback_won", {to}, key=f"event:{event.pk}", now=at, amount=part)


def _owner(stage: Stage) -> Party:
    return Party.PROVIDER if stage.state == Stage.State.APPROVED or stage.delivered_at else Party.CLIENT


def _lost(row: Chargeback, charge: Charge) -> None:
    """Nothing moves any more."""


WHEN = {Chargeback.State.TAKEN: _taken, Chargeback.State.WON: _won, Chargeback.State.LOST: _lost}

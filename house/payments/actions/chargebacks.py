"""A payment that its payer disputes with their bank (DEC-38): the money is taken at once; later the bank gives it
again, or not. What was bought is the business of a room above, which locks it before the checkout.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from house.gateways.payments import Kind as Told
from house.ledger.actions import Kind, Leg, post

from ..models import Chargeback, Checkout, GatewayEvent

State = Chargeback.State
OUTCOMES = {Told.CHARGEBACK_WON: State.WON, Told.CHARGEBACK_LOST: State.LOST}
DISPUTES = frozenset({Told.CHARGED_BACK, *OUTCOMES})


class TooEarly(Exception):
    """The provider told of the end of a thing before its beginning: the errand tries again."""


class WhenDisputed(Protocol):
    """The verb of a room above that moves the money of what was bought, in our transaction; says what it did."""

    def __call__(self, event: GatewayEvent, checkout: Checkout, *, now: datetime) -> str: ...


def carry_out(event: GatewayEvent, when_disputed: Mapping[str, WhenDisputed], *, now: datetime) -> str:
    """What the provider tells of a dispute, once; "duplicate" when it was told before. Raises `TooEarly`."""
    checkout = event.checkout
    if checkout is None:
        return "unknown"
    if checkout.state == Checkout.State.PAID and checkout.gateway_ref == event.ref:
        return when_disputed[checkout.purpose](event, checkout, now=now)
    if checkout.refunds.filter(payment_ref=event.ref).exists():
        return _of_nothing(event, checkout, now)
    raise TooEarly(f"{event.kind} of {event.ref}, of which nothing is known yet")


def begin(event: GatewayEvent, *, now: datetime) -> Chargeback | None:
    """Notes what the bank took, never above what was charged; None when it was noted before, or is nothing. The
    caller books it. The checkout is locked, here and below.
    """
    checkout = Checkout.objects.select_for_update(of=("self",)).get(events=event.pk)
    if not event.amount or Chargeback.objects.filter(payment_ref=event.ref).exists():
        return None
    amount = min(event.amount, _charged(event, checkout))
    row = Chargeback.objects.create(checkout=checkout, payment_ref=event.ref, amount=amount, at=now)
    legs = [Leg(Kind.FEES, -event.fee), Leg(Kind.GATEWAY, event.fee)]
    if event.fee:
        post(row.key("fee"), kind="fee", about=checkout.about, at=row.at, legs=legs)
    return row


def _charged(event: GatewayEvent, checkout: Checkout) -> int:
    """What came with this payment; of one that bought nothing it is what went back."""
    if checkout.gateway_ref == event.ref and checkout.state == Checkout.State.PAID:
        return checkout.amount
    return sum(checkout.refunds.filter(payment_ref=event.ref).values_list("amount", flat=True))


def end(event: GatewayEvent, *, now: datetime) -> Chargeback | None:
    """Notes how it was decided; None when it was before. Raises `TooEarly`."""
    Checkout.objects.select_for_update(of=("self",)).get(events=event.pk)
    row = Chargeback.objects.filter(payment_ref=event.ref).first()
    if row is None:
        raise TooEarly(f"{event.kind} of {event.ref}, whose chargeback is not known yet")
    if row.state != State.TAKEN:
        return None
    row.state, row.ended_at = OUTCOMES[Told(event.kind)], now
    row.save(update_fields=["state", "ended_at"])
    return row


def note(event: GatewayEvent, *, now: datetime) -> Chargeback | None:
    """Whichever of the two the event tells of."""
    return begin(event, now=now) if event.kind == Told.CHARGED_BACK else end(event, now=now)


def _of_nothing(event: GatewayEvent, checkout: Checkout, now: datetime) -> str:
    """A payment that bought nothing and was sent back: what the bank takes of it is the market's loss."""
    row = note(event, now=now)
    if row is None:
        return "duplicate"
    if row.state == State.TAKEN:
        row.loss = row.amount
        row.save(update_fields=["loss"])
        book_taken(row, about=checkout.key, legs=[])
    elif row.state == State.WON:
        book_won(row, about=checkout.key, legs=[])
    return event.kind


def book_taken(row: Chargeback, *, about: str, legs: list[Leg]) -> None:
    """Out of the gateway's account: the market's loss, and `legs` of whoever bears the rest."""
    legs = [Leg(Kind.GATEWAY, row.amount), Leg(Kind.LOSS, -row.loss), *legs]
    post(row.key("taken"), kind="chargeback", about=about, at=row.at, legs=legs)


def book_won(row: Chargeback, *, about: str, legs: list[Leg]) -> None:
    """It is there again: the market has no loss, and the rest goes to `legs`."""
    assert row.ended_at is not None  # `end` wrote it
    legs = [Leg(Kind.GATEWAY, -row.amount), Leg(Kind.LOSS, row.loss), *legs]
    post(row.key("won"), kind="chargeback_won", about=about, at=row.ended_at, legs=legs)

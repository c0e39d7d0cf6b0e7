"""What an order's steps do to its money. At most one release or full refund per stage: one key for both."""

from dataclasses import dataclass
from datetime import datetime

from house import clock, policy
from house.ledger.actions import Kind, Leg, balance, escrow_moves, post
from house.money import split
from house.payments.actions import ask_refund, ledger_paid
from house.payments.models import Checkout
from house.people.models import Profile
from house.process import Refusal

from .models import Charge, Earning, Order, Stage


def _settled(stage: Stage) -> str:
    return f"stage:{stage.pk}:settled"


def _clearing_time(stage: Stage) -> str:
    level = stage.order.provider.profile.level
    return "top" if level == Profile.Level.TOP_RATED else "usual"


CLEARING = {"top": policy.CLEARING_TOP_RATED, "usual": policy.CLEARING}


def release(stage: Stage, *, now: datetime) -> Earning | None:
    """Escrow → the provider's pending earnings, commission and VAT (DEC-12). None when already settled."""
    order = stage.order
    parts = split(stage.price, percent=order.terms["commission_percent"], on=now.astimezone(clock.ISRAEL).date())
    moved = post(
        _settled(stage),
        kind="release",
        about=order.about,
        at=now,
        legs=[
            Leg(Kind.ESCROW, -parts.gross),
            Leg(Kind.PENDING, parts.provider, order.provider),
            Leg(Kind.COMMISSION, parts.commission),
            Leg(Kind.VAT, parts.vat),
        ],
    )
    if not moved:
        return None
    return Earning.objects.create(
        stage=stage,
        provider=order.provider,
        gross=parts.gross,
        provider_share=parts.provider,
        commission=parts.commission,
        vat=parts.vat,
        released_at=now,
        clears_at=clock.due(now, CLEARING[_clearing_time(stage)], order),
    )


def refund(stage: Stage, *, reason: str, now: datetime) -> None:
    """Escrow → back to the means it was paid with; the gateway is asked by an errand after commit."""
    if stage.price and _back(stage, stage.price, key=_settled(stage), now=now):
        for charge in stage.charges.select_related("checkout"):
            _ask(charge, charge.amount - charge.returned, key=_settled(stage), reason=reason, now=now)


def refund_part(stage: Stage, amount: int, *, key: str, now: datetime) -> None:
    """Returns a part and keeps the delivery; the latest payments go back first. The caller saves the stage.

    Refusal: `bad_partial_refund`: something, and less than all, of what is held.
    """
    if not 0 < amount < stage.price:
        raise Refusal("bad_partial_refund")
    if not _back(stage, amount, key=key, now=now):
        return
    stage.price -= amount
    for charge in stage.charges.select_related("checkout").order_by("-at", "-pk"):
        part = min(amount, charge.amount - charge.returned)
        _ask(charge, part, key=key, reason="partial", now=now)
        charge.returned += part
        charge.save(update_fields=["returned"])
        amount -= part


def _back(stage: Stage, amount: int, *, key: str, now: datetime) -> bool:
    legs = [Leg(Kind.ESCROW, -amount), Leg(Kind.GATEWAY, amount)]
    return post(key, kind="refund", about=stage.order.about, at=now, legs=legs)


def _ask(charge: Charge, amount: int, *, key: str, reason: str, now: datetime) -> None:
    if amount:
        ask_refund(charge.checkout, amount=amount, reason=reason, key=f"{key}:{charge.pk}", now=now)


def charge(stage: Stage, checkout: Checkout, *, title: str, now: datetime, fee: int) -> Charge:
    """A payment joins a stage that is paid already: escrow, the stage's price, the order's total."""
    order = stage.order
    ledger_paid(checkout, about=order.about, now=now, fee=fee)
    stage.price += checkout.amount
    order.total += checkout.amount
    order.save(update_fields=["total"])
    return Charge.objects.create(stage=stage, checkout=checkout, amount=checkout.amount, title=title, at=now)


def clear(earning: Earning) -> bool:
    """Pending → cleared, as of the moment it was promised; False when it was done before."""
    moved = post(
        f"earning:{earning.pk}:clear",
        kind="clear",
        about=earning.stage.order.about,
        at=earning.clears_at,
        legs=[
            Leg(Kind.PENDING, -earning.provider_share, earning.provider),
            Leg(Kind.CLEARED, earning.provider_share, earning.provider),
        ],
    )
    Earning.objects.filter(pk=earning.pk).update(cleared_at=earning.clears_at)
    return moved


@dataclass(frozen=True)
class Sums:
    """Where the money of an order is, in minor units: `paid == held + released + refunded`, to the agora."""

    paid: int
    held: int
    released: int  # gross: the provider's share and the commission
    refunded: int
    to_come: int  # planned stages, which nobody has paid for


def sums(order: Order) -> Sums:
    """Read from the books, not from what the stages say."""
    moved = escrow_moves(order.about)
    planned = (stage.price for stage in order.stages.all() if stage.state == Stage.State.PLANNED)
    return Sums(
        paid=moved.get("paid", 0),
        held=sum(moved.values()),
        released=-moved.get("release", 0),
        refunded=-moved.get("refund", 0),
        to_come=sum(planned),
    )


def held(order: Order) -> int:
    """What the market holds in escrow for this order, in minor units."""
    return balance(Kind.ESCROW, about=order.about)

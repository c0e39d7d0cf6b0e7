"""What an order's steps do to its money. At most one release or full refund per stage: one key for both."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from house import clock, policy
from house.ledger import debts
from house.ledger.actions import Kind, Leg, balance, moves, post
from house.money import split
from house.payments.actions import ask_refund, ledger_paid
from house.payments.models import Chargeback, Checkout, Refund
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
        ask_back(stage, stage.price, key=_settled(stage), reason=reason, now=now)


def refund_part(stage: Stage, amount: int, *, key: str, now: datetime) -> None:
    """Returns a part and keeps the delivery; the latest payments go back first. The caller saves the stage.

    Refusal: `bad_partial_refund`: something, and less than all, of what is held.
    """
    if not 0 < amount < stage.price:
        raise Refusal("bad_partial_refund")
    if not _back(stage, amount, key=key, now=now):
        return
    stage.price -= amount
    ask_back(stage, amount, key=key, reason="partial", now=now)


def pay_back(stage: Stage, amount: int, *, key: str, reason: str, now: datetime) -> None:
    """Money that came to escrow for a stage that is over goes back."""
    if _back(stage, amount, key=key, now=now):
        ask_back(stage, amount, key=key, reason=reason, now=now)


def ask_back(stage: Stage, amount: int, *, key: str, reason: str, now: datetime) -> None:
    """Has the gateway return `amount` of what was charged for a stage, the latest payments first; the caller books."""
    for charge in stage.charges.select_related("checkout").order_by("-at", "-pk"):
        part = min(amount, charge.amount - charge.returned)
        if part:
            ask_refund(charge.checkout, amount=part, reason=reason, key=f"{key}:{charge.pk}", now=now)
            charge.returned += part
            charge.save(update_fields=["returned"])
        amount -= part


def _back(stage: Stage, amount: int, *, key: str, now: datetime) -> bool:
    legs = [Leg(Kind.ESCROW, -amount), Leg(Kind.GATEWAY, amount)]
    return post(key, kind="refund", about=stage.order.about, at=now, legs=legs)


def charge(stage: Stage, checkout: Checkout, *, title: str, now: datetime, fee: int) -> Charge:
    """A payment joins a stage that is paid already: escrow, the stage's price, the order's total."""
    order = stage.order
    ledger_paid(checkout, about=order.about, now=now, fee=fee)
    stage.price += checkout.amount
    order.total += checkout.amount
    order.save(update_fields=["total"])
    return Charge.objects.create(stage=stage, checkout=checkout, amount=checkout.amount, title=title, at=now)


def clear(earning: Earning) -> None:
    """Pending → cleared, as of the moment it was promised; what the provider owes is paid first (DEC-38). The
    caller has locked an earning that has not cleared.
    """
    amount, provider = earning.to_clear, earning.provider
    if amount:
        legs = [Leg(Kind.PENDING, -amount, provider), *debts.give(provider, amount)]
        key = f"earning:{earning.pk}:clear"
        post(key, kind="clear", about=earning.stage.order.about, at=earning.clears_at, legs=legs)
    Earning.objects.filter(pk=earning.pk).update(cleared_at=earning.clears_at)


@dataclass(frozen=True)
class Sums:
    """Where the money of an order is, in minor units: `paid == held + released + refunded + charged_back`, to the
    agora.
    """

    paid: int
    held: int
    released: int  # gross: the provider's share and the commission, less what was taken back of it
    refunded: int
    to_come: int  # planned stages, which nobody has paid for
    charged_back: int = 0  # what the client's bank took, as far as this order bears it (DEC-38)


def sums(order: Order) -> Sums:
    """Read from the books, not from what the stages say."""
    moved = moves(order.about)
    escrow = {kind: accounts.get(Kind.ESCROW, 0) for kind, accounts in moved.items()}
    outside = {kind: sum(moved.get(kind, {}).get(each, 0) for each in OUTSIDE) for kind in WENT_BACK}
    planned = (stage.price for stage in order.stages.all() if stage.state == Stage.State.PLANNED)
    return Sums(
        paid=escrow.get("paid", 0),
        held=sum(escrow.values()),
        released=-escrow.get("release", 0) - sum(amount + escrow.get(kind, 0) for kind, amount in outside.items()),
        refunded=outside["late_refund"] - escrow.get("refund", 0),
        charged_back=outside["chargeback"] + outside["chargeback_won"],
        to_come=sum(planned),
    )


OUTSIDE = (Kind.GATEWAY, Kind.LOSS)  # their sum is what an order lost, or got again
WENT_BACK = ("chargeback", "chargeback_won", "late_refund")  # transfers that may take from what was released


def joined(order: Order) -> QuerySet[Charge]:
    """What was paid after the order began: next milestones, changes, extras."""
    return Charge.objects.filter(stage__order=order).exclude(checkout=order.checkout_id)


def refunds(orders: Collection[Order]) -> QuerySet[Refund]:
    """Refunds of every payment of these orders, also of later ones, each with its `order_id`."""
    rows = Refund.objects.filter(checkout__charge__stage__order__in=orders).order_by("asked_at", "pk")
    return rows.annotate(order_id=F("checkout__charge__stage__order"))


def chargebacks(orders: Collection[Order]) -> QuerySet[Chargeback]:
    """What banks took of the payments of these orders and keep, each with its `order_id`."""
    rows = Chargeback.objects.filter(checkout__charge__stage__order__in=orders).exclude(state=Chargeback.State.WON)
    return rows.annotate(order_id=F("checkout__charge__stage__order")).order_by("at", "pk")


def held(order: Order) -> int:
    """What the market holds in escrow for this order, in minor units."""
    return balance(Kind.ESCROW, about=order.about)

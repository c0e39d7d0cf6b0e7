"""What an order's steps do to its money. At most one release or full refund per stage: one key for both."""

from datetime import datetime

from house import clock, policy
from house.ledger.actions import Kind, Leg, balance, post
from house.money import split
from house.payments.actions import ask_refund
from house.people.models import Profile

from .models import Earning, Order, Stage


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
    order = stage.order
    key = _settled(stage)
    if post(
        key,
        kind="refund",
        about=order.about,
        at=now,
        legs=[Leg(Kind.ESCROW, -stage.price), Leg(Kind.GATEWAY, stage.price)],
    ):
        ask_refund(order.checkout, amount=stage.price, reason=reason, key=key, now=now)


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


def held(order: Order) -> int:
    """What the market holds in escrow for this order, in minor units."""
    return balance(Kind.ESCROW, about=order.about)

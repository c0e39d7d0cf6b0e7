"""What a payment does to the ledger. The gateway's account mirrors the outside world: negative of what
the market holds there.
"""

from datetime import datetime

from house.ledger.actions import Kind, Leg, post

from ..models import Checkout


def ledger_paid(checkout: Checkout, *, about: str, now: datetime, fee: int) -> None:
    """Gateway → escrow of the paid thing `about`, whose name the checkout takes; the gateway's fee is the
    market's cost (DEC-12).
    """
    _came_in(checkout.key, about=about, amount=checkout.amount, fee=fee, now=now)
    checkout.about = about
    checkout.save(update_fields=["about"])


def ledger_returned(payment: str, *, about: str, amount: int, fee: int, now: datetime) -> None:
    """Money that came for nothing: in, and at once on its way out, so that the books show both."""
    _came_in(payment, about=about, amount=amount, fee=fee, now=now)
    post(
        f"{payment}:returned",
        kind="refund",
        about=about,
        at=now,
        legs=[Leg(Kind.ESCROW, -amount), Leg(Kind.GATEWAY, amount)],
    )


def _came_in(key: str, *, about: str, amount: int, fee: int, now: datetime) -> None:
    post(
        f"{key}:paid",
        kind="paid",
        about=about,
        at=now,
        legs=[Leg(Kind.GATEWAY, -amount), Leg(Kind.ESCROW, amount)],
    )
    if fee:
        post(f"{key}:fee", kind="fee", about=about, at=now, legs=[Leg(Kind.FEES, -fee), Leg(Kind.GATEWAY, fee)])

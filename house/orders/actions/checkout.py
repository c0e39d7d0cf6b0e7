"""Opening the checkout of an order (O-1's guards stand here; the order begins when it is paid, DEC-31)."""

from collections.abc import Mapping
from datetime import datetime

from house.catalog.models import Offer
from house.catalog.pricing import quote
from house.payments.actions import open_checkout
from house.payments.models import Checkout
from house.people.models import User
from house.people.standing import may_start
from house.process import Refusal

from ..terms import frozen


def open_for_offer(
    offer: Offer,
    *,
    client: User,
    package: int,
    quantity: int,
    extras: Mapping[int, int],
    fast: bool,
    now: datetime,
    token: str = "",
) -> Checkout:
    """A checkout for a package (by position) of a published offer; the same `token` opens it once.

    Refusals: `suspended`, `own_offer` (DEC-41), `offer_closed`, and those of `catalog.pricing.quote`.
    """
    may_start(client, now)
    if offer.provider_id == client.pk:
        raise Refusal("own_offer")
    if offer.state != Offer.State.PUBLISHED or not offer.provider.is_active:
        raise Refusal("offer_closed")
    if offer.provider.standing == User.Standing.BLOCKED or offer.provider.is_suspended(now):
        raise Refusal("offer_closed")
    price = quote(offer, package=package, quantity=quantity, extras=extras, fast=fast)
    chosen = next(row for row in offer.packages.all() if row.position == package)
    return open_checkout(
        client=client,
        provider=offer.provider,
        purpose=Checkout.Purpose.ORDER,
        about=f"offer:{offer.pk}",
        amount=price.total,
        terms=frozen(offer, chosen, price, quantity),
        now=now,
        token=token,
    )

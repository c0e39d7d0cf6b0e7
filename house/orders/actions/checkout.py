"""Opening the checkout of an order (O-1's guards stand here; the order begins when it is paid, DEC-31)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from house.catalog.models import Offer
from house.catalog.pricing import Quote as Bill
from house.catalog.pricing import quote
from house.payments.actions import open_checkout, try_again
from house.payments.models import Checkout
from house.people import away
from house.people.blocks import keep_apart
from house.people.models import User
from house.people.standing import may_start
from house.process import Refusal
from house.quotes.actions import hold
from house.quotes.models import Quote

from ..models import Coupon
from ..terms import frozen, frozen_quote
from . import coupons, milestones, requests


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
    coupon: Coupon | None = None,
) -> Checkout:
    """A checkout for a package (by position) of a published offer; the same `token` opens it once, and holds
    the coupon while it lives (COU-15).

    Refusals: `suspended`, `own_offer` (DEC-41), `offer_closed`, `blocked` (BLK-04), and those of
    `catalog.pricing.quote`.
    """
    may_start(client, now)
    if offer.provider_id == client.pk:
        raise Refusal("own_offer")
    if offer.state != Offer.State.PUBLISHED:
        raise Refusal("offer_closed")
    _open_for_business(offer.provider, now)
    keep_apart(client, offer.provider)
    price = quote(offer, package=package, quantity=quantity, extras=extras, fast=fast)
    if coupon is not None:
        return _with_coupon(offer, coupon, price, package, quantity, client=client, now=now, token=token)
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


def _with_coupon(
    offer: Offer, coupon: Coupon, price: Bill, package: int, quantity: int, *, client: User, now: datetime, token: str
) -> Checkout:
    """The discount stands on the bill as a line of its own, and in the frozen terms."""
    if coupon.provider_id != offer.provider_id or coupon.client_id != client.pk:
        raise Refusal("coupon_taken")
    price = coupons.discounted(price, coupon.percent)
    chosen = next(row for row in offer.packages.all() if row.position == package)
    with transaction.atomic():
        checkout = open_checkout(
            client=client,
            provider=offer.provider,
            purpose=Checkout.Purpose.ORDER,
            about=f"offer:{offer.pk}",
            amount=price.total,
            terms={**frozen(offer, chosen, price, quantity), "coupon": coupon.pk},
            now=now,
            token=token,
        )
        coupons.hold(coupon, checkout, now=now)
    return checkout


def _open_for_business(provider: User, now: datetime) -> None:
    """DEC-37: a suspended, blocked or closed provider gets nothing new."""
    if not provider.is_active or provider.standing == User.Standing.BLOCKED or provider.is_suspended(now):
        raise Refusal("offer_closed")
    if away.of(provider, now) is not None:
        raise Refusal("away")  # AVL-01, O-1


def open_for_quote(quote: Quote, *, client: User, now: datetime, token: str = "") -> Checkout:
    """A checkout for a custom offer: all of it, or its first milestone (MIL-12). While it lives, the offer's
    end waits for it (DEC-31). It is an agreement of its own: that its offer was paused or edited meanwhile changes
    nothing; what was removed from the market is not sold through it.

    Refusals: `suspended`, `stranger`, `offer_closed`, `blocked`, `wrong_state`.
    """
    may_start(client, now)
    if quote.client_id != client.pk:
        raise Refusal("stranger")
    if quote.offer.state == Offer.State.REMOVED:
        raise Refusal("offer_closed")
    _open_for_business(quote.provider, now)
    keep_apart(client, quote.provider)
    with transaction.atomic():
        checkout = open_checkout(
            client=client,
            provider=quote.provider,
            purpose=Checkout.Purpose.ORDER,
            about=quote.about,
            amount=quote.first_payment,
            terms=frozen_quote(quote),
            now=now,
            token=token,
        )
        hold(quote, checkout, now=now)
    return checkout


def again(checkout: Checkout, *, now: datetime) -> Checkout:
    """After a decline the same once more; what waited for the first attempt waits for this one (DEC-31).

    Refusals: those of `payments.try_again`, and of what is bought: `coupon_held`, `coupon_taken`, `wrong_state`.
    """
    with transaction.atomic():
        fresh = try_again(checkout, now=now)
        WAITING[Checkout.Purpose(fresh.purpose)](fresh, now=now)
    return fresh


def _wait_for(checkout: Checkout, *, now: datetime) -> None:
    """An order's first payment: its coupon, or its quote."""
    if checkout.terms.get("coupon"):
        coupons.hold(Coupon.objects.get(pk=checkout.terms["coupon"]), checkout, now=now)
    if checkout.terms.get("quote"):
        hold(Quote.objects.get(pk=checkout.terms["quote"]), checkout, now=now)


def _nothing(checkout: Checkout, *, now: datetime) -> None:
    """A membership has no deadline."""


WAITING = {
    Checkout.Purpose.ORDER: _wait_for,
    Checkout.Purpose.STAGE: milestones.wait_for,
    Checkout.Purpose.CHANGE: requests.wait_for,
    Checkout.Purpose.MEMBERSHIP: _nothing,
}

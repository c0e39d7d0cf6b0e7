"""Coupons (COU): given to chosen clients, held by one checkout, used once, void when the order is cancelled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from house import policy
from house.catalog.models import Offer
from house.catalog.pricing import Line
from house.catalog.pricing import Quote as Bill
from house.contacts import find
from house.notices.actions import tell
from house.payments.models import Checkout
from house.people.models import User
from house.people.standing import may_start
from house.process import Refusal
from house.text import clean_line

from ..models import Coupon, Order

State = Coupon.State


def eligible(provider: User, now: datetime) -> QuerySet[User]:
    """Clients whose order the provider completed in the last 90 days (COU-09)."""
    done = Order.objects.filter(
        provider=provider,
        state=Order.State.COMPLETED,
        ended_at__gt=now - policy.COUPON_CLIENTS_OF,
        ended_at__lte=now,
        client__is_active=True,
    )
    return User.objects.filter(pk__in=done.values("client")).order_by("first_name", "last_name", "pk")


def give(provider: User, *, clients: Sequence[User], percent: int, note: str, now: datetime) -> list[Coupon]:
    """Issues one coupon to each chosen client and tells them at once, by bell and mail (COU-01…09, NOT-10).

    Refusals: `suspended`, `not_a_member`, `bad_percent`, `nobody_chosen`, `not_your_client`, `contact_details`.
    """
    may_start(provider, now)
    if not provider.is_provider or not provider.profile.is_member(now):
        raise Refusal("not_a_member")
    if not 1 <= percent <= policy.COUPON_PERCENT_MAX:
        raise Refusal("bad_percent", most=policy.COUPON_PERCENT_MAX)
    chosen = {client.pk for client in clients}
    if not chosen:
        raise Refusal("nobody_chosen")
    if chosen - set(eligible(provider, now).values_list("pk", flat=True)):
        raise Refusal("not_your_client")
    found = [finding.text for finding in find(note)]
    if found:
        raise Refusal("contact_details", found=", ".join(found))
    with transaction.atomic():
        return [_give(provider, client, percent, clean_line(note)[:400], now) for client in clients]


def _give(provider: User, client: User, percent: int, note: str, now: datetime) -> Coupon:
    coupon = Coupon.objects.create(provider=provider, client=client, percent=percent, note=note, issued_at=now)
    tell(
        client,
        "coupon",
        key=f"coupon:{coupon.pk}",
        about=f"coupon:{coupon.pk}",
        path=f"/pro/{provider.profile.username}/",
        now=now,
        other=provider.display_name,
        percent=percent,
        note=note or "–",
    )
    return coupon


def discounted(bill: Bill, percent: int) -> Bill:
    """The bill with the discount as a line of its own, titled by its percent. Refusal: `order_too_small`."""
    off = discount(bill, percent)
    line = Line("coupon", f"{percent}%", -off, 1, -off)
    return replace(bill, lines=(*bill.lines, line), total=bill.total - off)


def discount(bill: Bill, percent: int) -> int:
    """Of the published offer price, package × quantity; extras are not discounted (COU-13, AMB-24). Minor
    units, rounded down: the client never pays less than the provider promised.

    Refusal: `order_too_small`: the amount before the discount is below the least (COU-10).
    """
    least = policy.COUPON_ORDER_MIN[policy.CURRENCY]
    if bill.total < least:
        raise Refusal("order_too_small", least=least // 100)
    base = sum(line.amount for line in bill.lines if line.kind == "package")
    return base * percent // 100


def usable(client: User, offer: Offer) -> Coupon | None:
    """The best coupon that this client may use with this offer's provider (COU-15)."""
    mine = Coupon.objects.filter(client=client, provider=offer.provider, state=State.ISSUED)
    return mine.order_by("-percent", "issued_at").first()


def hold(coupon: Coupon, checkout: Checkout) -> Coupon:
    """issued → held. Twenty at once: one gets it, the others `coupon_taken`. The caller is in a transaction."""
    taken = Coupon.objects.filter(pk=coupon.pk, client=checkout.client, state=State.ISSUED).update(
        state=State.HELD, checkout=checkout
    )
    if not taken:
        raise Refusal("coupon_taken")
    coupon.refresh_from_db()
    return coupon


def use(checkout: Checkout) -> None:
    """held → used, in the transaction that marks the checkout paid. A discount whose coupon is gone buys
    nothing: `coupon_taken` sends the money back.
    """
    wanted = checkout.terms.get("coupon")
    if wanted and not Coupon.objects.filter(pk=wanted, checkout=checkout, state=State.HELD).update(state=State.USED):
        raise Refusal("coupon_taken")


def void(order: Order) -> None:
    """An order placed with a coupon was cancelled, for any reason (COU-16)."""
    Coupon.objects.filter(checkout=order.checkout, state=State.USED).update(state=State.VOID)


def give_back_due(now: datetime, limit: int = 200) -> int:
    """held → issued when its checkout has died (DEC-31)."""
    dead = Coupon.objects.filter(
        state=State.HELD, checkout__state__in=[Checkout.State.DECLINED, Checkout.State.EXPIRED]
    ).values_list("pk", flat=True)[:limit]
    return Coupon.objects.filter(pk__in=list(dead), state=State.HELD).update(state=State.ISSUED, checkout=None)

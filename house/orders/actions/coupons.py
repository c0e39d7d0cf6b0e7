"""Coupons (COU): given to chosen clients, held by one checkout, used once, void when the order is cancelled.

A coupon that was given is a promise to its client: it outlives the provider's membership (COU-02 is about giving).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from house import policy
from house.catalog.models import Offer
from house.catalog.pricing import Line
from house.catalog.pricing import Quote as Bill
from house.contacts import find
from house.notices.actions import tell
from house.payments.actions import expire_due
from house.payments.models import Checkout
from house.people.models import Profile, User
from house.people.standing import may_start
from house.process import Refusal
from house.text import clean_line

from ..models import Coupon, Order

State = Coupon.State
DEAD = (Checkout.State.DECLINED, Checkout.State.EXPIRED)


def eligible(provider: User, now: datetime) -> QuerySet[User]:
    """Clients whose order the provider completed in the last 90 days (COU-09)."""
    done = Order.objects.filter(
        provider=provider,
        state=Order.State.COMPLETED,
        ended_at__gt=now - policy.COUPON_CLIENTS_OF,
        ended_at__lte=now,
        client__is_active=True,
    ).exclude(client__standing=User.Standing.BLOCKED)
    return User.objects.filter(pk__in=done.values("client")).order_by("first_name", "last_name", "pk")


def give(provider: User, *, clients: Sequence[User], percent: int, note: str, now: datetime) -> list[Coupon]:
    """Issues one coupon to each chosen client and tells them at once, by bell and mail (COU-01…09, NOT-10).

    Refusals: `suspended`, `not_a_member`, `bad_percent`, `nobody_chosen`, `not_your_client`, `contact_details`,
    `coupon_given_lately`.
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
        Profile.objects.select_for_update().get(user=provider)  # a form that is sent twice gives once
        lately = Coupon.objects.filter(provider=provider, client__in=chosen)
        if lately.filter(issued_at__gt=now - policy.COUPON_AGAIN_AFTER).exists():
            raise Refusal("coupon_given_lately")
        each = User.objects.filter(pk__in=chosen).order_by("pk")
        return [_give(provider, client, percent, clean_line(note)[:400], now) for client in each]


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


def usable(client: User, offer: Offer, now: datetime) -> Coupon | None:
    """The best coupon that this client may use with this offer's provider (COU-15)."""
    mine = Coupon.objects.filter(client=client, provider=offer.provider).filter(_free(now))
    return mine.order_by("-percent", "issued_at").first()


def _free(now: datetime) -> Q:
    """Not held, or held by a checkout that is over, though the sweep has not come by yet."""
    over = Q(checkout__state__in=DEAD) | Q(checkout__state__in=["open", "paying"], checkout__expires_at__lte=now)
    return Q(state=State.ISSUED) | Q(state=State.HELD) & over


def hold(coupon: Coupon, checkout: Checkout, *, now: datetime) -> None:
    """issued → held. Twenty at once: one gets it. The caller is in a transaction.

    Refusals: `coupon_held` (another payment has it for a while), `coupon_taken` (used, void, somebody else's).
    """
    _let_go(coupon, now)
    mine = Coupon.objects.filter(pk=coupon.pk, client=checkout.client, provider=checkout.provider)
    if mine.filter(state=State.ISSUED).update(state=State.HELD, checkout=checkout):
        return
    held = mine.filter(state=State.HELD).select_related("checkout").first()
    if held is None or held.checkout is None:
        raise Refusal("coupon_taken")
    if held.checkout_id != checkout.pk:
        raise Refusal("coupon_held", until=held.checkout.expires_at)


def _let_go(coupon: Coupon, now: datetime) -> None:
    """held → issued at once when its checkout is over. The checkout is locked before the coupon, as by payments."""
    holder = Coupon.objects.filter(pk=coupon.pk, state=State.HELD).values_list("checkout", flat=True).first()
    if holder is not None:
        expire_due(now, only=holder)
        _give_back(Coupon.objects.filter(pk=coupon.pk))


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
    dead = Coupon.objects.filter(state=State.HELD, checkout__state__in=DEAD).values_list("pk", flat=True)[:limit]
    return _give_back(Coupon.objects.filter(pk__in=list(dead)))


def _give_back(rows: QuerySet[Coupon]) -> int:
    """Judged again as it is written: a checkout that is dead stays dead, and another one may have it by now."""
    dead = Checkout.objects.filter(state__in=DEAD)
    return rows.filter(state=State.HELD, checkout__in=dead).update(state=State.ISSUED, checkout=None)

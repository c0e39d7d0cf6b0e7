"""The verbs of membership (DEC-21): bought in advance, granted, reminded; it ends by itself."""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.db import transaction

from house import clock, money, policy
from house.ledger.actions import Kind, Leg, post
from house.notices.actions import tell
from house.payments.actions import chargebacks, open_checkout
from house.payments.models import Chargeback, Checkout, GatewayEvent
from house.people import audit
from house.people.models import Profile, Role, User
from house.people.standing import may_start
from house.process import Refusal
from house.text import visible_length

from .models import Membership


def open_for_membership(user: User, *, months: int, now: datetime, token: str = "") -> Checkout:
    """A checkout for one or twelve months. Refusals: `suspended`, `not_a_provider`, `bad_months`."""
    may_start(user, now)
    if not user.is_provider:
        raise Refusal("not_a_provider")
    if months not in policy.MEMBERSHIP_PRICES:
        raise Refusal("bad_months")
    return open_checkout(
        client=user,
        provider=None,
        purpose=Checkout.Purpose.MEMBERSHIP,
        about=f"membership:{user.pk}",
        amount=policy.MEMBERSHIP_PRICES[months],
        terms={"months": months, "offer": {"id": None, "title": "build-in house"}},
        now=now,
        token=token,
    )


def paid(checkout: Checkout, *, now: datetime, fee: int) -> Membership:
    """The paid membership begins, or continues where the present one ends; it is all the market's (DEC-12)."""
    months = checkout.terms["months"]
    row = _extend(checkout.client, months, now, checkout=checkout)
    amount = checkout.amount
    vat = money.vat_inside(amount, on=now.astimezone(clock.ISRAEL).date())
    legs = [Leg(Kind.GATEWAY, -amount), Leg(Kind.COMMISSION, amount - vat), Leg(Kind.VAT, vat)]
    post(f"{checkout.key}:paid", kind="membership", about=row.about, at=now, legs=legs)
    if fee:
        legs = [Leg(Kind.FEES, -fee), Leg(Kind.GATEWAY, fee)]
        post(f"{checkout.key}:fee", kind="fee", about=row.about, at=now, legs=legs)
    return row


def disputed(event: GatewayEvent, checkout: Checkout, *, now: datetime) -> str:
    """The member's bank took the payment back, or decided about it: the books follow, and what is left of the time
    that was bought is taken with the money, or given again (DEC-38).
    """
    profile = Profile.objects.select_for_update().get(user=checkout.client)
    row = chargebacks.note(event, now=now)
    if row is None:
        return "duplicate"
    bought = Membership.objects.get(checkout=checkout)
    amount, vat = row.amount, money.vat_inside(row.amount, on=_day_paid(checkout))
    legs = [Leg(Kind.COMMISSION, vat - amount), Leg(Kind.VAT, -vat)]
    if row.state == Chargeback.State.TAKEN:
        chargebacks.book_taken(row, about=bought.about, legs=legs)
        _shift(profile, -bought.left(row.at))
    elif row.state == Chargeback.State.WON:
        chargebacks.book_won(row, about=bought.about, legs=[Leg(leg.kind, -leg.amount) for leg in legs])
        _shift(profile, bought.left(row.at))
    return event.kind


def _day_paid(checkout: Checkout) -> date:
    assert checkout.ended_at is not None  # it was paid
    return checkout.ended_at.astimezone(clock.ISRAEL).date()


def _shift(profile: Profile, time: timedelta) -> None:
    if profile.member_until is not None:
        profile.member_until += time
        profile.save(update_fields=["member_until"])


def grant(user: User, *, months: int, why: str, by: User, now: datetime) -> Membership:
    """The owner may give it, to others (DEC-21). Refusals: `wrong_party`, `not_on_yourself`, `not_a_provider`,
    `reason_missing`, `bad_months`.
    """
    if not by.has_role(Role.OWNER):
        raise Refusal("wrong_party")
    if by.pk == user.pk:
        raise Refusal("not_on_yourself")
    if not user.is_provider:
        raise Refusal("not_a_provider")
    if not visible_length(why):
        raise Refusal("reason_missing")
    if not 1 <= months <= policy.MEMBERSHIP_GRANT_MAX:
        raise Refusal("bad_months")
    with transaction.atomic():
        row = _extend(user, months, now, granted_by=by)
        audit.record(by=by, what="membership_granted", about=f"user:{user.pk}", why=why, now=now, months=months)
    return row


def _extend(
    user: User, months: int, now: datetime, *, checkout: Checkout | None = None, granted_by: User | None = None
) -> Membership:
    profile = Profile.objects.select_for_update().get(user=user)
    start = max(now, profile.member_until or now)
    end = months_after(start, months)
    row = Membership.objects.create(
        user=user, starts_at=start, ends_at=end, months=months, checkout=checkout, granted_by=granted_by
    )
    profile.member_until = end
    profile.save(update_fields=["member_until"])
    _tell(row, "membership_begun", now)
    return row


def months_after(start: datetime, months: int) -> datetime:
    """The same day and hour of a later month in Israel; the last day of it where it has no such day."""
    return start.astimezone(clock.ISRAEL) + relativedelta(months=months)


def remind_due(now: datetime) -> int:
    """Seven days before the end, once; a membership that was prolonged meanwhile says nothing."""
    soon = Membership.objects.filter(
        reminded_at=None, ends_at__gt=now, ends_at__lte=now + policy.MEMBERSHIP_REMIND
    ).select_related("user__profile")
    rows = list(soon)
    for row in rows:
        if row.user.profile.member_until == row.ends_at:
            _tell(row, "membership_ending", now)
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
    return len(rows)


def _tell(row: Membership, kind: str, now: datetime) -> None:
    due = row.ends_at.isoformat()
    key = f"{row.about}:{kind}"
    tell(row.user, kind, key=key, about=row.about, path="/seller/membership/", now=now, due=due)

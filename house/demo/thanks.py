"""Membership, and what members give: coupons that wait, were used, and became void (MEM-01, COU)."""

from datetime import datetime
from random import Random

from house.orders.actions import coupons
from house.orders.models import Coupon
from house.people.models import User
from house.treasury import membership

from . import scripts
from .casting import Casting
from .moments import DAY, HOUR, by_day
from .people import Cast
from .till import AT_THE_TILL, pay

# How many days ago, for how many months: what each next provider bought; Amir the first of them.
BOUGHT = ((210, 12), (160, 12), (95, 12), (26, 1), (70, 1))
GRANTED = (40, 3)
WHY_GRANTED = "שלושה חודשי חברות במתנה, אחרי תקלה שהסתירה את ההצעות ליומיים."
NOTES = (
    "תודה על עבודה נעימה ועל הקפה. נשמח לחזור לעבודה הבאה.",
    "היה כיף לעבוד אצלכם. זו ההנחה שהבטחתי לחדר השני.",
    "לקראת החורף כדאי לטפל גם במרפסת, והפעם בהנחה.",
    "",
)
GIVEN = (38, 4)  # days ago: first to those who ordered again, lately to those who still may
AGAIN = (scripts.done(30, 1, late=0), scripts.active, scripts.cancelled_by_consent)  # used, used, void
MEMBERS_WHO_GIVE = 3
LATELY = 3  # coupons of each that still wait


def enrol(rng: Random, cast: Cast, now: datetime) -> list[User]:
    """The members, Amir first."""
    others = [user for user in cast.providers.values() if user != cast.amir]
    members = [cast.amir, *rng.sample(others, min(len(others), len(BOUGHT)))]
    for user, (days, months) in zip(members, BOUGHT, strict=False):
        at = by_day(rng, max(now - days * DAY, user.profile.opened_at + DAY))
        checkout = membership.open_for_membership(user, months=months, now=at - AT_THE_TILL)
        pay(checkout, title="build-in house", at=at)
    if len(members) > len(BOUGHT):
        days, months = GRANTED
        membership.grant(members[-1], months=months, why=WHY_GRANTED, by=cast.owner, now=now - days * DAY)
    for user in members:
        user.profile.refresh_from_db()
    return members


def give(rng: Random, casting: Casting, members: list[User], noa: User, now: datetime) -> list[Coupon]:
    """Coupons to clients of the last three months; some of them order again."""
    given = []
    first, lately = (by_day(rng, now - days * DAY) for days in GIVEN)
    for member in [each for each in members if each.profile.is_member(first)][:MEMBERS_WHO_GIVE]:
        chosen = [user for user in coupons.eligible(member, first) if user != noa][: len(AGAIN)]
        early = _give(rng, member, chosen, first)
        for coupon, fate in zip(early, AGAIN, strict=False):
            if script := casting.thanked(coupon, fate):
                script.play()
        rest = [user for user in coupons.eligible(member, lately) if user not in chosen]
        rest.sort(key=lambda user: user != noa)
        given += early + _give(rng, member, rest[:LATELY], lately + HOUR)
    return given


def _give(rng: Random, member: User, clients: list[User], at: datetime) -> list[Coupon]:
    if not clients:
        return []
    percent = rng.choice((5, 10, 10, 12, 15, 20))
    return coupons.give(member, clients=clients, percent=percent, note=rng.choice(NOTES), now=at)

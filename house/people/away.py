"""Times without new orders (AVL, DEC-44): set by the provider, over by themselves."""

from datetime import date, datetime

from django.db.models import QuerySet

from house import policy
from house.clock import ISRAEL
from house.contacts import find
from house.process import Refusal
from house.text import clean_line

from .models import Away, Profile, User


def current(now: datetime) -> QuerySet[Away]:
    """Everybody's that is under way at this moment."""
    today = now.astimezone(ISRAEL).date()
    return Away.objects.filter(starts_on__lte=today, returns_on__gt=today)


def of(provider: User, now: datetime) -> Away | None:
    """The provider's, while it is under way."""
    return current(now).filter(profile__user=provider).first()


def planned(profile: Profile, now: datetime) -> Away | None:
    """The one that is under way, or still to come."""
    today = now.astimezone(ISRAEL).date()
    return Away.objects.filter(profile=profile, returns_on__gt=today).first()


def plan(
    profile: Profile,
    *,
    starts_on: date,
    returns_on: date,
    reason: str,
    note: str = "",
    new_clients: bool = False,
    now: datetime,
) -> Away:
    """Sets it, in place of the one before. One that has begun keeps its first day (AVL-03, AVL-04).

    Refusals: `away_in_the_past`, `away_backwards`, `away_too_long`, `contact_details` (DEC-19).
    """
    today = now.astimezone(ISRAEL).date()
    before = planned(profile, now)
    begun = before is not None and before.starts_on == starts_on
    if starts_on < today and not begun:
        raise Refusal("away_in_the_past")
    if returns_on <= starts_on or returns_on <= today:
        raise Refusal("away_backwards")
    if returns_on - today > policy.AWAY_MAX:
        raise Refusal("away_too_long")
    note = clean_line(note)
    found = find(note)
    if found:
        raise Refusal("contact_details", found=", ".join(one.text for one in found))
    values = {"starts_on": starts_on, "returns_on": returns_on, "reason": reason}
    row, _new = Away.objects.update_or_create(
        profile=profile, defaults={**values, "note": note, "new_clients": new_clients}
    )
    return row


def end(profile: Profile) -> None:
    """Back now; one that was still to come is dropped."""
    Away.objects.filter(profile=profile).delete()

"""Quiet hours: letters that come in the night wait for the morning; what cannot wait does not."""

from datetime import datetime, timedelta

from house.clock import ISRAEL
from house.people.models import User

from .models import QuietHours

# A deadline that ends in the night, and the safety of the account.
AT_ANY_HOUR = ("warn_", "bank_changed", "suspended")


def until(user: User, kind: str, now: datetime) -> datetime | None:
    """When a letter of this kind may be sent; None: now."""
    row = QuietHours.objects.filter(user=user).first()
    if row is None or kind.startswith(AT_ANY_HOUR):
        return None
    local = now.astimezone(ISRAEL)
    hour = local.hour
    quiet = row.start <= hour < row.end if row.start < row.end else hour >= row.start or hour < row.end
    if not quiet:
        return None
    end = local.replace(hour=row.end, minute=0, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def choose(user: User, start: int | None, end: int | None) -> None:
    """From one hour to another, in Israel; without hours, or between an hour and itself, none."""
    if start is None or end is None or start == end:
        QuietHours.objects.filter(user=user).delete()
    else:
        QuietHours.objects.update_or_create(user=user, defaults={"start": start, "end": end})

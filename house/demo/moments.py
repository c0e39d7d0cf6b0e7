"""Moments at which people do things: between two others, by day, and not on a Saturday."""

from datetime import datetime, timedelta
from random import Random

from house.clock import ISRAEL

MORNING, EVENING = 8, 21  # hours in Israel
SATURDAY = 5
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def between(rng: Random, start: datetime, end: datetime) -> datetime:
    """A moment from `start` to before `end`; by day when that fits."""
    found = start + (end - start) * rng.random()
    awake = by_day(rng, found)
    return awake if awake < end else found


def by_day(rng: Random, moment: datetime) -> datetime:
    """The moment itself, or the next morning when people sleep or rest."""
    local = moment.astimezone(ISRAEL)
    while local.weekday() == SATURDAY or not MORNING <= local.hour < EVENING:
        days = int(local.hour >= EVENING or local.weekday() == SATURDAY)
        morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0) + days * DAY
        local = morning + rng.randrange(150) * MINUTE
    return local.astimezone(moment.tzinfo)


def ago(rng: Random, now: datetime, most: float, least: float) -> datetime:
    """A moment of so many days ago."""
    return between(rng, now - most * DAY, now - least * DAY)

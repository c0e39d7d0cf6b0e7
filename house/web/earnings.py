"""A provider's released money by month, as a small chart and a table show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth

from house import hebrew
from house.clock import ISRAEL
from house.orders.models import Earning
from house.people.models import User

MONTHS = 6
CHART_HEIGHT = 100  # units of the drawing


@dataclass(frozen=True)
class Month:
    """One bar: its name, minor units, and its height in the drawing."""

    name: str
    amount: int
    height: int


def months(user: User, now: datetime) -> list[Month]:
    """The last half year, this month last; months without earnings are there too."""
    today = now.astimezone(ISRAEL)
    wanted = [_back(today.year, today.month, number) for number in range(MONTHS - 1, -1, -1)]
    sums = {(row["month"].year, row["month"].month): row["sum"] for row in _sums(user, wanted[0])}
    top = max(sums.values(), default=0) or 1
    return [
        Month(hebrew.MONTHS[month - 1], amount, round(CHART_HEIGHT * amount / top))
        for year, month in wanted
        for amount in [sums.get((year, month), 0)]
    ]


def _sums(user: User, first: tuple[int, int]) -> list[Any]:
    start = datetime(*first, 1, tzinfo=ISRAEL)
    rows = Earning.objects.filter(provider=user, released_at__gte=start)
    return list(
        rows.annotate(month=TruncMonth("released_at", tzinfo=ISRAEL))
        .values("month")
        .annotate(sum=Sum("provider_share"))
    )


def _back(year: int, month: int, number: int) -> tuple[int, int]:
    whole = year * 12 + month - 1 - number
    return whole // 12, whole % 12 + 1


def next_clearing(user: User) -> Earning | None:
    """What clears next; of one of which everything was taken nothing does."""
    waiting = Earning.objects.filter(provider=user, cleared_at=None, taken__lt=F("provider_share"))
    return waiting.order_by("clears_at").first()

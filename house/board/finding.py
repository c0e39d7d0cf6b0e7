"""What stands on the board, and how a provider narrows it (REQ-07, DEC-13, DEC-39)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from house.people.models import Place, User

from .models import Hidden, Request

NEWEST = ("-opened_at", "-id")


def board(now: datetime) -> QuerySet[Request]:
    """Every request that takes proposals now, of clients who may buy (DEC-37)."""
    rows = Request.objects.filter(
        state=Request.State.OPEN, closes_at__gt=now, category__open=True, client__is_active=True
    )
    return rows.exclude(client__standing__in=[User.Standing.SUSPENDED, User.Standing.BLOCKED])


@dataclass(frozen=True)
class Wanted:
    """What a provider looks for. Empty parts do not narrow; `budget` is the least in minor units, `within` is in km."""

    categories: Collection[int] = ()
    place: Place | None = None
    within: int | None = None
    budget: int | None = None
    when: str = ""
    hidden: bool = False


def find(wanted: Wanted, *, by: User, now: datetime) -> QuerySet[Request]:
    """The board as this provider sees it, newest first: without their own, and without what they hid (or only that)."""
    mine = Hidden.objects.filter(provider=by, request=OuterRef("pk"))
    rows = board(now).exclude(client=by).filter(Exists(mine) if wanted.hidden else ~Exists(mine))
    if wanted.categories:
        rows = rows.filter(category__in=wanted.categories)
    if wanted.place is not None and wanted.within is not None:
        rows = rows.filter(place__in=near(wanted.place, wanted.within))
    if wanted.budget is not None:
        rows = rows.filter(Q(budget=None) | Q(budget__gte=wanted.budget))
    if wanted.when:
        rows = rows.filter(when=wanted.when)
    return rows.select_related("category", "subcategory", "place", "client").order_by(*NEWEST)


def near(place: Place, within: int) -> list[int]:
    """The places so many kilometres around; they are few."""
    return [row.pk for row in Place.objects.all() if place.km_to(row) <= within]

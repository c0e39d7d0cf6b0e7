"""Telling providers of a category about new requests: one letter a day, never to more than policy says (DEC-47)."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from house import policy
from house.catalog.search import market
from house.notices.actions import tell
from house.people.models import User

from .finding import board
from .models import NoDigest, Request

AT_ONCE = 500  # requests of one digest
NAMED = 5  # titles in a letter


def audience(request: Request, now: datetime) -> list[int]:
    """The best of its category, by the rank of their offers: authorised (DEC-39), not its client, not opted out."""
    offers = market(now).filter(category=request.category_id, provider__profile__authorised_at__isnull=False)
    offers = offers.exclude(provider=request.client_id).exclude(provider__in=NoDigest.objects.values("provider"))
    best = offers.values("provider").annotate(best=Max("rank")).order_by("-best", "provider")
    return [row["provider"] for row in best[: policy.REQUEST_TOLD_MAX]]


def announce(now: datetime) -> int:
    """Gathers what was opened since the last time and tells each provider once; returns how many were told."""
    with transaction.atomic():
        rows = board(now).filter(announced_at=None).select_for_update(of=("self",), skip_locked=True)
        fresh = list(rows.order_by("opened_at", "pk")[:AT_ONCE])
        for_whom: dict[int, list[Request]] = defaultdict(list)
        for request in fresh:
            for pk in audience(request, now):
                for_whom[pk].append(request)
        for provider in User.objects.filter(pk__in=for_whom).order_by("pk"):
            found = for_whom[provider.pk]
            tell(
                provider,
                "board_digest",
                key=f"digest:{now.isoformat()}",
                path="/seller/requests/",
                now=now,
                number=len(found),
                text="\n".join(request.title for request in found[:NAMED]),
            )
        Request.objects.filter(pk__in=[request.pk for request in fresh]).update(announced_at=now)
    return len(for_whom)

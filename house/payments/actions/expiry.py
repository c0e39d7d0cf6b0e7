"""Checkouts that nobody paid end by themselves (DEC-31)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from ..models import Checkout, GatewayEvent

LIVE = (Checkout.State.OPEN, Checkout.State.PAYING)


@transaction.atomic
def expire_due(now: datetime, limit: int = 200, only: int | None = None) -> int:
    """Ends live checkouts whose time has come, or `only` that one; returns how many. One with an answer that was
    received in time and not yet applied is left to that answer, one that somebody works on is left to them.
    """
    due = Checkout.objects.filter(state__in=LIVE, expires_at__lte=now).order_by("expires_at")
    due = due.filter(pk=only) if only else due
    locked = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    if not locked:
        return 0
    # Looked for after locking: an event that was committed before we had the lock is seen.
    answered = GatewayEvent.objects.filter(
        checkout=OuterRef("pk"), applied_at=None, received_at__lt=OuterRef("expires_at")
    )
    ending = Checkout.objects.filter(~Exists(answered), pk__in=locked)
    return ending.update(state=Checkout.State.EXPIRED, ended_at=F("expires_at"))

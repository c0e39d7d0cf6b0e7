"""Released money clears when its time has come (DEC-12)."""

from datetime import datetime

from django.db import transaction

from .. import money
from ..models import Earning, Order


def clear_due(now: datetime, limit: int = 200) -> int:
    """Moves pending earnings whose time has come to what may be withdrawn; returns how many."""
    due = Earning.objects.filter(cleared_at=None, clears_at__lte=now).order_by("clears_at")[:limit]
    return sum(_clear(pk, order) for pk, order in due.values_list("pk", "stage__order_id"))


def _clear(pk: int, order_pk: int) -> bool:
    with transaction.atomic():
        if not Order.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=order_pk).exists():
            return False
        rows = Earning.objects.select_for_update(of=("self",)).select_related("provider", "stage__order")
        earning = rows.filter(pk=pk, cleared_at=None).first()
        if earning is None:
            return False
        money.clear(earning)
    return True

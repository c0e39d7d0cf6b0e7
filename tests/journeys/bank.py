"""A provider's payouts in each state, for the pages of withdrawing and paying out."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from house.orders import money
from house.orders.models import Earning
from house.people.models import User
from house.treasury import batches, payouts
from house.treasury.models import Batch

from ..treasury import banking


def fill(provider: User, finance: User, now: datetime) -> dict[str, int]:
    """Batches that wait, are approved, were sent, and were sent and came back in part."""
    with transaction.atomic():
        money.clear(Earning.objects.filter(provider=provider).order_by("released_at", "pk")[0])
    banking.with_bank(provider, now)

    def batch_of(amount: int, *steps: Callable[..., Batch]) -> Batch:
        payouts.withdraw(provider, amount=amount, now=now)
        batch = batches.collect(by=finance, now=now)
        for step in steps:
            batch = step(batch, by=finance, now=now)
        return batch

    waiting = batch_of(75_00)
    approved = batch_of(120_00, batches.approve)
    sent = batch_of(140_00, batches.approve, batches.send)
    payouts.withdraw(provider, amount=60_00, now=now)
    returned = batch_of(90_50, batches.approve, batches.send)
    payouts.come_back(returned.payouts.order_by("pk")[0], why="החשבון נסגר", by=finance, now=now)
    banks = {"waiting": waiting, "approved": approved, "sent": sent, "returned": returned}
    return {"payout": sent.payouts.get().pk, **{name: row.pk for name, row in banks.items()}}

"""A provider's payouts in each state, for the pages of withdrawing and paying out."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from house.catalog.models import Offer
from house.orders import money
from house.orders.actions import work
from house.orders.actions.late_refund import refund_late
from house.orders.models import Earning, Order
from house.payments.actions import send_refund
from house.payments.models import Refund
from house.people.models import User
from house.treasury import batches, payouts
from house.treasury.models import Batch

from .. import make
from ..treasury import banking
from .stock import DAY, begin, delivered, order


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


def disputed(offer: Offer, client: User, finance: User, now: datetime) -> Order:
    """A released order of which finance returned a part, which the gateway refused, and a bank took another."""
    row = order(offer, client, now - 6 * DAY)
    begin(row, now - 5 * DAY)
    delivered(row, now - 3 * DAY)
    work.accept(make.stage(row), by=client, now=now - 2 * DAY)
    refund_late(make.stage(row), amount=120_50, why="פיצוי על נזק קל", by=finance, now=now - DAY)
    send_refund(Refund.objects.get(reason="late").pk, now=now - DAY)
    make.hear(row.checkout, now - DAY / 2, event="disputed", kind="charged_back", amount=300_00)
    return Order.objects.get(pk=row.pk)

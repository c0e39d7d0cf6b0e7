"""The benchmark's orders stand as the verbs would have left them, and the clock keeps their deadlines."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.clocks.orders import KINDS, Plan, fill
from bench.offers import Sold
from house.orders import deadlines
from house.orders.models import Deadline, Order
from house.orders.proof import prove
from house.worker.sweep import sweep_orders
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(now) -> datetime:
    """In UTC, as the verbs write it."""
    return now.astimezone(UTC)


@pytest.fixture
def filled(noa, amir, now) -> int:
    """One order of each kind, due one after another."""
    sold = Sold(make.offer(amir, now).pk, amir.pk, "שיפוץ חדר רחצה", 1000_00, ())
    return fill(
        [Plan(kind, now + timedelta(minutes=each + 1), sold, noa.pk) for each, kind in enumerate(KINDS)], awake=now
    )


def promised() -> list[tuple[object, ...]]:
    return sorted(Deadline.objects.values_list("order", "kind", "subject", "due_at", "done_at"))


def test_what_is_copied_in_is_what_the_tables_promise(filled):
    """DEC-30: the stored deadlines equal what the process asks for; the books are whole."""
    before = promised()
    for order in Order.objects.all():
        deadlines.reset(order)
    assert promised() == before
    assert prove().faults == []


def test_one_sweep_keeps_them_all(filled, now):
    """ORD-10, ORD-12, DEC-15, CAN-03, DEC-48"""
    assert sweep_orders(now + timedelta(minutes=len(KINDS))) == len(KINDS)
    assert not Deadline.objects.filter(done_at=None, due_at__lte=now + timedelta(minutes=len(KINDS))).exists()
    assert sorted(Order.objects.values_list("state", flat=True)) == ["cancelled"] * 2 + ["completed"] + ["open"] * 3
    assert prove().faults == []

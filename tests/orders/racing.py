"""Many people at once, each with a connection of their own, and a look at what is left afterwards."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep

from django.db import connection, transaction
from django.db.models import Model

from house.ledger.models import Entry, Transfer
from house.orders.models import Order
from house.orders.proof import prove
from house.payments.models import Refund
from house.process import Refusal

TWENTY = 20


def _told(act: Callable[[], object]) -> str:
    """The word "done", or the code of its refusal; the thread's connection is closed."""
    try:
        act()
        return "done"
    except Refusal as refusal:
        return refusal.code
    finally:
        connection.close()


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Lets every act begin at the same moment; counts "done" and the codes of refusals."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        gate.wait(30)
        return _told(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


PATIENCE = 30  # seconds
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def _waits(act: Future[str]) -> bool:
    """Whether an act in another thread comes to wait for a lock; False when it ends without."""
    end = monotonic() + PATIENCE
    while monotonic() < end and not act.done():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees its first look again
            cursor.execute(WAITING)
            if cursor.fetchone():
                return True
        sleep(0.01)
    return False


def behind(row: Model, change: Callable[[], object], act: Callable[[], object]) -> str:
    """`act` begins while somebody holds `row`, and goes on when they have made their change; "done" or its refusal."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            type(row)._default_manager.select_for_update().get(pk=row.pk)
            later = pool.submit(_told, act)
            assert _waits(later), "it waited for nobody"
            change()
        return later.result(PATIENCE)


def beside(row: Model, act: Callable[[], object]) -> str:
    """`act` while somebody holds `row`: it must come to its end without waiting for them."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        type(row)._default_manager.select_for_update().get(pk=row.pk)
        other = pool.submit(_told, act)
        if _waits(other):
            return "waits"
        return other.result(PATIENCE)


def transfers(order: Order) -> list[str]:
    """What moved, in kinds."""
    return sorted(Transfer.objects.filter(about=order.about).values_list("kind", flat=True))


def assert_one_outcome(order: Order) -> str:
    """The order ended once: paid out and kept, or cancelled and refunded; the books are whole. Returns its state."""
    order.refresh_from_db()
    released = order.state == Order.State.COMPLETED
    assert transfers(order) == ["paid", "release" if released else "refund"]
    assert sum(Entry.objects.filter(transfer__about=order.about).values_list("amount", flat=True)) == 0
    assert Refund.objects.filter(checkout=order.checkout).count() == (0 if released else 1)
    ends = order.events.exclude(after="").filter(after__in=["approved", "cancelled"])
    assert ends.count() == 1
    assert prove().faults == []
    return order.state


def empty_queue() -> None:
    """Procrastinate's tables are not Django's: a transactional test empties them itself."""
    with connection.cursor() as cursor:
        for table in ("events", "periodic_defers", "jobs", "workers"):
            cursor.execute(f"DELETE FROM procrastinate_{table}")

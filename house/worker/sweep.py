"""The clock's hand: every second it takes what has come due and calls the verbs."""

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

from house import clock, policy
from house.board.actions import expire_due as expire_requests
from house.desk.actions import open_machine_case
from house.desk.people import lift_due
from house.market.models import Market
from house.orders import deadlines
from house.orders.actions.coupons import give_back_due
from house.orders.actions.earnings import clear_due
from house.orders.models import Deadline
from house.payments.actions import expire_due
from house.quotes.actions import expire_due as expire_quotes
from house.quotes.actions import remind_due as remind_of_quotes
from house.reputation.actions import publish_due

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between sweeps when nothing was due
PAUSE_AFTER_ERROR = 3.0


def market_now() -> datetime:
    """Reads the travelled clock once and returns the market's present (demo mode only travels)."""
    if settings.DEMO:
        clock.travel(Market.travelled_by_now())
    return clock.now()


def sweep_orders(now: datetime, limit: int = 200) -> int:
    """Carries out due deadlines, order by order; an order somebody works on is left to them (SKIP LOCKED)."""
    due = Deadline.objects.filter(done_at=None, try_at__lte=now).order_by("try_at").values_list("order_id", flat=True)
    orders = list(dict.fromkeys(due[:limit]))
    random.shuffle(orders)  # several workers seldom meet at the same order
    for order in orders:
        for deadline, failures in deadlines.catch_up(order, now=now, skip_locked=True):
            # "Or more": a person's step may have met the third failure, and calls nobody.
            if failures >= policy.DEADLINE_FAILURES_TO_CASE:
                open_machine_case(
                    key=f"deadline:{deadline.pk}:{deadline.due_at.isoformat()}",
                    about=f"deadline:{deadline.pk}",
                    subject=f"המועד {deadline.kind} נכשל {failures} פעמים",
                    text=f"{deadline.order.number}, {deadline.subject}: {deadline.error}",
                    now=now,
                )
    return len(orders)


SWEEPS: tuple[Callable[[datetime], int], ...] = (
    sweep_orders,
    expire_due,
    expire_quotes,
    remind_of_quotes,
    expire_requests,
    give_back_due,
    clear_due,
    publish_due,
    lift_due,
)


def sweep(now: datetime) -> int:
    """One round of everything that time brings; returns how much was due."""
    return sum(_swept(each, now) for each in SWEEPS)


def _swept(each: Callable[[datetime], int], now: datetime) -> int:
    """One part of a round; a part that fails calls staff once a day and does not stop the others."""
    try:
        return each(now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("the sweep %s failed", each.__name__)
        open_machine_case(
            key=f"sweep:{each.__name__}:{now.date()}",
            about="worker",
            subject=f"חלק מעבודת השעון נכשל: {each.__name__}",
            text=repr(error),
            now=now,
        )
        return 0


def run(stop: threading.Event) -> None:
    """Sweeps until told to stop; a lost database is waited for."""
    while not stop.is_set():
        try:
            close_old_connections()
            busy = sweep(market_now())
            stop.wait(0.01 if busy else PAUSE)
        except DatabaseError:
            log.exception("the sweep lost its database")
            connection.close()
            stop.wait(PAUSE_AFTER_ERROR)

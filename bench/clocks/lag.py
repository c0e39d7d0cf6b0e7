"""How long after its promised instant a deadline is kept, while pages are asked for at half their peak."""

import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from house import clock
from house.orders.models import Deadline

from ..browser import Browser
from ..servers import Server, running
from . import jobs, orders, workers

VISITORS = 4
PEAK_FOR = 8  # seconds
LOOK_EVERY = 0.05  # seconds between two looks at what has been done
LEAD = 3  # seconds until the first deadline
AT_MOST = 60  # seconds after the last one
PRODUCT = [sys.executable, "-m", "django", "work"]

Plans = Callable[[int, datetime, datetime], list[orders.Plan]]


@dataclass(frozen=True)
class Lag:
    """Seconds from due to done; pages per second meanwhile, and their peak."""

    seconds: list[float]
    pages: float
    peak: float
    lost: int  # not done a minute after the last

    def at(self, percent: int) -> float:
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


class Visitors:
    """A few browsers that walk the same pages: as fast as they are answered, or at a rate."""

    def __init__(self, port: int, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.browsers = [Browser(port) for _ in range(VISITORS)]
        self.visits = 0

    def peak(self, seconds: float = PEAK_FOR) -> float:
        """Pages per second."""
        before, began = self.visits, time.monotonic()
        with self.walking():
            time.sleep(seconds)
        return (self.visits - before) / (time.monotonic() - began)

    @contextmanager
    def walking(self, rate: float = 0) -> Iterator[None]:
        """Until the block ends; `rate` pages per second of all together, 0 for as many as they can."""
        over = threading.Event()
        walks = [threading.Thread(target=self._walk, args=(place, rate, over)) for place in range(VISITORS)]
        for walk in walks:
            walk.start()
        try:
            yield
        finally:
            over.set()
            for walk in walks:
                walk.join()

    def _walk(self, place: int, rate: float, over: threading.Event) -> None:
        browser, number, next_at = self.browsers[place], 0, time.monotonic()
        browser.forget()
        while not over.is_set():
            address = self.addresses[(number * VISITORS + place) % len(self.addresses)]
            browser.get(f"{address}{'&' if '?' in address else '?'}turn={time.time_ns()}")  # no kept copy answers
            self.visits += 1
            number += 1
            if rate:
                next_at = max(next_at + VISITORS / rate, time.monotonic() - 1)
                over.wait(max(0, next_at - time.monotonic()))


def measure(
    environment: dict[str, str], addresses: Sequence[str], plan: Plans, *, number: int, seconds: int
) -> tuple[Lag, Lag]:
    """The product's worker, and the bare queue; each with pages at half their peak."""
    with running("bench-pages", "bench.product", environment) as server:
        visitors = Visitors(server.port, addresses)
        visitors.peak(2)  # warm
        peak = visitors.peak()
        ours = _lag(server, visitors, peak, PRODUCT, plan, number, seconds)
        bare = _lag(server, visitors, peak, None, plan, number, seconds)
    return ours, bare


def _lag(
    server: Server, visitors: Visitors, peak: float, command: list[str] | None, plan: Plans, number: int, seconds: int
) -> Lag:
    jobs.empty()
    with workers.working(command, "bench-clock"), visitors.walking(peak / 2):
        time.sleep(LEAD)  # the worker wakes up
        begin = clock.now() + timedelta(seconds=LEAD)
        end = begin + timedelta(seconds=seconds)
        planned = plan(number, begin, end)
        orders.fill(planned, awake=clock.now())
        if command is None:
            jobs.schedule(end)
        before, began = visitors.visits, time.monotonic()
        found, lost = _watch(end)
        pages = (visitors.visits - before) / (time.monotonic() - began)
    _forget(end)
    return Lag(found, pages, peak, lost)


def _watch(end: datetime) -> tuple[list[float], int]:
    """Looks again and again which deadlines are done; each was done at most one look ago."""
    waiting = dict(Deadline.objects.filter(done_at=None, due_at__lte=end).values_list("pk", "due_at"))
    found: list[float] = []
    while waiting and clock.now() < end + timedelta(seconds=AT_MOST):
        time.sleep(LOOK_EVERY)
        now = clock.now()
        still = set(Deadline.objects.filter(done_at=None, due_at__lte=end).values_list("pk", flat=True))
        for pk in waiting.keys() - still:
            found.append((now - waiting.pop(pk)).total_seconds())
    return found, len(waiting)


def _forget(end: datetime) -> None:
    """What was not kept in time is nobody's: the next measurement begins clean."""
    Deadline.objects.filter(done_at=None, due_at__lte=end).delete()
    connection.close()

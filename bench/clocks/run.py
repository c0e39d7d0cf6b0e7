"""The run of the clocks: four measurements, one table."""

import argparse
import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from house import clock
from house.catalog.models import Offer
from house.orders.models import Deadline
from house.orders.proof import prove

from .. import table
from ..load import SEED
from ..offers import Sold
from ..run import machine
from . import jobs, lag, orders, placing, workers
from .workers import Cost

HEAD = (
    "| keeping deadlines | number | per second | beside the queue | CPU app + database, ms each"
    " | the queue's | × the queue |\n|---|---|---|---|---|---|---|"
)
LAG_HEAD = (
    "| from due to done, s | middle | 95 % | 99 % | most | bar | pages/s meanwhile, at their peak |\n"
    "|---|---|---|---|---|---|---|"
)
BAR = 5  # seconds at the 99th of a hundred


@dataclass(frozen=True)
class Market:
    """Who sells what to whom in this run."""

    sold: list[Sold]
    clients: list[int]
    rng: Random

    def plan(self, number: int, begin: datetime, end: datetime) -> list[orders.Plan]:
        return list(orders.plans(number, self.sold, self.clients, self.rng, begin, end))


def run(asked: argparse.Namespace, sold: list[Sold], clients: list[int]) -> None:
    """Prints each figure as soon as it is known; ends with 1 when an agora is wrong."""
    market, lines = Market(sold, clients, Random(SEED)), list[str]()

    def say(line: str) -> None:
        print(line, flush=True)
        lines.append(line)

    say(machine())
    if asked.seconds:
        say(f"\n{LAG_HEAD}")
        for line in lags(market, asked):
            say(line)
    say(f"\n{HEAD}")
    if asked.orders:
        say(row("due at one moment", *beside(market, asked.orders, asked, asleep=timedelta())))
    if asked.day:
        say(row("due in a day without a worker", *beside(market, asked.day, asked, asleep=timedelta(days=1))))
    faults: list[str] = []
    if asked.placing:
        said, faults = placed(asked)
        say(f"\n{said}")
    faults += prove().faults
    say("\nThe books are whole: " + ("yes." if not faults else "**no**: " + "; ".join(faults[:5])))
    if asked.write:
        table.write("clocks", "\n".join(lines))
    if faults:
        raise SystemExit(1)


def beside(market: Market, number: int, asked: argparse.Namespace, *, asleep: timedelta) -> tuple[Cost, Cost]:
    """The same orders for the sweep and for the queue, in turns, so that both meet the same weather; the queue may
    be asked for fewer of them, since what it takes for each stays the same.
    """
    ours, bare = Cost(), Cost()
    for _ in range(asked.rounds):
        ours.add(_round(market, number // asked.rounds, asleep, "sweep", asked.workers))
        bare.add(_round(market, min(number, asked.queue) // asked.rounds, asleep, "queue", asked.workers))
    return ours, bare


def _round(market: Market, number: int, asleep: timedelta, way: str, processes: int) -> Cost:
    end = clock.now()
    begin = end - (asleep or timedelta(seconds=1))
    orders.fill(market.plan(number, begin, end), awake=begin - timedelta(seconds=1))
    jobs.empty()
    due = Deadline.objects.filter(done_at=None, due_at__lte=end)
    if way == "queue":
        jobs.schedule(end)
    cost = Cost(due.count())
    cost.add(workers.together(way, processes))
    if due.exists():
        raise SystemExit(f"{way} left {due.count()} deadlines, such as {due.first()}")
    return cost


def row(name: str, ours: Cost, bare: Cost) -> str:
    """Numbers are product / queue."""
    cells = [
        name,
        f"{ours.done:,} / {bare.done:,}",
        f"{ours.per_second:.0f} ({ours.wall:.0f} s)",
        f"{bare.per_second:.0f} ({bare.wall:.0f} s)",
        split(ours),
        split(bare),
        f"{ours.each / bare.each:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def split(cost: Cost) -> str:
    """Milliseconds of each: together, and its parts."""
    each = 1000 / max(1, cost.done)
    return f"{cost.each:.1f} ({cost.app * each:.1f} + {cost.database * each:.1f})"


def lags(market: Market, asked: argparse.Namespace) -> list[str]:
    """The product's worker beside the bare queue."""
    offers = Offer.objects.filter(state="published").order_by("-rank")[:20]
    addresses = ["/", "/search/", "/search/?q=שיפוץ", *(offer.path for offer in offers if offer.provider.is_active)]
    found = lag.measure(
        dict(os.environ), addresses, market.plan, number=asked.seconds * asked.rate, seconds=asked.seconds
    )
    return [_lag_row(name, each) for name, each in zip(("the product", "the queue"), found, strict=True)]


def _lag_row(name: str, found: lag.Lag) -> str:
    kept = found.at(99) < BAR and not found.lost
    verdict = "" if kept or name != "the product" else " **over**"
    cells = [
        f"{name}, {len(found.seconds)} deadlines" + (f", {found.lost} lost" if found.lost else ""),
        *(f"{found.at(percent):.2f}" for percent in (50, 95, 99)),
        f"{max(found.seconds):.2f}",
        (f"{BAR} s" if name == "the product" else "–") + verdict,
        f"{found.pages:.0f}, {found.peak:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def placed(asked: argparse.Namespace) -> tuple[str, list[str]]:
    """All clients at once; what they paid beside what the books say."""
    jobs.empty()
    before = placing.in_books()
    each = max(1, asked.placing // asked.clients)
    shares = placing.shares(asked.clients, each, asked.workers)
    cost = workers.together("placing", asked.workers, [[json.dumps(share)] for share in shares])
    expected: Counter[str] = Counter()
    for said in cost.said:
        expected.update({key: said[key] for key in placing.SUMS})
    cost.done = expected["orders"]
    wrong = placing.wrong(expected, before)
    sentence = (
        f"{cost.done:,} orders placed, delivered and accepted by {asked.clients} clients at once: "
        f"{cost.per_second:.0f} a second ({cost.wall:.0f} s), {split(cost)} ms of CPU each. "
        f"Paid {expected['paid'] / 100:,.2f} ₪: to providers {expected['provider'] / 100:,.2f}, commission "
        f"{expected['commission'] / 100:,.2f}, VAT {expected['vat'] / 100:,.2f}; "
        f"sums that differ from the books: {len(wrong)}."
    )
    return sentence, wrong

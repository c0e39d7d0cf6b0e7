"""Many clients place and accept orders at once, by the verbs, and each knows what the sums must be."""

import itertools
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Sum

from house import clock
from house.catalog.models import Offer
from house.gateways.payments import get_gateway
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinPayment
from house.ledger.models import Entry
from house.money import split
from house.orders.actions import work
from house.orders.actions.checkout import open_for_offer
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import GatewayEvent
from house.people.models import User
from house.worker.errands import apply_event

TEXT = "העבודה הושלמה, התמונות מצורפות לצ׳אט ההזמנה."
SUMS = ("orders", "paid", "fees", "provider", "commission", "vat")


def crowd(first: int, clients: int, each: int) -> dict[str, Any]:
    """So many clients, from the one at place `first`, each with a connection; returns the sums they expect."""
    people = list(User.objects.filter(profile=None, is_active=True, standing="good").order_by("pk")[first:][:clients])
    rows = Offer.objects.filter(state="published", provider__is_active=True, provider__standing="good")
    offers = list(rows.exclude(requirements__mandatory=True).order_by("pk").values_list("pk", flat=True))
    gate = threading.Barrier(clients)

    def one(client: User) -> Counter[str]:
        rng, sums = Random(client.pk), Counter[str]()
        try:
            gate.wait(60)
            for number in range(each):
                sums.update(bought(client, rng.choice(offers), f"{client.pk}x{number}x{time.time_ns()}"))
            return sums
        finally:
            connection.close()

    with ThreadPoolExecutor(clients) as pool:
        return dict(sum(pool.map(one, people), Counter[str]()))


def bought(client: User, pk: int, event: str) -> dict[str, int]:
    """One order from checkout to acceptance. The sums are reckoned from the offer's price, not from the books."""
    offer = Offer.objects.select_related("category", "provider__profile").get(pk=pk)
    choice: dict[str, Any] = {"package": 1, "quantity": 1, "extras": {}, "fast": False}
    checkout = open_for_offer(offer, client=client, now=clock.now(), **choice)
    checkout = payments.begin(checkout, invoice_name="", invoice_number="", terms_version="1", now=clock.now())
    payments.send_to_gateway(checkout, return_url="/", title=offer.title)
    checkout.refresh_from_db()
    payment = books.settle(checkout.gateway_ref, TwinPayment.State.PAID)
    assert payment is not None
    told = get_gateway("local").look_up(payment.ref)[0]
    payments.store_event(told, gateway="local", raw="{}", now=clock.now())
    apply_event(event_id=GatewayEvent.objects.values_list("pk", flat=True).get(event_id=told.event_id))
    stage = Stage.objects.select_related("order__client", "order__provider").get(order__checkout=checkout)
    work.deliver(stage, text=TEXT, links=[], files=[], by=offer.provider, now=clock.now())
    now = clock.now()
    work.accept(stage, by=client, now=now)
    price = next(row.price for row in offer.packages.all() if row.position == 1) or 0
    parts = asdict(split(price, percent=20, on=now.astimezone(clock.ISRAEL).date()))
    return {"orders": 1, "paid": price, "fees": books.fee(price), **{key: parts[key] for key in SUMS[3:]}}


def in_books() -> Counter[str]:
    """The same sums as the books have them, since the beginning."""
    sums = Entry.objects.values("account__kind").annotate(sum=Sum("amount")).values_list("account__kind", "sum")
    by_kind = dict(sums)
    paid = Entry.objects.filter(account__kind="gateway", transfer__kind="paid").aggregate(sum=Sum("amount"))["sum"] or 0
    return Counter(
        orders=Order.objects.filter(state=Order.State.COMPLETED).count(),
        paid=-paid,
        fees=-by_kind.get("fees", 0),
        provider=by_kind.get("pending", 0) + by_kind.get("cleared", 0),
        commission=by_kind.get("commission", 0),
        vat=by_kind.get("vat", 0),
    )


def wrong(expected: Counter[str], before: Counter[str]) -> list[str]:
    """Every agora that is not where it should be, and what the proof of the books finds."""
    after = in_books()
    grown = {key: after[key] - before[key] for key in SUMS}
    off = [f"{key}: {expected[key]} expected, {grown[key]} in the books" for key in SUMS if expected[key] != grown[key]]
    return off + prove().faults


def shares(clients: int, each: int, processes: int) -> list[dict[str, int]]:
    """The clients divided among processes, since one interpreter computes on one core."""
    sizes = [clients // processes + (place < clients % processes) for place in range(processes)]
    firsts = itertools.accumulate([0, *sizes[:-1]])
    return [{"first": first, "clients": size, "each": each} for first, size in zip(firsts, sizes, strict=True)]

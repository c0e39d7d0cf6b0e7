"""What has happened in a loaded market: finished orders with their threads, diaries, books and reviews."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from house import policy
from house.inbox.models import Archived, Conversation, Message
from house.ledger.models import Account, Entry, Transfer
from house.notices.models import Notice
from house.orders.models import Charge, Order, OrderEvent, Stage
from house.payments.models import Checkout
from house.people.models import User
from house.reputation.models import Review

from .copying import copy_in, go_on_after
from .offers import Sold
from .words import Words

BATCH = 2_000
DAYS = 5
STEPS = ("place", "start", "deliver", "accept")
TOLD = ("deliver", "accept")


@dataclass(frozen=True)
class Done:
    """One finished order; rows of every table about it share its id."""

    pk: int
    sold: Sold
    client: int
    stars: int | None
    at: datetime

    @property
    def number(self) -> str:
        return f"LD-{self.pk:07}"  # no new order draws one of these

    @property
    def sides(self) -> tuple[int, int]:
        return min(self.client, self.sold.provider), max(self.client, self.sold.provider)


def load_history(sold: Sequence[Sold], clients: Sequence[User], words: Words, rng: Random, now: datetime) -> int:
    """Copies the orders in, batch by batch; returns how many. The first client has one in a hundred of them."""
    accounts = {row.kind: row.pk for row in _accounts()}
    done = list(_finished(sold, clients, rng, now))
    for first in range(0, len(done), BATCH):
        with transaction.atomic():  # an entry is written in the transaction that makes its transfer
            batch = done[first : first + BATCH]
            for model, rows in TABLES.items():
                copy_in(model, (row for each in batch for row in rows(each, words, rng)))
            copy_in(Entry, (row for each in batch for row in _entries(each, accounts)))
    go_on_after(*TABLES, Entry)
    return len(done)


def _accounts() -> list[Account]:
    kinds = (Account.Kind.GATEWAY, Account.Kind.ESCROW, Account.Kind.COMMISSION, Account.Kind.FEES)
    return [Account.objects.get_or_create(kind=kind, owner=None, currency=policy.CURRENCY)[0] for kind in kinds]


def _finished(sold: Sequence[Sold], clients: Sequence[User], rng: Random, now: datetime) -> Iterator[Done]:
    pk = 0
    for each in sold:
        for stars in each.stars:
            pk += 1
            client = clients[0] if pk % 100 == 1 else rng.choice(clients)
            yield Done(pk, each, client.pk, stars, now - timedelta(days=rng.randint(10, 600)))


def _checkouts(done: Done, words: Words, rng: Random) -> Iterator[Checkout]:
    yield Checkout(
        pk=done.pk,
        token=f"{done.pk:022}",
        purpose=Checkout.Purpose.ORDER,
        client_id=done.client,
        provider_id=done.sold.provider,
        about=f"order:{done.number}",
        amount=done.sold.price,
        currency=policy.CURRENCY,
        terms=terms_of(done.sold),
        state=Checkout.State.PAID,
        opened_at=done.at,
        expires_at=done.at + policy.CHECKOUT_EXPIRY,
        ended_at=done.at,
        gateway="local",
        gateway_ref=f"tw_{done.pk}",
    )


def terms_of(sold: Sold) -> dict[str, Any]:
    """What was agreed when its first package was bought."""
    line = {"kind": "package", "title": sold.title, "unit_price": sold.price, "quantity": 1}
    return {
        "offer": {"id": sold.pk, "title": sold.title, "description": "", "where": "client"},
        "package": {"position": 1, "name": "", "text": "", "items": []},
        "quantity": 1,
        "lines": [{**line, "amount": sold.price, "days": 0}],
        "total": sold.price,
        "days": DAYS,
        "revisions": 1,
        "stages": [{"name": "", "outcome": "", "price": sold.price, "days": DAYS, "revisions": 1}],
        "revision_days": policy.REVISION_DAYS,
        "decision_window": int(policy.DECISION_WINDOW.total_seconds()),
        "commission_percent": policy.COMMISSION_PERCENT,
        "requirements": [],
    }


def _threads(done: Done, words: Words, rng: Random) -> Iterator[Conversation]:
    a, b = done.sides
    end = done.at + timedelta(days=DAYS)
    yield Conversation(
        pk=done.pk,
        a_id=a,
        b_id=b,
        about=f"order:{done.number}",
        opened_at=done.at,
        last_at=end,
        a_read_at=end,
        b_read_at=end,
    )


def _messages(done: Done, words: Words, rng: Random) -> Iterator[Message]:
    said = ((done.client, "question"), (done.sold.provider, "answer"))
    for number, (author, kind) in enumerate(said):
        yield Message(
            pk=done.pk * 2 + number,
            conversation_id=done.pk,
            author_id=author,
            text=words.line(rng, kind),
            at=done.at + timedelta(hours=number + 1),
        )


def _archive(done: Done, words: Words, rng: Random) -> Iterator[Archived]:
    for row in _messages(done, words, rng):
        yield Archived(pk=row.pk, message_id=row.pk, author_id=row.author_id, text=row.text, at=row.at)


def _orders(done: Done, words: Words, rng: Random) -> Iterator[Order]:
    yield Order(
        pk=done.pk,
        number=done.number,
        client_id=done.client,
        provider_id=done.sold.provider,
        offer_id=done.sold.pk,
        checkout_id=done.pk,
        thread_id=done.pk,
        title=done.sold.title,
        terms=terms_of(done.sold),
        total=done.sold.price,
        currency=policy.CURRENCY,
        state=Order.State.COMPLETED,
        placed_at=done.at,
        ended_at=done.at + timedelta(days=DAYS),
    )


def _stages(done: Done, words: Words, rng: Random) -> Iterator[Stage]:
    end = done.at + timedelta(days=DAYS)
    yield Stage(
        pk=done.pk,
        order_id=done.pk,
        price=done.sold.price,
        days=DAYS,
        revisions=1,
        decision_window=policy.DECISION_WINDOW,
        revision_days=policy.REVISION_DAYS,
        state=Stage.State.APPROVED,
        started_at=done.at,
        due_at=end,
        delivered_at=end,
        ended_at=end,
    )


def _charges(done: Done, words: Words, rng: Random) -> Iterator[Charge]:
    yield Charge(pk=done.pk, stage_id=done.pk, checkout_id=done.pk, amount=done.sold.price, at=done.at)


def _events(done: Done, words: Words, rng: Random) -> Iterator[OrderEvent]:
    for number, step in enumerate(STEPS):
        side = "provider" if step == "deliver" else "client"
        yield OrderEvent(
            pk=done.pk * len(STEPS) + number,
            order_id=done.pk,
            stage_id=done.pk,
            step=step,
            party=side,
            by_id=done.sold.provider if step == "deliver" else done.client,
            at=done.at + timedelta(days=number),
        )


def _notices(done: Done, words: Words, rng: Random) -> Iterator[Notice]:
    """Read, except the first client's."""
    for number, step in enumerate(TOLD):
        person = done.sold.provider if step == "accept" else done.client
        yield Notice(
            pk=done.pk * len(TOLD) + number,
            recipient_id=person,
            kind=f"{step}_{'provider' if step == 'accept' else 'client'}",
            key=f"order:{done.number}:{step}:{person}",
            about=f"order:{done.number}",
            data={"number": done.number, "title": done.sold.title, "other": "", "silent": False},
            path=f"/orders/{done.number}/",
            at=done.at + timedelta(days=number),
            read_at=done.at + timedelta(days=number),
            mailed_at=done.at + timedelta(days=number),
        )


def _transfers(done: Done, words: Words, rng: Random) -> Iterator[Transfer]:
    for number, (key, kind) in enumerate(
        ((f"checkout:{done.pk:022}:paid", "paid"), (f"stage:{done.pk}:settled", "release"))
    ):
        yield Transfer(pk=done.pk * 2 + number, key=key, kind=kind, about=f"order:{done.number}", at=done.at)


def _entries(done: Done, accounts: dict[str, int]) -> Iterator[Entry]:
    """Paid in, and released; the benchmark asks nobody's balance, so one account stands for all providers."""
    ways = (("gateway", "escrow"), ("escrow", "commission"))
    for number, way in enumerate(ways):
        for side, kind in enumerate(way):
            amount = done.sold.price if side else -done.sold.price
            pk = done.pk * 4 + number * 2 + side
            yield Entry(pk=pk, transfer_id=done.pk * 2 + number, account_id=accounts[kind], amount=amount)


def _reviews(done: Done, words: Words, rng: Random) -> Iterator[Review]:
    if done.stars is None:
        return
    yield Review(
        pk=done.pk,
        order_id=done.pk,
        party="client",
        author_id=done.client,
        subject_id=done.sold.provider,
        quality=done.stars,
        communication=done.stars,
        value=done.stars,
        stars=done.stars,
        text=rng.choice(words.reviews)["text"],
        at=done.at + timedelta(days=DAYS),
        published_at=done.at + timedelta(days=DAYS + 1),
    )


# In the order in which they refer to each other.
TABLES: dict[Any, Any] = {
    Checkout: _checkouts,
    Conversation: _threads,
    Message: _messages,
    Archived: _archive,
    Order: _orders,
    Stage: _stages,
    Charge: _charges,
    OrderEvent: _events,
    Notice: _notices,
    Transfer: _transfers,
    Review: _reviews,
}

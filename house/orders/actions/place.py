"""Placing an order: what a paid checkout becomes (O-1, ORD-01)."""

from datetime import datetime, timedelta

from house import clock
from house.inbox.actions import open_conversation
from house.payments.actions import ledger_paid
from house.payments.models import Checkout
from house.process import Party

from .. import deadlines, diary
from ..models import Order, OrderRequirement, Stage
from ..models.order import order_number


def place(checkout: Checkout, *, now: datetime, fee: int = 0) -> Order:
    """Makes the order page, its stage, thread, books, diary and deadlines. Runs inside the transaction
    that marks the checkout paid; the checkout is locked by the caller, so it happens once.
    """
    terms = checkout.terms
    number = order_number()
    order = Order.objects.create(
        number=number,
        client=checkout.client,
        provider=checkout.provider,
        offer_id=terms["offer"]["id"],
        checkout=checkout,
        thread=open_conversation(checkout.client, checkout.provider, about=f"order:{number}", now=now),
        title=terms["offer"]["title"],
        terms=terms,
        total=checkout.amount,
        currency=checkout.currency,
        placed_at=now,
    )
    OrderRequirement.objects.bulk_create(OrderRequirement(order=order, **row) for row in terms["requirements"])
    stage = _stage(order, now)
    ledger_paid(checkout, about=order.about, now=now, fee=fee)
    diary.write(order, "place", party=Party.CLIENT, by=order.client, now=now, stage=stage, after=stage.state)
    deadlines.reset(order)
    diary.announce(order, "place", {Party.CLIENT, Party.PROVIDER}, key="place", now=now, total=order.total)
    return order


def _stage(order: Order, now: datetime) -> Stage:
    """The single stage of a simple order; the clock starts at once when nothing mandatory is asked."""
    terms = order.terms
    waits = any(row["mandatory"] for row in terms["requirements"])
    return Stage.objects.create(
        order=order,
        name=terms["package"]["name"],
        price=order.total,
        days=terms["days"],
        revisions=terms["revisions"],
        revision_days=terms["revision_days"],
        decision_window=timedelta(seconds=terms["decision_window"]),
        state=Stage.State.AWAITING if waits else Stage.State.ACTIVE,
        started_at=None if waits else now,
        due_at=None if waits else clock.due(now, timedelta(days=terms["days"]), order),
    )

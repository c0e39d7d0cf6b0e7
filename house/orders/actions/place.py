"""Placing an order: what a paid checkout becomes (O-1, ORD-01)."""

from datetime import datetime, timedelta

from house import clock
from house.inbox.actions import open_thread
from house.payments.actions import ledger_paid
from house.payments.models import Checkout
from house.process import Party
from house.quotes.models import Quote
from house.quotes.proposals import accepted

from .. import deadlines, diary
from ..models import Charge, Order, OrderRequirement, Stage
from ..models.order import order_number
from . import coupons


def place(checkout: Checkout, *, now: datetime, fee: int = 0) -> Order:
    """Makes the order page, its stage, thread, books, diary and deadlines. Runs inside the transaction
    that marks the checkout paid; the checkout is locked by the caller, so it happens once.
    """
    assert checkout.provider is not None
    terms = checkout.terms
    number = order_number()
    order = Order.objects.create(
        number=number,
        client=checkout.client,
        provider=checkout.provider,
        offer_id=terms["offer"]["id"],
        checkout=checkout,
        thread=open_thread(checkout.client, checkout.provider, about=f"order:{number}", now=now),
        title=terms["offer"]["title"],
        terms=terms,
        total=checkout.amount,
        currency=checkout.currency,
        placed_at=now,
    )
    OrderRequirement.objects.bulk_create(OrderRequirement(order=order, **row) for row in terms["requirements"])
    stage = _stages(order, now)
    Charge.objects.create(stage=stage, checkout=checkout, amount=checkout.amount, title=stage.name, at=now)
    coupons.use(checkout)
    if terms.get("quote"):
        accepted(Quote.objects.get(pk=terms["quote"]), now=now)
    ledger_paid(checkout, about=order.about, now=now, fee=fee)
    diary.write(order, "place", party=Party.CLIENT, by=order.client, now=now, stage=stage, after=stage.state)
    deadlines.reset(order)
    diary.announce(order, "place", {Party.CLIENT, Party.PROVIDER}, key="place", now=now, total=order.total)
    return order


def _stages(order: Order, now: datetime) -> Stage:
    """The order's stages (DEC-3); the first is paid, and its clock starts when nothing mandatory is asked."""
    terms = order.terms
    waits = any(row["mandatory"] for row in terms["requirements"])
    shared = {
        "order": order,
        "revision_days": terms["revision_days"],
        "decision_window": timedelta(seconds=terms["decision_window"]),
    }
    first, *later = terms["stages"]
    stage = Stage.objects.create(
        **{**shared, **first, "price": order.total},
        position=1,
        state=Stage.State.AWAITING if waits else Stage.State.ACTIVE,
        started_at=None if waits else now,
        due_at=None if waits else clock.due(now, timedelta(days=first["days"]), order),
    )
    Stage.objects.bulk_create(
        Stage(**shared, **row, position=number, state=Stage.State.PLANNED) for number, row in enumerate(later, start=2)
    )
    return stage

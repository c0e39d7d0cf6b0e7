"""Blocking somebody, and taking it back (BLK, AMB-15…17). Staff see both in the log."""

from datetime import datetime

from django.db import transaction

from house.payments.models import Checkout
from house.people import audit
from house.people.models import Block, User
from house.process import Refusal

from ..models import Order


def block(other: User, *, by: User, now: datetime) -> None:
    """Effective at once. A provider blocks a client who has ordered before and has nothing open with them; a client
    stops talking to a provider whenever they like, and open orders go on in their own threads.

    Refusals: `block_yourself`, `block_open_order` (BLK-07), `block_never_ordered` (BLK-06).
    """
    if other.pk == by.pk:
        raise Refusal("block_yourself")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=other.pk)  # a payment that begins now waits, or is seen
        sold = Order.objects.filter(provider=by, client=other)
        if sold.open().exists() or _paying(by, other):
            raise Refusal("block_open_order")
        if not other.is_provider and not sold.exists():
            raise Refusal("block_never_ordered")
        _row, new = Block.objects.get_or_create(blocker=by, blocked=other, defaults={"at": now})
        if new:
            audit.record(by=by, what="person_blocked", about=f"user:{other.pk}", now=now)


def _paying(provider: User, client: User) -> bool:
    """A payment on its way may become an order (DEC-31)."""
    return Checkout.objects.filter(provider=provider, client=client, state=Checkout.State.PAYING).exists()


def unblock(other: User, *, by: User, now: datetime) -> None:
    """BLK-05"""
    with transaction.atomic():
        gone, _each = Block.objects.filter(blocker=by, blocked=other).delete()
        if gone:
            audit.record(by=by, what="person_unblocked", about=f"user:{other.pk}", now=now)

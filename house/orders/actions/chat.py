"""The order's own thread (ORD-06): open to both sides while the order lives and after it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from house.inbox import actions as inbox
from house.inbox import floods
from house.inbox.models import Message
from house.people.models import User

from .. import diary
from ..models import Order
from ..parties import other, party_of


def say(order: Order, *, text: str, files: Sequence[UUID], by: User, now: datetime) -> Message:
    """Sends a message in the order's thread and tells the other side. Refusals are those of the inbox."""
    party = party_of(order, by)
    floods.stop(by, text, order.thread, now)
    with transaction.atomic():
        message = inbox.send(order.thread, author=by, text=text, files=list(files), now=now)
        diary.announce(order, "order_message", {other(party)}, key=f"message:{message.pk}", now=now)
    return message

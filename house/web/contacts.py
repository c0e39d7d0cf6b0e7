"""My Contacts (CON): whom somebody has dealt or talked with, and what there was between them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When

from house.inbox.models import ContactNote, Conversation
from house.orders.models import Order
from house.people.models import User

DONE = Q(state=Order.State.COMPLETED)


@dataclass(frozen=True)
class Between:
    """What two people have had: orders on either side. `spent` in minor units, of completed orders."""

    done: int = 0
    open: int = 0
    spent: int = 0
    last: datetime | None = None


def shared(user: User, other: User) -> Between:
    """Of one pair."""
    return between(user, [other.pk]).get(other.pk, Between())


def between(user: User, others: list[int]) -> dict[int, Between]:
    """Of many, in one query."""
    rows = Order.objects.filter(Q(client=user, provider__in=others) | Q(provider=user, client__in=others))
    other = Case(When(client=user, then=F("provider_id")), default=F("client_id"))
    sums = (
        rows.order_by()
        .annotate(other=other)
        .values("other")
        .annotate(
            done=Count("pk", filter=DONE),
            open=Count("pk", filter=Q(state=Order.State.OPEN)),
            spent=Sum("total", filter=DONE),
            last=Max("placed_at"),
        )
    )
    return {row["other"]: Between(row["done"], row["open"], row["spent"] or 0, row["last"]) for row in sums}


def contacts(user: User) -> QuerySet[Any, Any]:
    """Everybody whom this person has talked or dealt with, the latest first: rows of `other` (an id) and
    `talked_at`.
    """
    other = Case(When(a=user, then=F("b_id")), default=F("a_id"))
    rows = Conversation.objects.visible_to(user).order_by().annotate(other=other).values("other")
    return rows.annotate(talked_at=Max("last_at")).order_by("-talked_at", "-other")


def notes(user: User, others: list[int]) -> dict[int, str]:
    """One's own notes."""
    return dict(ContactNote.objects.filter(owner=user, person__in=others).values_list("person", "text"))

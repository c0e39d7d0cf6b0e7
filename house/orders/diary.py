"""The diary's one verb, and telling the sides about a row of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from house.notices.actions import tell
from house.process import Party

from .models import Order, OrderEvent, Stage
from .parties import Actor, actor, person


def write(
    order: Order,
    step: str,
    *,
    party: Party,
    by: Actor,
    now: datetime,
    stage: Stage | None = None,
    before: str = "",
    after: str = "",
    **data: Any,
) -> OrderEvent:
    """Adds a row to the order's diary."""
    return OrderEvent.objects.create(
        order=order, stage=stage, step=step, party=party, by=actor(by), before=before, after=after, data=data, at=now
    )


def announce(order: Order, kind: str, parties: Iterable[Party], *, key: str, now: datetime, **data: Any) -> None:
    """Bell and letter to the named sides; `kind` gets the side's suffix: "accept_client", "accept_provider"."""
    for party in sorted(parties):
        other_side = person(order, Party.PROVIDER if party is Party.CLIENT else Party.CLIENT)
        tell(
            person(order, party),
            f"{kind}_{party}",
            key=f"{order.about}:{key}",
            about=order.about,
            path=f"/orders/{order.number}/",
            now=now,
            number=order.number,
            title=order.title,
            other=other_side.display_name,
            **data,
        )

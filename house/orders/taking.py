"""Taking back what was released, and giving it again (DEC-38): commission, VAT and the provider's share as they were
divided, in differences of whole divisions, so that the agorot agree however often it happens.
"""

from datetime import datetime

from house import clock
from house.ledger import debts
from house.ledger.actions import Kind, Leg
from house.money import Split, split

from .models import Earning, Order


def take_back(earning: Earning, amount: int) -> list[Leg]:
    """The legs that take `amount` of a release back, at most what is left of it: the share first from what has not
    cleared, of this order and then of others, then from cleared money, then as a debt. The order is locked.
    """
    before, after = _move(earning, amount)
    return [
        Leg(Kind.COMMISSION, after.commission - before.commission),
        Leg(Kind.VAT, after.vat - before.vat),
        *_from_share(earning, before.provider - after.provider),
    ]


def give_again(earning: Earning, amount: int) -> list[Leg]:
    """The legs that undo as much of `take_back`; the share may be withdrawn at once, less what is owed."""
    before, after = _move(earning, -amount)
    return [
        Leg(Kind.COMMISSION, after.commission - before.commission),
        Leg(Kind.VAT, after.vat - before.vat),
        *debts.give(earning.provider, after.provider - before.provider),
    ]


def give_undecided(order: Order, amount: int, *, now: datetime) -> list[Leg]:
    """The legs that pay for work which was delivered and never accepted, as a release divides it."""
    parts = split(amount, percent=order.terms["commission_percent"], on=now.astimezone(clock.ISRAEL).date())
    share = debts.give(order.provider, parts.provider)
    return [Leg(Kind.COMMISSION, parts.commission), Leg(Kind.VAT, parts.vat), *share]


def _move(earning: Earning, amount: int) -> tuple[Split, Split]:
    before = _left(earning)
    earning.went_back += amount
    earning.save(update_fields=["went_back"])
    return before, _left(earning)


def _left(earning: Earning) -> Split:
    """What is left of a release, divided by the rates of its own day."""
    percent, day = earning.stage.order.terms["commission_percent"], earning.released_at.astimezone(clock.ISRAEL).date()
    return split(earning.gross - earning.went_back, percent=percent, on=day)


def _from_share(earning: Earning, amount: int) -> list[Leg]:
    left = amount
    waiting = Earning.objects.filter(provider=earning.provider_id, cleared_at=None).order_by("pk")
    rows = list(waiting.select_for_update())
    for row in sorted(rows, key=lambda row: (row.pk != earning.pk, row.clears_at, row.pk)):
        part = min(left, row.to_clear)
        if part:
            row.taken += part
            row.save(update_fields=["taken"])
            left -= part
    return [Leg(Kind.PENDING, left - amount, earning.provider), *debts.take(earning.provider, left)]

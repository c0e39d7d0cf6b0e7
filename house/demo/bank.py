"""What happens to money that has cleared: withdrawals, a batch that was sent, one that waits, a payment that a bank
returned, and two that clients' banks took back.
"""

from datetime import datetime
from itertools import count
from random import Random

from house.gateways.payments.twin import books
from house.orders.models import Earning, Order, Stage
from house.people.models import User
from house.treasury import batches, payouts
from house.treasury.banks import BANKS, is_bank_account, is_id_number, set_bank_account
from house.treasury.models import Batch

from . import till
from .moments import DAY, HOUR, by_day
from .people import Cast

WRITTEN = 30  # days ago: the accounts have rested
SENT, WAITING, ASKED = 9, 2, 1  # days ago: a batch for the bank, one that waits for approval, withdrawals after it
RETURNED = "החשבון נסגר"
PAID_OUT = 8  # providers, Amir the first of them
DISPUTED = 3  # days ago


def fill(rng: Random, cast: Cast, now: datetime) -> None:
    """After everything has cleared."""
    owners = _with_accounts(rng, cast, now)
    sent = _batch(owners[:6], cast, by_day(rng, now - SENT * DAY))
    for by in (cast.shira, cast.owner)[: batches.approvals_needed(sent)]:
        batches.approve(sent, by=by, now=sent.made_at + HOUR)
    batches.send(sent, by=cast.shira, now=sent.made_at + 2 * HOUR)
    unlucky = sent.payouts.exclude(provider=cast.amir).order_by("pk").last()
    if unlucky is not None:
        payouts.come_back(unlucky, why=RETURNED, by=cast.shira, now=by_day(rng, sent.made_at + 2 * DAY))
    waiting = [user for user in owners if unlucky is None or user.pk != unlucky.provider_id]
    _batch(waiting[1:4], cast, by_day(rng, now - WAITING * DAY))
    _withdraw(waiting[:1], now - ASKED * DAY)
    _disputed(rng, cast, by_day(rng, now - DISPUTED * DAY))


def _with_accounts(rng: Random, cast: Cast, now: datetime) -> list[User]:
    """Those who have earned most, Amir first; each with a bank account that passes the check digits."""
    by_earned = sorted(cast.providers.values(), key=lambda user: (user != cast.amir, -_cleared(user, now), user.pk))
    owners = by_earned[:PAID_OUT]
    for user in owners:
        bank = rng.choice(sorted(BANKS))
        branch, account = _account(rng, bank)
        set_bank_account(
            user,
            holder=user.display_name,
            id_number=_id_number(rng),
            bank=bank,
            branch=branch,
            account=account,
            now=now - WRITTEN * DAY,
        )
    return owners


def _account(rng: Random, bank: int) -> tuple[int, str]:
    return next(
        (branch, account)
        for _ in count()
        for branch, account in [(rng.randrange(100, 900), str(rng.randrange(100_000, 999_999)))]
        if is_bank_account(bank, branch, account)
    )


def _id_number(rng: Random) -> str:
    """Of nobody that we know: it only passes the check digit."""
    return next(found for _ in count() for found in [str(rng.randrange(10**7, 10**9)).zfill(9)] if is_id_number(found))


def _cleared(user: User, at: datetime) -> int:
    """Minor units that had cleared by then."""
    return sum(row.to_clear for row in Earning.objects.filter(provider=user, cleared_at__lte=at))


def _batch(owners: list[User], cast: Cast, at: datetime) -> Batch:
    _withdraw(owners, at - DAY)
    return batches.collect(by=cast.shira, now=at)


def _withdraw(owners: list[User], at: datetime) -> None:
    """A round part of what had cleared by then."""
    for user in owners:
        amount = _cleared(user, at) // 3 // 100_00 * 100_00
        if amount:
            payouts.withdraw(user, amount=amount, now=at)


def _disputed(rng: Random, cast: Cast, at: datetime) -> None:
    """Clients' banks take back what somebody has earned, and what is held for an order at work; not from the people
    to try the market as.
    """
    orders = (
        Order.objects.exclude(provider=cast.amir).exclude(client=cast.noa).select_related("checkout").order_by("pk")
    )
    earned = orders.filter(stages__earning__cleared_at__lte=at - DAY).distinct()
    at_work = orders.filter(stages__state=Stage.State.ACTIVE, stages__position=1, stages__started_at__lte=at - DAY)
    for rows in (earned, at_work.exclude(requests__state="open").exclude(stages__position=2)):
        checkout = rng.choice(list(rows)).checkout
        payment = books.charge_back(checkout.gateway_ref)
        assert payment is not None  # it was paid, and nobody disputed it before
        till.hear(checkout, at)

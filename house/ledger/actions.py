"""The books' verbs: post a transfer once, read a balance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, Sum

from house import policy
from house.people.models import User

from .models import Account, Entry, Transfer

Kind = Account.Kind


@dataclass(frozen=True)
class Leg:
    """`amount` minor units onto the account of this kind (a provider's when `owner` is given)."""

    kind: Account.Kind
    amount: int
    owner: User | None = None


class Changed(Exception):
    """A key was posted before with other sums: a defect of the caller, never of the books."""


def _accounts(legs: Iterable[Leg]) -> dict[tuple[str, int | None], int]:
    """The ids of the legs' accounts in one query; missing ones are made, in one order everywhere, so that two who
    make them at once wait for each other in turn. The market's own are there from the beginning.
    """
    wanted = {(leg.kind.value, leg.owner.pk if leg.owner else None) for leg in legs}
    query = Q()
    for kind, owner in wanted:
        query |= Q(kind=kind, owner=owner)
    rows = Account.objects.filter(query, currency=policy.CURRENCY).values_list("kind", "owner_id", "pk")
    found: dict[tuple[str, int | None], int] = {(kind, owner): pk for kind, owner, pk in rows}
    for kind, owner in sorted(wanted - found.keys(), key=lambda each: (each[1] or 0, each[0])):
        found[kind, owner] = Account.objects.get_or_create(kind=kind, owner_id=owner, currency=policy.CURRENCY)[0].pk
    return found


def post(key: str, *, kind: str, about: str, at: datetime, legs: list[Leg]) -> bool:
    """Moves money once: False when `key` was posted before (then the sums must agree).

    Legs of zero are left out. The database refuses a transfer that does not sum to zero, at commit.
    """
    legs = [leg for leg in legs if leg.amount]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (key, kind, about, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            [key, kind, about, at],
        )
        row = cursor.fetchone()
    if row is None:
        _same_as_before(key, legs)
        return False
    ids = _accounts(legs)
    Entry.objects.bulk_create(
        Entry(
            transfer_id=row[0], account_id=ids[leg.kind.value, leg.owner.pk if leg.owner else None], amount=leg.amount
        )
        for leg in legs
    )
    return True


def _same_as_before(key: str, legs: list[Leg]) -> None:
    posted = sorted(Entry.objects.filter(transfer__key=key).values_list("amount", flat=True))
    if posted != sorted(leg.amount for leg in legs):
        raise Changed(f"{key} was posted with {posted}")


def balance(kind: Account.Kind, owner: User | None = None, *, about: str | None = None) -> int:
    """The sum of an account in minor units; with `about`, only of that subject's transfers."""
    entries = Entry.objects.filter(account__kind=kind, account__owner=owner)
    if about is not None:
        entries = entries.filter(transfer__about=about)
    return entries.aggregate(total=Sum("amount"))["total"] or 0


def lock(kind: Account.Kind, owner: User) -> Account:
    """The row of a user's account, locked until commit: whoever takes money from it comes one by one."""
    ids = _accounts([Leg(kind, 0, owner)])
    return Account.objects.select_for_update().get(pk=ids[kind.value, owner.pk])


def history(about: str) -> list[Transfer]:
    """The transfers of a subject in order of time, with entries and accounts."""
    return list(Transfer.objects.filter(about=about).order_by("at", "pk").prefetch_related("entries__account"))


def moves(about: str) -> dict[str, dict[str, int]]:
    """What each kind of transfer of a subject moved on each kind of account, in minor units."""
    entries = Entry.objects.filter(transfer__about=about).order_by()
    found: dict[str, dict[str, int]] = {}
    for kind, account, total in entries.values_list("transfer__kind", "account__kind").annotate(total=Sum("amount")):
        found.setdefault(kind, {})[account] = total
    return found

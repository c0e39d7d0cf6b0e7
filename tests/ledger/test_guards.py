"""The database guards the books, the diaries and the logs by itself: whoever writes, and with whatever code."""

import importlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from house.ledger.actions import Changed, Kind, Leg, balance, post
from house.ledger.grants import ROLE
from house.ledger.models import Account, Transfer
from house.orders import money
from house.orders.actions import requests, work
from house.orders.actions.earnings import clear_due
from house.orders.models import Stage
from house.orders.proof import prove
from house.reputation.actions import review
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]
NOW_ID = "pg_current_xact_id()::text::bigint"


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def account(kind: str, currency: str = "ILS", owner: int | None = None) -> int:
    return Account.objects.get_or_create(kind=kind, currency=currency, owner_id=owner)[0].pk


def transfer(key: str, transaction_id: str = NOW_ID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transfer (key, kind, about, at, transaction_id)"
            f" VALUES (%s, 'paid', 'order:BH-1', now(), {transaction_id}) RETURNING id",
            [key],
        )
        return cursor.fetchone()[0]


def entry(transfer_id: int, account_id: int, amount: int) -> None:
    run(
        "INSERT INTO ledger_entry (transfer_id, account_id, amount) VALUES (%s, %s, %s)",
        transfer_id,
        account_id,
        amount,
    )


def commit() -> None:
    """What a commit would check."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("amounts", [[], [100], [100, -99], [100, -100, 1], [-5, -5]])
def test_a_transfer_that_is_not_whole_is_refused(amounts):
    with pytest.raises(IntegrityError, match="entries that sum to"), transaction.atomic():
        row = transfer("k")
        for number, amount in enumerate(amounts):
            entry(row, account(["gateway", "escrow", "fees"][number]), amount)
        commit()


def test_a_transfer_between_two_currencies_is_refused():
    with pytest.raises(IntegrityError, match="in 2 currencies"), transaction.atomic():
        row = transfer("k")
        entry(row, account("gateway"), -100)
        entry(row, account("escrow", "USD"), 100)
        commit()


def test_an_entry_of_nothing_is_refused():
    with pytest.raises(IntegrityError, match="entry_moves_something"), transaction.atomic():
        entry(transfer("k"), account("gateway"), 0)


@pytest.mark.parametrize("late", [[100], [7, -7]])
def test_an_entry_that_comes_after_the_check_is_refused(late):
    """The transfer was whole when it was checked and got its hash; nothing joins it in the same transaction."""
    with pytest.raises(IntegrityError, match="before its hash"), transaction.atomic():
        row = transfer("k")
        entry(row, account("gateway"), -100)
        entry(row, account("escrow"), 100)
        commit()
        for amount in late:
            entry(row, account("escrow"), amount)


def test_a_transfer_of_another_transaction_takes_no_entries():
    with pytest.raises(IntegrityError, match="in the transaction that makes its transfer"), transaction.atomic():
        entry(transfer("k", "1"), account("gateway"), 100)


@pytest.mark.django_db(transaction=True)
def test_an_unbalanced_transfer_is_refused_at_commit_and_leaves_nothing():
    with pytest.raises(IntegrityError, match="sum to"), transaction.atomic():
        row = transfer("k")
        entry(row, account("gateway"), -100)
        entry(row, account("escrow"), 99)
    assert not Transfer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_committed_transfer_takes_no_further_entries(now):
    with transaction.atomic():
        post("k", kind="paid", about="x", at=now, legs=[Leg(Kind.GATEWAY, -5), Leg(Kind.ESCROW, 5)])
    pk = Transfer.objects.get().pk
    for amounts in ([7, -7], [7]):
        with pytest.raises(IntegrityError, match="in the transaction that makes"), transaction.atomic():
            for amount in amounts:
                entry(pk, account("escrow"), amount)


@pytest.fixture
def as_app(db):
    """The role of the application."""
    run(f"SET ROLE {ROLE}")
    yield
    run("RESET ROLE")


def test_the_application_can_live_a_whole_order_in_its_role(noa, amir, now, as_app):
    """Nothing that the product does needs more rights than the role has."""
    order = make.order(noa, amir, now, state=Stage.State.IN_REVISION)
    request = requests.ask_cancellation(
        make.stage(order), reason="other", explanation="אי אפשר להמשיך בלי חומר", by=amir, now=now + timedelta(days=3)
    )
    requests.decline(request, by=noa, now=now + timedelta(days=3))
    make.deliver(order, now + timedelta(days=3))
    work.accept(make.stage(order), by=noa, now=now + timedelta(days=3))
    clear_due(now + timedelta(days=18))
    stars = {"quality": 5, "communication": 5, "value": 5}
    review(order, by=noa, text="עבודה טובה ובזמן, תודה", now=now + timedelta(days=4), **stars)
    assert balance(Kind.CLEARED, amir) == 800_00
    assert prove().faults == []


# At most one settlement of a stage (DEC-38)


def held(order) -> tuple[int, ...]:
    return tuple(balance(kind, about=order.about) for kind in (Kind.GATEWAY, Kind.ESCROW, Kind.COMMISSION, Kind.VAT))


def test_a_release_after_a_refund_moves_nothing(noa, amir, now):
    order = make.order(noa, amir, now)
    stage = make.stage(order)
    money.refund(stage, reason="mutual", now=now)
    before = held(order)
    with pytest.raises(Changed), transaction.atomic():
        money.release(stage, now=now)
    assert held(order) == before == (0, 0, 0, 0)
    assert balance(Kind.PENDING, amir) == 0


def test_a_refund_after_a_release_moves_nothing(noa, amir, now):
    order = make.order(noa, amir, now)
    stage = make.stage(order)
    money.release(stage, now=now)
    before = held(order)
    with pytest.raises(Changed), transaction.atomic():
        money.refund(stage, reason="mutual", now=now)
    assert held(order) == before
    assert not order.checkout.refunds.exists()


def test_a_second_release_and_a_second_refund_change_nothing(noa, amir, now):
    first, second = make.order(noa, amir, now), make.order(noa, amir, now)
    money.release(make.stage(first), now=now)
    assert money.release(make.stage(first), now=now) is None
    for _ in range(2):
        money.refund(make.stage(second), reason="mutual", now=now)
    assert second.checkout.refunds.get().amount == second.total
    assert Transfer.objects.exclude(kind="paid").count() == 2


def test_the_key_of_a_transfer_is_unique_in_the_database():
    transfer_ = transfer("k")
    entry(transfer_, account("gateway"), -1)
    entry(transfer_, account("escrow"), 1)
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        transfer("k")


def test_a_key_posted_again_with_other_sums_is_a_defect(now):
    legs = [Leg(Kind.GATEWAY, -5), Leg(Kind.ESCROW, 5)]
    assert post("k", kind="paid", about="x", at=now, legs=legs)
    assert not post("k", kind="paid", about="x", at=now, legs=[*reversed(legs), Leg(Kind.FEES, 0)])
    with pytest.raises(Changed, match="k was posted"):
        post("k", kind="paid", about="x", at=now, legs=[Leg(Kind.GATEWAY, -6), Leg(Kind.ESCROW, 6)])


def test_balances_are_of_an_owner_and_of_a_subject(noa, amir, now):
    post("a", kind="paid", about="x", at=now, legs=[Leg(Kind.GATEWAY, -5), Leg(Kind.PENDING, 5, noa)])
    post("b", kind="paid", about="y", at=now, legs=[Leg(Kind.GATEWAY, -7), Leg(Kind.PENDING, 7, amir)])
    assert (balance(Kind.PENDING, noa), balance(Kind.PENDING, amir), balance(Kind.PENDING)) == (5, 7, 0)
    assert (balance(Kind.GATEWAY), balance(Kind.GATEWAY, about="y"), balance(Kind.GATEWAY, about="z")) == (-12, -7, 0)


def test_missing_accounts_are_made_in_one_order(amir, noa, now):
    """Two who make the same accounts at once wait for each other in turn: in any other order they would deadlock."""
    kinds = [Kind.PENDING, Kind.DEBT, Kind.CLEARED, Kind.PAYOUT]
    legs = [Leg(kind, sign, owner) for kind in kinds for sign, owner in ((1, noa), (-1, amir))]
    post("first", kind="test", about="test:1", at=now, legs=legs)
    made = Account.objects.filter(owner__in=[noa, amir]).order_by("pk").values_list("owner_id", "kind")
    assert list(made) == sorted(made)


def test_the_markets_own_accounts_are_there_before_the_first_transfer(db):
    assert {Kind.GATEWAY, Kind.ESCROW, Kind.COMMISSION, Kind.VAT, Kind.FEES, Kind.BANK} == set(
        importlib.import_module("house.ledger.migrations.0007_the_markets_accounts").KINDS
    )

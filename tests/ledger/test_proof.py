"""`prove()` finds each fault that somebody with all rights could plant."""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from house.clock import ISRAEL
from house.desk.models import Case
from house.ledger.models import Account
from house.orders.actions.earnings import clear_due
from house.orders.models import Earning, Stage
from house.orders.proof import prove
from house.worker.timetable import prove_books
from tests import make, persons
from tests.shared import by_a_module

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ISRAEL)


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker, tmp_path_factory):
    """One order paid and held, one paid out and one paid out and cleared."""
    with by_a_module(django_db_blocker, tmp_path_factory.mktemp("media")):
        noa, amir = persons.client("noa", "נועה", "ברק", NOW), persons.provider("amir", "אמיר", "לוי", NOW)
        orders = [make.order(noa, amir, NOW, state=state) for state in (Stage.State.ACTIVE, Stage.State.APPROVED)]
        clear_due(NOW + timedelta(days=30))
        orders.append(make.order(noa, amir, NOW, state=Stage.State.APPROVED))
        yield orders


@pytest.fixture
def unguarded(books):
    """All triggers off, as only a superuser can; what was deferred is checked first."""
    connection.check_constraints()
    run("SET session_replication_role = replica")
    yield
    run("SET session_replication_role = DEFAULT")


def faults() -> str:
    return "\n".join(prove().faults)


def account(kind: str) -> int:
    return Account.objects.get(kind=kind).pk


def entries(about: str, *legs: tuple[str, int]) -> None:
    run(
        "INSERT INTO ledger_transfer (key, kind, about, at, transaction_id) VALUES ('planted', 'paid', %s, now(), 1)",
        about,
    )
    for kind, amount in legs:
        run(
            "INSERT INTO ledger_entry (transfer_id, account_id, amount)"
            " SELECT id, %s, %s FROM ledger_transfer WHERE key = 'planted'",
            account(kind),
            amount,
        )


def test_whole_books_have_no_faults(books):
    proof = prove()
    assert proof.faults == []
    assert "6 transfers" in proof.checked[0]
    assert len(proof.checked) == 10


def test_a_changed_sum_is_found(books, unguarded):
    run("UPDATE ledger_entry SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_entry)")
    assert "does not balance" in faults()
    assert "the books are off by 1" in faults()


@pytest.mark.parametrize("legs", [[], [("escrow", 5)], [("escrow", 5), ("gateway", -4)]], ids=["none", "one", "off"])
def test_a_transfer_that_is_not_whole_is_found(books, unguarded, legs):
    entries("order:BH-0", *legs)
    assert "transfer planted does not balance" in faults()


def test_a_transfer_of_two_currencies_is_found(books, unguarded):
    run("UPDATE ledger_account SET currency = 'USD' WHERE kind = 'commission'")
    assert faults().count("does not balance") == 2


@pytest.mark.parametrize("kind", ["pending", "cleared", "escrow"])
def test_money_below_zero_is_found(books, unguarded, kind):
    """DEC-38"""
    entries("order:BH-0", (kind, -10_000_00), ("gateway", 10_000_00))
    assert f"{kind} of" in faults()
    assert "stands at -" in faults()


@pytest.mark.parametrize(("debt", "said"), [(-5, "owes 5 and has 80000"), (5, "owes -5 and has 80000")])
def test_a_debt_beside_cleared_money_or_below_nothing_is_found(books, unguarded, debt, said):
    """DEC-38"""
    mine = Account.objects.create(kind="debt", owner=books[0].provider, currency="ILS")
    entries("order:BH-0", ("gateway", -debt))
    run(
        "INSERT INTO ledger_entry (transfer_id, account_id, amount) SELECT max(id), %s, %s FROM ledger_transfer",
        mine.pk,
        debt,
    )
    assert said in faults()


def test_a_subject_that_gave_out_more_than_it_held_is_found(books, unguarded):
    """The sum of all escrow is fine, one order's is not."""
    entries(books[1].about, ("escrow", -5), ("gateway", 5))
    assert f"{books[1].about} holds -5" in faults()


def test_escrow_that_differs_from_what_the_stages_say_is_found(books, unguarded):
    run("UPDATE orders_stage SET price = price + 1 WHERE order_id = %s", books[0].pk)
    number = books[0].number
    assert f"order {number}: books hold 100000, stages say 100001" in faults()


@pytest.mark.parametrize("state", ["approved", "cancelled"])
def test_a_stage_that_ended_without_its_money_is_found(books, unguarded, state):
    run("UPDATE orders_stage SET state = %s WHERE order_id = %s", state, books[0].pk)
    assert f"order {books[0].number}: books hold 100000, stages say 0" in faults()


def test_an_earning_of_another_sum_is_found(books, unguarded):
    run("UPDATE orders_earning SET provider_share = provider_share - 1, gross = gross - 1")
    assert "earning 79999, books 80000" in faults()


def test_an_earning_without_a_release_is_found(books, unguarded):
    run("UPDATE ledger_transfer SET key = key || 'x' WHERE kind = 'release'")
    assert "earning 80000, books None" in faults()


def test_a_release_without_an_earning_is_found(books, unguarded):
    """Its money would never clear."""
    run("DELETE FROM orders_earning WHERE cleared_at IS NULL")
    assert "has no earning" in faults()


def test_money_that_cleared_without_saying_so_is_found(books, unguarded):
    """What waits and what may be withdrawn are what the earnings say."""
    run("UPDATE orders_earning SET cleared_at = clears_at WHERE cleared_at IS NULL")
    assert "pending" in faults()
    run("UPDATE orders_earning SET cleared_at = NULL")
    assert "pending" in faults()


def test_the_command_says_what_it_checked_and_fails_on_a_fault(books, unguarded, capsys):
    call_command("prove")
    assert "The books are whole." in capsys.readouterr().out
    Earning.objects.all().delete()
    with pytest.raises(CommandError, match="has no earning"):
        call_command("prove")


def test_the_timetable_calls_staff_once_a_day(books, unguarded):
    prove_books(timestamp=0)
    assert not Case.objects.exists()
    Earning.objects.all().delete()
    for _ in range(3):
        prove_books(timestamp=0)
    assert "has no earning" in Case.objects.get().text

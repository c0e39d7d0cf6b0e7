"""The transfers of a subject form a hash chain; seals hold the heads; a changed past is found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from house.ledger import chain
from house.ledger.actions import Kind, Leg, post
from house.ledger.models import Link, Seal, SealedHead, Transfer
from house.orders.models import Stage
from house.worker.timetable import seal_books
from tests import make

# A seal holds what was committed before the oldest transaction of the whole server, other databases' too.
pytestmark = [pytest.mark.pg15, pytest.mark.alone]
DAY = timedelta(days=1)


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def commit() -> None:
    """What a commit would do."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


def move(key: str, now, about: str = "order:BH-1", amount: int = 5) -> None:
    with transaction.atomic():
        post(key, kind="paid", about=about, at=now, legs=[Leg(Kind.GATEWAY, -amount), Leg(Kind.ESCROW, amount)])


@pytest.fixture
def order(noa, amir, now):
    """Paid, delivered, released: two transfers or more of one subject."""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    commit()
    return order


@pytest.mark.django_db
def test_every_transfer_of_a_subject_stands_on_the_one_before(order):
    links = list(Link.objects.filter(about=order.about).order_by("number"))
    assert [row.number for row in links] == list(range(1, len(links) + 1))
    assert [row.previous for row in links] == ["", *(row.hash for row in links[:-1])]
    assert len({row.hash for row in links}) == len(links) == Transfer.objects.filter(about=order.about).count() > 1
    assert chain.head(order.about) == links[-1]
    assert list(chain.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_transfers_of_one_subject_at_the_same_moment_make_one_chain(now):
    def act(number: int) -> None:
        try:
            move(f"k{number}", now, about=f"order:BH-{number % 2}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(24)))
    for about in ("order:BH-0", "order:BH-1"):
        numbers = Link.objects.filter(about=about).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 13))
    assert list(chain.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_a_seal_holds_the_heads_that_moved_and_the_root_before(now):
    move("a", now)
    move("b", now, about="order:BH-2")
    first = chain.seal(now)
    assert chain.seal(now + DAY) is None
    move("c", now + DAY)
    second = chain.seal(now + DAY)
    assert {row.about for row in first.heads.all()} == {"order:BH-1", "order:BH-2"}
    assert [(row.about, row.number) for row in second.heads.all()] == [("order:BH-1", 2)]
    assert (first.previous, second.previous) == ("", first.root)
    assert list(chain.faults()) == []


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_commits_while_a_seal_is_made_is_in_the_next(now):
    """Its number is older than the seal's, its commit is not."""
    move("accounts", now, about="order:BH-8")
    with transaction.atomic():
        post("slow", kind="paid", about="order:BH-9", at=now, legs=[Leg(Kind.GATEWAY, -5), Leg(Kind.ESCROW, 5)])

        def meanwhile() -> Seal | None:
            try:
                move("quick", now)
                return chain.seal(now)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(meanwhile).result()
    chain.seal(now + DAY)
    assert set(SealedHead.objects.values_list("about", flat=True)) == {"order:BH-1", "order:BH-8", "order:BH-9"}


@pytest.mark.django_db(transaction=True)
def test_the_chore_seals_and_proves(now):
    move("a", now)
    seal_books(timestamp=0)
    assert Seal.objects.count() == 1


CHANGES = {
    "a sum": "UPDATE ledger_entry SET amount = amount * 2",
    "whose money": "UPDATE ledger_account SET kind = 'debt', owner_id = 1 WHERE kind = 'commission'",
    "a moment": "UPDATE ledger_transfer SET at = at - interval '1 second' WHERE kind = 'release'",
    "a key": "UPDATE ledger_transfer SET key = key || 'x' WHERE kind = 'release'",
    "a subject": "UPDATE ledger_transfer SET about = 'order:BH-0' WHERE kind = 'release'",
    "the last one gone": "DELETE FROM ledger_link WHERE number = (SELECT max(number) FROM ledger_link)",
    "the first one gone": "DELETE FROM ledger_link WHERE number = 1",
    "a hash": "UPDATE ledger_link SET hash = repeat('0', 64) WHERE number = 1",
    "a root": "UPDATE ledger_seal SET root = repeat('0', 64)",
    "a sealed head": "UPDATE ledger_sealedhead SET number = number + 1",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_past_is_found(noa, amir, now, change):
    """All triggers off, as only a superuser can."""
    make.order(noa, amir, now, state=Stage.State.APPROVED)
    chain.seal(now)
    assert list(chain.faults()) == []
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run(change)
    assert list(chain.faults())


@pytest.mark.django_db(transaction=True)
def test_books_of_before_are_chained_by_the_migration(now):
    """What stood there before the chains came, in order of time."""
    for number in (2, 1):
        move(f"k{number}", now + number * DAY)
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        run("DELETE FROM ledger_link")
        run("SELECT ledger_link_transfer(id) FROM (SELECT id FROM ledger_transfer ORDER BY at, id) AS before")
    assert list(Link.objects.order_by("number").values_list("transfer__key", flat=True)) == ["k1", "k2"]
    assert list(chain.faults()) == []

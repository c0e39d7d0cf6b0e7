"""The books as finance reads them (page 75)."""

import pytest

from house.ledger.models import Transfer
from house.people.models import Role

from .. import make, persons
from ..treasury import banking
from .page import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance_web(web, now):
    return web(persons.staff("ora", "אורה", "שמש", now, Role.FINANCE))


def test_balances_and_every_transfer_with_its_entries(noa, amir, finance_web, now):
    """DEC-12: what is held, what was earned, and that all of it sums to nothing."""
    banking.earned(noa, amir, now)
    page = visit(finance_web, "/staff/ledger/")
    assert "סך כל החשבונות הוא אפס" in page.text
    assert "עוד לא נחתם דבר" in page.text
    assert all(word in page.text for word in ("שחרור", "נאמנות", "עמלת השוק", amir.display_name))


def test_an_orders_number_or_a_kind_finds_its_transfers(noa, amir, dana, finance_web, now):
    one, other = make.order(noa, amir, now), make.order(dana, amir, now)
    page = visit(finance_web, f"/staff/ledger/?about={one.number.lower()}")
    assert f"order:{one.number}" in page.text and other.number not in page.text
    assert "אין תנועות כאלה" in visit(finance_web, "/staff/ledger/?kind=refund").text
    assert other.number in visit(finance_web, "/staff/ledger/?kind=paid").text
    assert one.number in visit(finance_web, "/staff/ledger/?kind=made-up").text, "an unknown kind filters nothing"


@pytest.mark.parametrize(
    "query", ["about=\x00", "about=" + "א" * 400, "kind=%F0", "page=x", "about=order:BH-1&kind=paid"]
)
def test_whatever_is_looked_for_there_is_an_answer(finance_web, query):
    assert finance_web.get(f"/staff/ledger/?{query}").status_code == 200
    assert finance_web.get(f"/staff/ledger/entries.csv?{query}").status_code == 200


def test_one_transfer_shows_its_entries_and_leads_to_its_order(noa, amir, finance_web, now):
    order = make.order(noa, amir, now)
    transfer = Transfer.objects.get(about=order.about, kind="paid")
    address = f"/staff/ledger/{transfer.pk}/"
    page = visit(finance_web, address)
    assert "תשלום" in page.text and "חברת התשלומים" in page.text
    assert f'href="/staff/orders/{order.number}/"' in finance_web.get(address).content.decode()


def test_the_books_can_be_taken_away_as_they_are_filtered(noa, amir, dana, finance_web, now):
    one, other = make.order(noa, amir, now), make.order(dana, amir, now)
    rows = finance_web.get(f"/staff/ledger/entries.csv?about={one.number}").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 2, "the head, and the payment's two entries"
    assert all(one.about in row for row in rows[1:]) and not any(other.number in row for row in rows)


def test_many_transfers_ask_no_more_than_few(noa, amir, finance_web, now, django_assert_max_num_queries):
    for _ in range(6):
        make.order(noa, amir, now)
    visit(finance_web, "/staff/ledger/")
    with django_assert_max_num_queries(14):
        visit(finance_web, "/staff/ledger/")

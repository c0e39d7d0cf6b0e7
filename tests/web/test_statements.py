"""The statement of an order and of a provider's month: page, CSV and XLSX say the same, to the agora."""

import csv
import io
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection

from house.clock import ISRAEL
from house.ledger import chain
from house.orders.actions import requests, support, work
from house.orders.actions.earnings import clear_due
from house.orders.actions.milestones import open_for_stage
from house.orders.models import Order, Stage
from house.orders.statement import statement
from house.treasury.statements import Balances, month_of, months_of
from house.web.sheets import Sheet, as_file

from .. import make, persons
from ..orders import test_milestones as milestones
from .page import visit
from .test_seller import sums as prices

DAY = timedelta(days=1)
ODD = (333_33, 1000_01, 20_07)
CHANGED = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment."""


def commit() -> None:
    """What a commit would do: the transfers join their chains."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def order_of(client, provider, now, price: int) -> Order:
    """Paid and accepted, for this sum in agorot."""
    offer = make.offer(provider, now)
    offer.packages.update(price=price)
    row = make.checkout(offer, client, now)
    make.pay(row, now)
    order = Order.objects.get(checkout=row)
    make.deliver(order, now)
    work.accept(make.stage(order), by=client, now=now)
    commit()
    return order


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cells_of(answer) -> list[list[str]]:
    """The sheet of an XLSX as text; numbers as they are stored."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(each.itertext()) for each in shared]
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [
        [texts[int(cell[0].text)] if cell.get("t") == "s" else cell[0].text for cell in row]
        for row in page.iter(f"{space}row")
    ]


@pytest.mark.parametrize("price", ODD)
def test_both_sides_see_the_same_sums_and_the_same_seal(noa, amir, noa_web, amir_web, now, price):
    """DEC-12: paid = returned + released + held."""
    order = order_of(noa, amir, now, price)
    found = statement(order)
    sums = found.sums
    assert (sums.paid, sums.refunded + sums.released + sums.held) == (price, price)
    assert found.movements[-1].held == sums.held
    assert found.share == order.stages.get().earning.provider_share
    for browser in (noa_web, amir_web):
        page = visit(browser, f"/orders/{order.number}/statement/")
        assert found.seal == chain.head(order.about).hash and found.seal in page.text
    assert "עמלת השוק" not in visit(noa_web, f"/orders/{order.number}/statement/").text
    assert "עמלת השוק" in visit(amir_web, f"/orders/{order.number}/statement/").text


def test_money_that_went_back_stands_on_it(noa, amir, noa_web, now):
    """PAY-09"""
    order = make.order(noa, amir, now)
    asked = requests.ask_cancellation(make.stage(order), **CHANGED, by=amir, now=now)
    requests.consent(asked, by=noa, now=now)
    sums = statement(order).sums
    assert (sums.paid, sums.refunded, sums.released, sums.held) == (order.total, order.total, 0, 0)
    assert "חזר לאמצעי התשלום" in visit(noa_web, f"/orders/{order.number}/statement/").text


def test_somebody_elses_statement_does_not_exist(noa, amir, dana_web, web, now):
    order = make.order(noa, amir, now)
    rival = persons.provider("rival", "טל", "מזרחי", now)
    for browser in (dana_web, web(rival)):
        assert browser.get(f"/orders/{order.number}/statement/").status_code == 404
        assert browser.get(f"/orders/{order.number}/statement.csv").status_code == 404


@pytest.mark.parametrize("price", ODD)
def test_page_csv_and_xlsx_say_the_same(noa, amir, amir_web, now, price):
    order = order_of(noa, amir, now, price)
    plain = rows_of(amir_web.get(f"/orders/{order.number}/statement.csv"))
    sheet = cells_of(amir_web.get(f"/orders/{order.number}/statement.xlsx"))
    assert plain[0] == sheet[0] and len(plain) == len(sheet) == 3
    for one, other in zip(plain[1:], sheet[1:], strict=True):
        assert [Decimal(cell) for cell in one[2:]] == [Decimal(cell) for cell in other[2:]]
    paid, released = ([Decimal(cell) * 100 for cell in row[2:]] for row in plain[1:])
    assert paid[:2] == [price, price] and released[:2] == [-price, 0]
    assert sum(released[2:]) == price


def test_words_are_never_a_formula():
    """What a spreadsheet would carry out is only text in it."""
    evil = '=HYPERLINK("http://x")'
    sheet = Sheet("x", "x", ["א"], [[evil], [" +1"], ["@SUM(A1)"], ["שלום"]])
    assert [row[0] for row in rows_of(as_file(sheet, "csv"))[1:]] == [f"'{evil}", "' +1", "'@SUM(A1)", "שלום"]
    assert [row[0] for row in cells_of(as_file(sheet, "xlsx"))[1:]] == [evil, " +1", "@SUM(A1)", "שלום"]
    with zipfile.ZipFile(io.BytesIO(as_file(sheet, "xlsx").content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and 'rightToLeft="1"' in page


def test_a_month_opens_with_what_the_month_before_closed_with(noa, amir, amir_web, moments, now):
    """DEC-12: every agora of a provider's account stands in exactly one month."""
    first = order_of(noa, amir, now, 333_33)
    moments.go(days=20)
    clear_due(moments.now)
    second = order_of(noa, amir, moments.now, 1000_01)
    november, december = month_of(amir, 2026, 11), month_of(amir, 2026, 12)
    assert (november.opening, november.closing) == (Balances(), december.opening)
    shares = [order.stages.get().earning.provider_share for order in (first, second)]
    assert (december.closing.pending, december.closing.cleared) == (shares[1], shares[0])
    assert months_of(amir, moments.now) == [(2026, 12), (2026, 11)]
    page = visit(amir_web, "/seller/statements/2026-12/")
    assert first.number in page.text and second.number in page.text
    rows = rows_of(amir_web.get("/seller/statements/2026-12.csv"))[1:]
    assert sum(Decimal(row[3]) for row in rows) * 100 == december.closing.pending - december.opening.pending


def test_a_month_begins_and_ends_in_israel(noa, amir, now):
    """The last second of November and the first of December."""
    last = datetime(2026, 11, 30, 23, 59, 59, tzinfo=ISRAEL)
    make.order(noa, amir, last - 3 * DAY, state=Stage.State.DELIVERED)
    for at, stage in zip((last, last + timedelta(seconds=1)), Stage.objects.all(), strict=False):
        work.accept(stage, by=noa, now=at)
    assert len(month_of(amir, 2026, 11).lines) == 1
    assert not month_of(amir, 2026, 12).lines


@pytest.mark.parametrize("path", ["2026-13/", "0-1/", "2026-0.csv", "99999-1/", "2026-11.pdf"])
def test_a_month_that_is_none_does_not_exist(amir_web, path):
    assert amir_web.get(f"/seller/statements/{path}").status_code == 404


def test_money_held_counts_open_stages_only(noa, amir, amir_web, now):
    """What was released for a milestone is no longer held."""
    order_of(noa, amir, now, 1000_01)
    held = make.order(noa, amir, now)
    page = visit(amir_web, "/seller/earnings/")
    assert f"{held.total // 100:,}" in page.texts("p", class_="sum-big")[2]


def test_a_receipt_of_a_milestone_order_lists_every_payment(noa, amir, shira, noa_web, now):
    """MIL-12, MIL-13: the first with the order, the next when it starts; what came back is on it, too."""
    order = milestones.ordered(noa, amir, now)
    first, second, _third = milestones.stages(order)
    milestones.deliver(first, now + DAY)
    work.accept(first, by=noa, now=now + DAY)
    checkout = open_for_stage(milestones.stages(order)[1], client=noa, now=now + DAY)
    assert milestones.pay(checkout, now + DAY, "second") == "paid"
    support.cancel(order, reason="provider_fault", why="הקבלן לא הגיע", by=shira, now=now + 2 * DAY)
    page = visit(noa_web, f"/orders/{order.number}/receipt/")
    sums = [amount for text in page.texts("dd") if "₪" in text for amount in prices(text)]
    assert sums[:2] == [first.price, second.price]
    assert sums[-2:] == [first.price + second.price, -second.price]
    row = visit(noa_web, "/me/documents/").texts("td", class_="sum")
    assert [prices(text) for text in row] == [[first.price + second.price], [second.price]]
    totals = statement(order).sums
    assert (totals.paid, totals.released, totals.refunded) == (10_000_00, 4_000_00, 6_000_00)

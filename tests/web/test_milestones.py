"""Milestones in the order room: the plan, approving, paying for the next, stopping (MIL, M-6…M-13, DEC-48)."""

from datetime import timedelta

import pytest

from house import hebrew
from house.catalog.actions import ExtraRow
from house.ledger.actions import Kind as Account
from house.ledger.actions import balance
from house.orders.actions import work
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.proof import prove
from house.orders.reasons import REASONS
from house.payments.models import Checkout
from house.web import room

from .. import make
from ..orders.test_milestones import ROWS, begin, cancelled, deliver, ordered, pay, stages
from .page import Page

pytestmark = pytest.mark.django_db
S = Stage.State
INVOICE = {"invoice_name": "נועה ברק", "terms": "on", "key": "m" * 22}


@pytest.fixture
def order(noa, amir, now, moments) -> Order:
    """Three milestones; the first is delivered."""
    row = ordered(noa, amir, now)
    deliver(stages(row)[0], now)
    moments.go(hours=2)
    return row


def page(browser, order: Order, part: str = ""):
    answer = browser.get(f"/orders/{order.number}/{part}")
    assert answer.status_code == 200
    return Page(answer)


def test_the_plan_says_where_the_money_is(order, noa_web, amir_web):
    """MIL-16, DEC-48"""
    for browser in (noa_web, amir_web):
        text = page(browser, order).text
        for name in (row.name for row in ROWS):
            assert name in text
        assert hebrew.amount(14_000_00) in text  # still to come
    assert "להחליט על שלב 1" in page(noa_web, order).text
    assert "שלב 1 ממתין לאישור" in page(amir_web, order).text


def test_the_stage_that_matters_now(order, noa, now):
    """M-6, M-7, M-8"""
    assert room.current(order).position == 1
    work.accept(stages(order)[0], by=noa, now=now)
    assert room.current(Order.objects.get()).position == 2
    begin(order, now, "second")
    assert room.current(Order.objects.get()).state == S.ACTIVE


def test_approving_leads_to_the_payment_of_the_next(order, noa_web):
    """MIL-13, M-6, DEC-48"""
    text = page(noa_web, order, "acceptance/").text
    assert hebrew.amount(6_000_00) in text
    assert "אישור ועצירה כאן" in text
    answer = noa_web.post(f"/orders/{order.number}/acceptance/")
    assert answer.headers["Location"] == f"/orders/{order.number}/next/payment/"
    assert [row.state for row in stages(order)] == [S.APPROVED, S.PLANNED, S.PLANNED]


def test_approving_and_stopping_ends_the_order_and_charges_nothing(order, noa_web):
    """MIL-14, M-8"""
    answer = noa_web.post(f"/orders/{order.number}/acceptance/", {"stop": "1"})
    assert answer.headers["Location"] == f"/orders/{order.number}/rate/"
    order.refresh_from_db()
    assert order.state == Order.State.COMPLETED
    assert balance(Account.ESCROW, about=order.about) == 0
    assert "ההזמנה הושלמה" in page(noa_web, order).text


def test_the_next_is_bought_once_and_begins(order, noa_web, moments):
    """M-7, DEC-31"""
    noa_web.post(f"/orders/{order.number}/acceptance/")
    path = f"/orders/{order.number}/next/payment/"
    number = Checkout.objects.count()
    for _time in range(2):
        assert noa_web.post(path, INVOICE).status_code == 302
    assert Checkout.objects.count() == number + 1
    assert pay(Checkout.objects.latest("pk"), moments.now, "second") == "paid"
    assert stages(order)[1].state == S.ACTIVE
    assert not prove().faults


def test_the_client_stops_between_milestones(order, noa_web, amir_web):
    """MIL-15, M-8"""
    path = f"/orders/{order.number}/stop/"
    assert noa_web.get(path).status_code == 409  # a delivery waits first
    noa_web.post(f"/orders/{order.number}/acceptance/")
    assert "להתחיל את שלב 2" in page(noa_web, order).text
    assert "שלב 2 טרם התחיל" in page(amir_web, order).text
    assert amir_web.get(path).status_code == 404
    assert noa_web.get(path).status_code == 200
    assert noa_web.post(path).status_code == 302
    order.refresh_from_db()
    assert order.state == Order.State.COMPLETED


def test_the_last_milestone_asks_for_the_whole_project(order, noa, amir_web, now):
    """MIL-10, DEC-43"""
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    path = f"/seller/orders/{order.number}/deliver/"
    assert "הפרויקט כולו" not in amir_web.get(path).content.decode()
    deliver(stages(order)[1], now)
    work.accept(stages(order)[1], by=noa, now=now)
    begin(order, now, "third")
    assert "הפרויקט כולו" in amir_web.get(path).content.decode()
    sent = {"text": "הכול מוכן ומצורף כאן.", "links": "https://files.example/all"}
    assert amir_web.post(path, sent).status_code == 422
    assert amir_web.post(path, {**sent, "full": "on"}).status_code == 302
    assert stages(order)[2].state == S.DELIVERED


@pytest.mark.parametrize(("scope", "whole"), [("stage", False), ("order", True)])
def test_a_cancellation_names_the_stage_or_the_whole_order(noa, amir, amir_web, now, moments, scope, whole):
    """DEC-36, MIL-20"""
    order = ordered(noa, amir, now)
    words = {"reason": "cannot_deliver", "explanation": "אין אפשרות לעמוד בשלב הזה.", "scope": scope}
    assert amir_web.post(f"/orders/{order.number}/cancellation/", words).status_code == 302
    assert (ResolutionRequest.objects.get().stage is None) == whole


def test_lists_show_the_stage_that_matters(order, noa, noa_web, amir_web, now):
    """MIL-16"""
    work.accept(stages(order)[0], by=noa, now=now + timedelta(hours=1))
    assert "להתחיל את שלב 2" in Page(noa_web.get("/orders/")).text
    assert "שלב 2 טרם התחיל" in Page(amir_web.get("/seller/orders/")).text


def test_the_plan_says_what_came_back(order, noa, noa_web, amir, now):
    """MIL-16, PAY-09"""
    work.accept(stages(order)[0], by=noa, now=now)
    assert "הוחזר" not in page(noa_web, order).text
    begin(order, now, "second")
    cancelled(order, 1, now)
    text = page(noa_web, order).text
    assert "הוחזר" in text and hebrew.amount(6_000_00) in text


def test_an_extra_of_the_list_is_offered_on_the_page(noa, noa_web, amir, amir_web, now, moments):
    """EXT-14, EXT-15, EXT-17"""
    extras = [ExtraRow(kind="other", title="ניקיון יסודי", price=150_00, max_quantity=3)]
    row = make.order(noa, amir, now, extras=extras)
    path = f"/orders/{row.number}/resolution/extra/"
    assert "ניקיון יסודי" in amir_web.get(path).content.decode()
    words = {"reason": next(iter(REASONS["extra"]["provider"])), "explanation": "אחרי השיפוץ כדאי גם ניקיון"}
    words |= {f"listed_{row.offer.extras.get().pk}": "2", "days": "1"}
    preview = amir_web.post(path, {**words, "preview": "1"}).content.decode()
    assert hebrew.amount(1_300_00) in preview
    assert amir_web.post(path, words).status_code == 302
    assert ResolutionRequest.objects.get().change["amount"] == 300_00
    assert "ניקיון יסודי" in Page(noa_web.get(f"/orders/{row.number}/change/payment/")).text

"""The finance half of page 62: what did not go its usual way, and its ways out (DEC-20, DEC-38)."""

from datetime import timedelta

import pytest

from house import policy
from house.orders.models import Order, Stage
from house.payments.actions import ask_refund, send_refund
from house.payments.models import Refund

from .. import make
from .page import send, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment."""


@pytest.fixture
def order(noa, amir, now) -> Order:
    return make.order(noa, amir, now - timedelta(days=5), state=Stage.State.APPROVED)


def test_what_a_bank_took_is_listed_with_the_markets_loss(finance_web, order, now):
    ask_refund(order.checkout, amount=1, reason="late", key="elsewhere", now=now)
    make.hear(order.checkout, now, event="taken", kind="charged_back", amount=300_00)
    text = visit(finance_web, "/staff/money/").text
    assert all(word in text for word in ("300", "בבדיקת הבנק", order.number, "נועה"))
    assert "הפסד של השוק" not in text
    make.hear(order.checkout, now, event="won", kind="chargeback_won")
    assert "נדחתה, הכסף חזר" in visit(finance_web, "/staff/money/").text


def test_a_refund_that_takes_long_is_shown(finance_web, order, now, moments):
    ask_refund(order.checkout, amount=12_34, reason="late", key="slow", now=now)
    assert "מתעכבים" not in visit(finance_web, "/staff/money/").text
    moments.go(days=policy.REFUND_LATE / timedelta(days=1))
    text = visit(finance_web, "/staff/money/").text
    assert "מתעכבים" in text and "12.34" in text


def test_a_payment_that_bought_nothing_is_listed(finance_web, noa, amir, now):
    row = make.checkout(make.offer(amir, now), noa, now)
    assert make.pay(row, now, kind="declined") == "declined"
    assert make.hear(row, now, event="late", kind="paid") == "after_declined"
    text = visit(finance_web, "/staff/money/").text
    assert "תשלומים שחזרו מעצמם" in text and "אחרי סירוב" in text


def failed(order: Order, now) -> Refund:
    return send_refund(ask_refund(order.checkout, amount=50_00, reason="late", key="refused", now=now).pk, now=now)


def test_a_refused_refund_is_tried_again_from_the_page(finance_web, order, now):
    row = failed(order, now)
    assert row.state == "failed"
    assert "50" in visit(finance_web, "/staff/money/").text
    assert finance_web.post(f"/staff/money/refunds/{row.pk}/retry/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.asked_at) == ("asked", now)
    assert finance_web.post(f"/staff/money/refunds/{row.pk}/retry/").status_code == 409, "it is on its way"


def test_a_refused_refund_is_settled_in_another_way(finance_web, order, now):
    row = failed(order, now)
    path = f"/staff/money/refunds/{row.pk}/settling/"
    page = send(finance_web, path, {"how": "", "why": "העברה 4471"})
    assert page.status == 422 and "העברה 4471" in page.html
    send(finance_web, path, {"how": "transfer", "why": "העברה 4471"})
    row.refresh_from_db()
    assert row.state == "settled"
    assert "אין. כל החזר שהתבקש התקבל." in visit(finance_web, "/staff/money/").text


def test_money_goes_back_after_the_release(finance_web, order, amir, noa_web, amir_web):
    path = f"/staff/orders/{order.number}/refund/"
    assert path in dict(visit(finance_web, f"/staff/orders/{order.number}/").links)
    stage = make.stage(order).pk
    page = send(finance_web, path, {"stage": stage, "amount": "1000.01", "why": "פיצוי"})
    assert page.status == 422 and "אפשר להחזיר עד" in page.complaints[0]
    send(finance_web, path, {"stage": stage, "amount": "100", "why": "פיצוי על נזק"})
    assert amir.notices.get(kind="late_refund_provider").data["why"] == "פיצוי על נזק"
    for browser in (noa_web, amir_web):
        text = visit(browser, f"/orders/{order.number}/statement/").text
        assert "החזר ללקוח/ה אחרי שהכסף שוחרר" in text and "100" in text


def test_nothing_to_refund_before_the_release(finance_web, noa, amir, now):
    order = make.order(noa, amir, now)
    assert finance_web.get(f"/staff/orders/{order.number}/refund/").status_code == 404


def test_the_page_needs_a_second_factor(finance, web):
    """DEC-20"""
    assert web(finance).get("/staff/money/")["Location"] == "/accounts/2fa/totp/activate/"

"""Paying: one price everywhere, terms before money, one checkout for one press, and only the gateway's word counts."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as some

from house import policy
from house.catalog import actions as catalog
from house.catalog.models import Offer
from house.catalog.pricing import Quote, quote
from house.gateways.payments.twin import books, signing
from house.gateways.payments.twin.models import TwinFault, TwinPayment
from house.ledger.actions import Kind, balance
from house.orders.models import Order
from house.orders.proof import prove
from house.payments.models import Checkout, GatewayEvent, Refund
from house.process import Refusal
from house.web.jinja import price
from house.web.sentences import sentence
from house.worker.errands import apply_event

from .. import make
from .page import Page, send, visit
from .world import new_browser, rich, undone

pytestmark = pytest.mark.django_db

State = Checkout.State


@pytest.fixture(autouse=True)
def _at(moments, monkeypatch) -> None:
    """Pages and errands stand at the tests' moment."""
    monkeypatch.setattr("house.worker.errands.market_now", lambda: moments.now)


@pytest.fixture
def offer(amir, now) -> Offer:
    row = catalog.submit(rich(amir, now), by=amir, now=now, rights=True)
    catalog.approve(row, by=make.reviewer(now), now=now)
    return Offer.objects.get(pk=row.pk)


def path(offer: Offer) -> str:
    return f"/offers/{offer.pk}/checkout/"


def opened(browser: Browser, offer: Offer, query: str = "package=1") -> dict[str, Any]:
    """What the checkout's page would send, with the terms agreed to."""
    return {**visit(browser, f"{path(offer)}?{query}").form().values, "terms": "on"}


def bought(browser: Browser, offer: Offer, query: str = "package=1") -> Checkout:
    """On the gateway's page."""
    answer = send(browser, path(offer), opened(browser, offer, query)).response
    assert answer.status_code == 302
    return Checkout.objects.get(gateway_ref=answer["Location"].split("/")[2])


def hook(event: dict[str, Any], *, header: str | None = None, at: Any = None) -> int:
    """The gateway posts; what was stored is applied as the worker would."""
    body = json.dumps(event).encode()
    signed = signing.sign(body, now=at or timezone.now()) if header is None else header
    answer = new_browser().post(
        "/hooks/local/", body, content_type="application/json", headers={signing.HEADER: signed}
    )
    for row in GatewayEvent.objects.filter(applied_at=None):
        apply_event.func(row.pk)
    return answer.status_code


def settled(checkout: Checkout, state: str = "paid") -> dict[str, Any]:
    """The twin charges or declines, and tells."""
    payment = books.settle(checkout.gateway_ref, state)
    assert payment is not None
    return books.event(payment)


def now_is(checkout: Checkout) -> str:
    return Checkout.objects.get(pk=checkout.pk).state


# --- one price


def told(offer: Offer, choice: dict[str, Any]) -> Quote | str:
    """The pricing's own answer: a bill, or why there is none."""
    try:
        return quote(offer, **choice)
    except Refusal as refusal:
        return sentence(refusal)


CHOICES = some.fixed_dictionaries(
    {
        "package": some.integers(0, 4),
        "quantity": some.integers(0, 7),
        "fast": some.booleans(),
        "numbers": some.tuples(some.integers(0, 5), some.integers(0, 2)),
    }
)
# Each example is undone, so the market is the same for all.
FEW = effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(chosen=CHOICES)
def test_the_offers_page_the_total_the_checkout_and_the_payment_agree_on_every_choice(offer, noa, chosen):
    """DEC-42, ORD-02, EXT-03: one price, computed by the pricing alone; what it refuses cannot be bought."""
    with undone():
        numbers = chosen.pop("numbers")
        extras = {row.pk: number for row, number in zip(offer.extras.all(), numbers, strict=True) if number}
        wanted = told(Offer.objects.get(pk=offer.pk), {**chosen, "extras": extras})
        pairs = {"package": chosen["package"], "quantity": chosen["quantity"]}
        pairs |= {f"extra_{pk}": number for pk, number in extras.items()} | ({"fast": "1"} if chosen["fast"] else {})
        query = "&".join(f"{name}={value}" for name, value in pairs.items())
        browser = new_browser()
        browser.force_login(noa)
        seen = [visit(browser, f"{offer.path}?{query}"), visit(browser, f"/offers/{offer.pk}/total/?{query}")]
        words = {"key": "k" * 22, "invoice_name": "נועה", "terms": "on"}
        paying = visit(browser, f"{path(offer)}?{query}")
        answer = send(browser, path(offer), {**pairs, **words})
        if isinstance(wanted, str):
            assert all(wanted in page.texts("div", id="total")[0] for page in seen)
            assert (paying.status, answer.status, noa.checkouts.count()) == (409, 422, 0)
            return
        shown = Page(HttpResponse(price(wanted.total))).text
        assert all(shown in page.texts("div", id="total")[0] for page in (*seen, paying))
        checkout = noa.checkouts.get()
        assert (checkout.amount, checkout.terms["days"]) == (wanted.total, wanted.days)
        assert TwinPayment.objects.get(ref=checkout.gateway_ref).amount == wanted.total


def test_a_price_that_changed_behind_the_page_is_told_before_anything_is_paid(offer, amir, noa, noa_web, now):
    """DEC-4: what is paid is what stood on the page."""
    words = opened(noa_web, offer)
    offer.packages.filter(position=1).update(price=1100_00)
    page = send(noa_web, path(offer), words)
    assert (page.status, noa.checkouts.count()) == (422, 0)
    assert "המחיר השתנה" in page.complaints[0]
    assert "1,100 ₪" in page.texts("div", id="total")[0]
    again = send(noa_web, path(offer), {**page.form().values, "terms": "on"})
    assert (again.status, noa.checkouts.get().amount) == (302, 1100_00)


def test_terms_frozen_at_the_checkout_outlive_an_edit(offer, noa, noa_web):
    """DEC-4"""
    checkout = bought(noa_web, offer)
    offer.packages.update(price=9999_00, days=99)
    assert hook(settled(checkout)) == 204
    order = Order.objects.get(checkout=checkout)
    assert (order.total, order.terms["days"]) == (1000_00, 5)


# --- the page


def test_the_page_shows_bill_terms_of_cancellation_and_asks_for_the_invoice(offer, noa_web):
    """ORD-02, GEN-16, DEC-48"""
    page = visit(noa_web, f"{path(offer)}?package=2&quantity=2&fast=1&extra_{offer.extras.first().pk}=1")
    assert "4,550 ₪" in page.texts("div", id="total")[0]
    for words in ("תנאי הביטול", "יומיים", "3 ימים לאשר", "אישור המסירה הכסף מוחזק בנאמנות", "כולל מע״מ"):
        assert words in page.text
    values = page.form().values
    assert (values["package"], values["quantity"], values["fast"], values["invoice_name"]) == (
        "2",
        "2",
        "1",
        "נועה ברק",
    )
    assert "terms" not in values
    (change,) = page.hrefs(offer.path)[1:]
    assert Page(noa_web.get(change)).form_of("package").values["quantity"] == "2"


def test_without_the_terms_nothing_begins_and_what_was_typed_stays(offer, noa, noa_web):
    """GEN-16"""
    words = {
        **opened(noa_web, offer, "package=3&quantity=2"),
        "invoice_name": "ברק ובניו",
        "invoice_number": "123456789",
    }
    del words["terms"]
    page = send(noa_web, path(offer), words)
    assert (page.status, noa.checkouts.count()) == (422, 0)
    assert "לאשר את התנאים" in page.complaints[0]
    values = page.form().values
    del words["csrfmiddlewaretoken"]
    assert {name: values[name] for name in words} == words


def test_the_agreed_version_of_the_terms_and_the_invoice_are_written_down(offer, noa_web):
    """GEN-16"""
    words = {**opened(noa_web, offer), "invoice_name": "ברק ובניו", "invoice_number": "512345678"}
    send(noa_web, path(offer), words)
    checkout = Checkout.objects.get()
    assert (checkout.terms_version, checkout.invoice_name, checkout.invoice_number) == (
        policy.TERMS_VERSION,
        "ברק ובניו",
        "512345678",
    )


@pytest.mark.parametrize("number", ["12-345678", "abc", "1234567", "1234567890", "١٢٣٤٥٦٧٨"])
def test_a_number_for_the_invoice_is_eight_or_nine_digits(offer, noa, noa_web, number):
    page = send(noa_web, path(offer), {**opened(noa_web, offer), "invoice_number": number})
    assert (page.status, noa.checkouts.count()) == (422, 0)
    assert "8 או 9 ספרות" in page.text
    assert page.form().values["invoice_number"] == number


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u2060\ufeff"])
def test_a_name_for_the_invoice_can_be_seen(offer, noa, noa_web, name):
    page = send(noa_web, path(offer), {**opened(noa_web, offer), "invoice_name": name})
    assert (page.status, noa.checkouts.count()) == (422, 0)
    assert page.complaints


def test_a_page_sent_twice_buys_once(offer, noa, noa_web):
    """DEC-31: the same key is the same checkout and the same page of the gateway."""
    words = opened(noa_web, offer)
    first, second = (send(noa_web, path(offer), words).response["Location"] for _time in range(2))
    assert first == second
    assert (noa.checkouts.count(), TwinPayment.objects.count()) == (1, 1)


def test_two_pages_are_two_checkouts(offer, noa, noa_web):
    """DEC-31"""
    assert opened(noa_web, offer)["key"] != opened(noa_web, offer)["key"]
    bought(noa_web, offer)
    bought(noa_web, offer, "package=2")
    assert noa.checkouts.count() == 2


def test_a_gateway_that_rests_is_told_and_nothing_is_lost(offer, noa_web):
    """DEC-31"""
    TwinFault.objects.create(operation="start", kind="unreached")
    page = send(noa_web, path(offer), opened(noa_web, offer))
    assert page.status == 422
    assert page.complaints
    assert send(noa_web, path(offer), {**page.form().values, "terms": "on"}).status == 302
    assert Checkout.objects.get().state == State.PAYING


# --- the way back


def test_only_the_gateways_word_makes_an_order(offer, noa_web):
    """DEC-31: coming back proves nothing."""
    checkout = bought(noa_web, offer)
    done = f"/checkout/{checkout.token}/done/"
    page = visit(noa_web, done)
    assert (page.heading, page.hrefs("/checkout/")) == ("בודקים את התשלום", [f"/checkout/{checkout.token}/"])
    assert not Order.objects.exists()
    assert hook(settled(checkout)) == 204
    page = visit(noa_web, done)
    order = Order.objects.get()
    assert page.heading == "התשלום התקבל, ההזמנה בדרך"
    assert f"/orders/{order.number}/" in page.hrefs("/orders/") and "1,000 ₪" in page.text
    assert visit(noa_web, f"/checkout/{checkout.token}/").response["Location"] == done


def test_a_declined_payment_is_tried_again_on_the_same_terms(offer, noa, noa_web):
    """DEC-31"""
    checkout = bought(noa_web, offer, "package=3&quantity=2")
    hook(settled(checkout, "declined"))
    assert visit(noa_web, f"/checkout/{checkout.token}/done/").response["Location"] == f"/checkout/{checkout.token}/"
    page = visit(noa_web, f"/checkout/{checkout.token}/")
    assert page.heading == "התשלום לא עבר" and "לא נגבה דבר" in page.text
    send(noa_web, page.form(f"/checkout/{checkout.token}/payment/").action)
    fresh = noa.checkouts.exclude(pk=checkout.pk).get()
    assert (fresh.amount, fresh.terms, fresh.state) == (checkout.amount, checkout.terms, State.PAYING)
    assert fresh.gateway_ref != checkout.gateway_ref
    hook(settled(fresh))
    assert Order.objects.get().checkout == fresh


def test_a_payment_in_the_middle_goes_on_from_where_it_was(offer, noa_web):
    """DEC-31"""
    checkout = bought(noa_web, offer)
    page = visit(noa_web, f"/checkout/{checkout.token}/")
    assert page.heading == "התשלום מחכה"
    answer = send(noa_web, page.form(f"/checkout/{checkout.token}/payment/").action).response
    assert answer["Location"] == f"/twin/{checkout.gateway_ref}/"


def test_after_half_an_hour_the_price_is_no_longer_kept(offer, noa_web, moments):
    """DEC-31"""
    checkout = bought(noa_web, offer)
    moments.go(minutes=30)
    page = visit(noa_web, f"/checkout/{checkout.token}/")
    assert page.heading == "הזמן לתשלום נגמר"
    assert not [form for form in page.forms if "payment" in form.action]
    assert f"/o/{offer.pk}/" in page.hrefs("/o/")
    assert send(noa_web, f"/checkout/{checkout.token}/payment/").status == 409


def test_money_that_comes_too_late_goes_back_and_no_order_is_made(offer, noa_web, moments):
    """DEC-31"""
    checkout = bought(noa_web, offer)
    moments.go(minutes=31)
    assert hook(settled(checkout)) == 204
    assert (now_is(checkout), Order.objects.count()) == (State.EXPIRED, 0)
    assert Refund.objects.get().amount == checkout.amount
    assert prove().faults == []


def test_a_second_charge_goes_back_and_one_order_stays(offer, noa_web):
    """DEC-31: paid twice is bought once."""
    checkout = bought(noa_web, offer)
    event = settled(checkout)
    again = books.event(books.charge_again(TwinPayment.objects.get(ref=checkout.gateway_ref)))
    assert [hook(event), hook(event), hook(again)] == [204, 204, 204]
    assert (Order.objects.count(), Refund.objects.get().amount) == (1, checkout.amount)
    assert balance(Kind.ESCROW, about=Order.objects.get().about) == checkout.amount
    assert prove().faults == []


def test_one_story_told_many_times_is_stored_and_applied_once(offer, noa_web):
    checkout = bought(noa_web, offer)
    event = settled(checkout)
    for _time in range(3):
        assert hook(event) == 204
    assert (GatewayEvent.objects.count(), Order.objects.count(), Refund.objects.count()) == (1, 1, 0)


# --- the gateway's door


def test_an_unsigned_a_forged_and_an_old_message_are_refused(offer, noa_web):
    checkout = bought(noa_web, offer)
    event = settled(checkout)
    assert hook(event, header="") == 400
    assert hook(event, header="t=1,v1=" + "0" * 64) == 400
    assert hook({**event, "amount": 1}, header=signing.sign(json.dumps(event).encode(), now=timezone.now())) == 400
    for away in (timedelta(minutes=6), -timedelta(minutes=6)):
        assert hook(event, at=timezone.now() + away) == 400
    assert (GatewayEvent.objects.count(), now_is(checkout)) == (0, State.PAYING)


def test_another_gateways_door_and_a_huge_message_are_refused():
    body = b"{}"
    signed = {signing.HEADER: signing.sign(body, now=timezone.now())}
    guest = new_browser()
    assert guest.post("/hooks/stripe/", body, content_type="application/json", headers=signed).status_code == 400
    assert guest.post("/hooks/local/", body, content_type="application/json", headers=signed).status_code == 400
    big = b"x" * (64 * 1024 + 1)
    assert guest.post("/hooks/local/", big, content_type="application/json", headers=signed).status_code == 413


def test_another_sum_than_was_asked_for_buys_nothing(offer, noa_web):
    """DEC-31"""
    checkout = bought(noa_web, offer)
    event = settled(checkout)
    assert hook({**event, "amount": event["amount"] - 1}) == 204
    assert (now_is(checkout), Order.objects.count()) == (State.DECLINED, 0)


# --- the twin's page


def test_the_twins_page_shows_the_sum_and_every_way_a_payment_can_go(offer, noa_web):
    checkout = bought(noa_web, offer)
    page = visit(noa_web, f"/twin/{checkout.gateway_ref}/")
    assert "1,000 ₪" in page.text and len(page.forms) == 8
    assert "אין כאן כסף אמיתי" in page.text
    answer = send(noa_web, f"/twin/{checkout.gateway_ref}/approve/").response
    assert answer["Location"] == f"http://127.0.0.1:8000/checkout/{checkout.token}/done/"
    assert "כבר נענה" in visit(noa_web, f"/twin/{checkout.gateway_ref}/").text
    assert noa_web.post(f"/twin/{checkout.gateway_ref}/nonsense/").status_code == 404


def test_nobody_is_asked_to_order_from_themselves(amir, amir_web, now):
    """DEC-41"""
    offer = make.offer(amir, now)
    answer = amir_web.get(f"/offers/{offer.pk}/checkout/?package=1")
    assert answer.status_code == 409
    assert "אי אפשר להזמין מעצמך" in answer.content.decode()

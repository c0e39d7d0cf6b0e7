"""Custom offers in the browser (COF, MIL)."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from house.catalog.actions import ExtraRow
from house.inbox.actions import open_conversation
from house.inbox.models import Conversation
from house.orders.models import Order
from house.payments.models import Checkout
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote

from .. import make, persons

TEXT = "צביעה מלאה של הסלון ושני חדרים, כולל תיקוני שפכטל"
HEAD = {"text": TEXT, "expires_in": "7"}
WHOLE = {**HEAD, "shape": "whole", "whole-price": "1,200", "whole-days": "5", "whole-revisions": "2"}
ONE = {"stage1-name": "הכנה", "stage1-outcome": "קירות חלקים", "stage1-price": "400", "stage1-days": "3"}
TWO = {"stage3-name": "צבע", "stage3-price": "800", "stage3-days": "6", "stage3-revisions": ""}
STAGES = {**HEAD, "shape": "milestones", **ONE, "stage1-revisions": "1", **TWO}
PAY = {"key": "q" * 22, "invoice_name": "נועה ברק", "terms": "on"}


@pytest.fixture(autouse=True)
def moment(moments):
    """The pages' clock stands still."""
    return moments.now


@pytest.fixture
def offer(amir, now):
    return make.offer(amir, now)


@pytest.fixture
def thread(noa, amir, now) -> Conversation:
    return open_conversation(noa, amir, now=now)


@pytest.fixture
def quote(noa, amir, offer, thread, moment) -> Quote:
    stages = [StageRow("הכנה", 400_00, 3), StageRow("צבע", 800_00, 6, revisions=None)]
    return quotes.send(thread, by=amir, offer=offer, text=TEXT, stages=stages, now=moment)


def made(browser: Browser, thread: Conversation, words: dict) -> object:
    return browser.post(f"/inbox/{thread.pk}/quote/", words)


def test_a_provider_offers_one_price_with_extras(amir_web, noa_web, thread, offer):
    """COF-01, COF-03, COF-04, EXT-03"""
    extra = {"extra2-title": "פינוי פסולת", "extra2-price": "150", "extra2-quantity": "2", "extra1-quantity": "1"}
    answer = made(amir_web, thread, {**WHOLE, **extra, "offer": offer.pk, "asks_requirements": "on"})
    assert answer.status_code == 302
    quote = Quote.objects.get()
    assert (quote.total, quote.days, quote.milestones, quote.asks_requirements) == (1500_00, 5, False, True)
    assert quote.lines == [{"title": "פינוי פסולת", "price": 150_00, "quantity": 2}]
    assert f"/quotes/{quote.pk}/" in noa_web.get(f"/inbox/{thread.pk}/").content.decode()


def test_milestones_leave_empty_rows_out(amir_web, thread, offer):
    """COF-05, MIL-03, MIL-05, MIL-06, MIL-11"""
    assert made(amir_web, thread, {**STAGES, "offer": offer.pk}).status_code == 302
    rows = Quote.objects.get().stages.values_list("name", "price", "days", "revisions", "outcome")
    assert list(rows) == [("הכנה", 400_00, 3, 1, "קירות חלקים"), ("צבע", 800_00, 6, None, "")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "קצר"},
        {"text": "נדבר בטלפון 050-1234567 ונסגור"},
        {"expires_in": "31"},
        {"stage1-days": "31"},
        {"stage1-price": ""},
        {"stage1-price": "50", "stage3-price": "60"},
    ],
)
def test_everything_typed_stays_when_it_is_refused(amir_web, thread, offer, wrong):
    """MIL-04, MIL-09, DEC-13"""
    words = {**STAGES, "offer": offer.pk, **wrong}
    answer = made(amir_web, thread, words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Quote.objects.exists()
    assert all(str(words[name]) in page for name in ("text", "stage1-name", "stage1-outcome", "stage3-name"))


def test_another_providers_offer_cannot_be_the_ground(amir_web, thread, now):
    """COF-01"""
    foreign = make.offer(persons.provider("rival", "רון", "כץ", now), now)
    assert made(amir_web, thread, {**WHOLE, "offer": foreign.pk}).status_code == 422
    assert not Quote.objects.exists()


def test_the_client_reads_what_is_offered(noa_web, quote):
    """MIL-07, MIL-12"""
    page = noa_web.get(f"/quotes/{quote.pk}/").content.decode()
    assert all(word in page for word in ("הכנה", "צבע", "1,200", "400", "תנאי הביטול", "בשעה"))


def test_accepting_pays_the_first_milestone_and_buys_once(noa, noa_web, quote, moment):
    """COF-04, MIL-12, DEC-31"""
    for _ in range(2):
        assert noa_web.post(f"/quotes/{quote.pk}/payment/", PAY).status_code == 302
    checkout = Checkout.objects.get()
    assert checkout.amount == 400_00
    assert make.hear(checkout, moment, event="ev_q") == "paid"
    quote.refresh_from_db()
    assert quote.state == Quote.State.ACCEPTED
    order = Order.objects.get()
    assert order.number in noa_web.get(f"/checkout/{checkout.token}/done/").content.decode()


def test_a_quote_that_has_expired_is_not_bought(noa_web, amir, thread, offer, moment):
    """DEC-13, DEC-30"""
    stages = [StageRow("", 500_00, 3)]
    long_ago = moment - timedelta(days=3)
    quote = quotes.send(thread, by=amir, offer=offer, text=TEXT, stages=stages, expires_in=1, now=long_ago)
    assert noa_web.get(f"/quotes/{quote.pk}/payment/").status_code == 302
    assert noa_web.post(f"/quotes/{quote.pk}/payment/", PAY).status_code == 422
    assert not Checkout.objects.exists()


def test_the_client_declines(noa_web, amir_web, quote):
    """DEC-13"""
    assert amir_web.post(f"/quotes/{quote.pk}/refusal/").status_code == 404
    noa_web.post(f"/quotes/{quote.pk}/refusal/")
    quote.refresh_from_db()
    assert quote.state == Quote.State.DECLINED


def test_the_provider_withdraws(noa_web, amir_web, quote):
    """DEC-13"""
    assert noa_web.post(f"/quotes/{quote.pk}/withdrawal/").status_code == 404
    amir_web.post(f"/quotes/{quote.pk}/withdrawal/")
    quote.refresh_from_db()
    assert quote.state == Quote.State.WITHDRAWN


def test_for_a_stranger_there_is_no_quote(dana_web, quote):
    """COF-03"""
    pages = {dana_web.get(f"/quotes/{quote.pk}/{part}").status_code for part in ("", "payment/")}
    posts = {dana_web.post(f"/quotes/{quote.pk}/{part}/").status_code for part in ("refusal", "withdrawal", "payment")}
    assert pages | posts == {404}


def test_packages_stand_side_by_side(client, amir, now):
    """OFR-15, EXT-05"""
    offer = make.offer(amir, now, packages=3)
    page = client.get(f"/offers/{offer.pk}/compare/").content.decode()
    assert page.count('<th scope="col">') == 3
    assert all(word in page for word in ('<th scope="row">', "חבילה 3", "1,000", "3,000", "data-print"))


def test_an_extra_of_the_list_is_chosen_with_the_lists_price(amir, amir_web, thread, now):
    """EXT-15, COF-01"""
    listed = make.offer(amir, now, extras=[ExtraRow(kind="other", title="ניקיון יסודי", price=150_00, max_quantity=3)])
    extra = listed.extras.get()
    assert "ניקיון יסודי" in amir_web.get(f"/inbox/{thread.pk}/quote/").content.decode()
    words = {**WHOLE, "offer": listed.pk, "extra1-listed": extra.pk, "extra1-quantity": "2"}
    both = made(amir_web, thread, {**words, "extra1-title": "מדף", "extra1-price": "10"})
    assert (both.status_code, Quote.objects.count()) == (422, 0)
    assert made(amir_web, thread, words).status_code == 302
    assert Quote.objects.get().lines == [{"title": "ניקיון יסודי", "price": 150_00, "quantity": 2}]


@pytest.mark.parametrize("row", [{"extra1-title": "מדף"}, {"extra1-price": "50"}])
def test_a_half_line_is_asked_about(amir_web, thread, offer, row):
    """EXT-16"""
    answer = made(amir_web, thread, {**WHOLE, "offer": offer.pk, "extra1-quantity": "1", **row})
    assert answer.status_code == 422
    assert "בכל שורה צריך שם ומחיר" in answer.content.decode()


def test_a_page_sent_twice_offers_once(amir_web, thread, offer):
    """DEC-13"""
    words = {**STAGES, "offer": offer.pk}
    assert made(amir_web, thread, words).status_code == 302
    again = made(amir_web, thread, words)
    assert (again.status_code, Quote.objects.count()) == (422, 1)
    assert "כבר נשלחה" in again.content.decode()

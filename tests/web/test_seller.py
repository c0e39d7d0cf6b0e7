"""A provider's own area: the way in, the public face, the board, and money that adds up to the agora."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from house import policy
from house.clock import ISRAEL
from house.desk.people import decide_application
from house.ledger.actions import Kind, balance
from house.orders.actions import requests, work
from house.orders.actions.earnings import clear_due
from house.orders.models import Earning, Order, Stage
from house.orders.proof import prove
from house.people.models import Profile, User
from house.web.earnings import months

from .. import make
from .page import Page, send, visit

pytestmark = pytest.mark.django_db

S = Stage.State
PRICE = re.compile(r"(-?)([\d,]+(?:\.\d{2})?)\s?₪")


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment until a test lets it go on."""


def sums(text: str) -> list[int]:
    """Every price of a text, in agorot."""
    found = []
    for sign, number in PRICE.findall(text):
        whole, _point, rest = number.replace(",", "").partition(".")
        found.append((-1 if sign else 1) * (int(whole) * 100 + int(rest or 0)))
    return found


def plus(text: str) -> list[int]:
    """The same with the plus signs of a statement left out."""
    return sums(text.replace("+", ""))


# --- the way in


def test_provider_mode_opens_at_once_and_the_next_steps_are_listed(dana, dana_web):
    """ACC-04, DEC-39"""
    assert dana_web.get("/seller/")["Location"] == "/seller/onboarding/"
    words = {"username": "Dana-Works", "business_name": "דנה עבודות"}
    send(dana_web, "/seller/onboarding/", words)
    profile = Profile.objects.get(user=dana)
    assert (profile.username, profile.level) == ("dana-works", "new")
    page = visit(dana_web, "/seller/onboarding/")
    assert {"/seller/application/", "/seller/offers/new/", "/settings/profile/"} <= set(page.hrefs())
    assert visit(dana_web, "/seller/").status == 200


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("ab", "3 עד 40 תווים"),
        ("שם בעברית", "3 עד 40 תווים"),
        ("-dana-", "3 עד 40"),
        ("amir", "תפוסה"),
        ("", "אי אפשר להמשיך"),
    ],
)
def test_a_name_that_cannot_be_is_told_and_stays(amir, dana, dana_web, username, said):
    """ACC-04"""
    page = send(dana_web, "/seller/onboarding/", {"username": username, "business_name": "העסק"})
    assert (page.status, Profile.objects.filter(user=dana).exists()) == (422, False)
    assert any(said in each for each in page.complaints)
    assert (page.form().values["username"], page.form().values["business_name"]) == (username, "העסק")


def test_the_business_application_goes_to_staff_and_back(dana, dana_web, now):
    """PRO-04, DEC-39: submitted → more asked → completed → approved, each shown on its page."""
    send(dana_web, "/seller/onboarding/", {"username": "dana"})
    path, words = "/seller/application/", {"text": "חשמלאית מוסמכת, עשר שנים בתחום הבית.", "registry_number": "778"}
    short = send(dana_web, path, {**words, "text": "קצר"})
    assert (short.status, short.form().values["registry_number"]) == (422, "778")
    send(dana_web, path, words)
    page = visit(dana_web, path)
    assert "הבקשה נבדקת" in page.text and not [form for form in page.forms if form.named("text")]
    row, reviewer = Profile.objects.get(user=dana).applications.get(), make.reviewer(now)
    decide_application(row, decision="more_asked", reason="חסר צילום רישיון", by=reviewer, now=now)
    page = visit(dana_web, path)
    assert "חסר צילום רישיון" in page.text
    assert page.form().values["text"] == words["text"]
    send(dana_web, path, {**page.form().values, "text": words["text"] + " הרישיון צורף."})
    decide_application(row, decision="approved", reason="", by=reviewer, now=now)
    assert "העסק מאומת" in visit(dana_web, path).text


def test_a_suspended_provider_reads_finishes_and_starts_nothing(noa, amir, amir_web, now):
    """DEC-37"""
    order = make.order(noa, amir, now)
    User.objects.filter(pk=amir.pk).update(standing="suspended")
    assert "החשבון מושעה" in visit(amir_web, "/seller/").text
    send(amir_web, f"/seller/orders/{order.number}/deliver/", {"text": "העבודה הושלמה והכול מוכן לבדיקה"})
    assert make.stage(order).state == S.DELIVERED
    assert send(amir_web, "/seller/offers/new/").status == 409


# --- the public face


def test_each_part_of_the_profile_is_saved_and_shown(amir, amir_web):
    """PROF-02, PRO-08, DEC-17"""
    town = make.town()
    bio = "עושים עבודה נקייה ומדויקת באשקלון והסביבה, עם אחריות בכתב ועם הרבה סבלנות לשאלות."
    parts: dict[str, dict[str, Any]] = {
        "about": {
            "business_name": "לוי ובניו",
            "bio": bio,
            "languages": ["עברית", "רוסית"],
            "hours": "א׳–ה׳ 8:00–16:00",
        },
        "areas": {"place": town.pk, "areas": [town.pk]},
        "experience": {"education": "הנדסאי בניין", "experience": "עשר שנים\nמנהל עבודה"},
        "showcase": {"client_name": "רשת החוף", "supplied": "שיפוץ לובי", "year": "2025", "agreed": "on"},
    }
    for part, words in parts.items():
        assert send(amir_web, f"/seller/profile/{part}/", words).status == 302, part
    text = visit(amir_web, "/pro/amir/").text
    for said in ("לוי ובניו", bio, "רוסית", "16:00", "אשקלון", "הנדסאי בניין", "מנהל עבודה", "רשת החוף"):
        assert said in text
    again = visit(amir_web, "/seller/profile/experience/").form().values
    assert again["experience"].splitlines() == ["עשר שנים", "מנהל עבודה"]


@pytest.mark.parametrize(
    ("part", "words", "said"),
    [
        ("about", {"bio": "קצר מדי", "hours": "תמיד"}, "60 עד 600"),  # PROF-02
        ("about", {"bio": "להתקשר אל 052-1234567 בכל שעה. " * 4, "hours": "תמיד"}, "פרטי קשר"),  # DEC-19
        ("experience", {"experience": "כתבו לי: me@example.com"}, "פרטי קשר"),
        ("showcase", {"client_name": "רשת", "supplied": "עבודה", "year": "2025"}, "בהסכמתו"),  # DEC-51
        ("showcase", {"client_name": "רשת", "supplied": "עבודה", "year": "1066", "agreed": "on"}, "השנה לא הגיונית"),
        ("showcase", {"client_name": "רשת", "supplied": "עבודה", "year": "אתמול", "agreed": "on"}, "מספר שלם"),
    ],
)
def test_a_part_that_is_refused_tells_why_and_keeps_what_was_typed(amir, amir_web, part, words, said):
    page = send(amir_web, f"/seller/profile/{part}/", words)
    assert page.status == 422
    assert any(said in each for each in page.complaints), page.complaints
    assert {name: page.form().values[name] for name in words if name != "agreed"} == {
        name: value for name, value in words.items() if name != "agreed"
    }
    assert not amir.profile.showcase.exists()


def test_a_work_sample_is_made_anew_and_taken_off(amir, amir_web, settings):
    """PROF, GAL-03"""
    picture = SimpleUploadedFile("room.jpg", make.picture())
    send(amir_web, "/seller/profile/works/", {"title": "חדר רחצה", "text": "שבועיים", "image": picture})
    work_ = amir.profile.portfolio.get()
    page = visit(amir_web, "/seller/profile/works/")
    send(amir_web, page.form(f"/seller/profile/works/{work_.pk}/removal/").action)
    assert not amir.profile.portfolio.exists()


def test_what_is_no_picture_is_no_work_sample(amir, amir_web):
    fake = SimpleUploadedFile("room.jpg", b"<svg onload=alert(1)>")
    page = send(amir_web, "/seller/profile/works/", {"title": "חדר רחצה", "image": fake})
    assert (page.status, amir.profile.portfolio.count()) == (422, 0)
    assert "אינו תמונה תקינה" in page.complaints[0]
    assert page.form().values["title"] == "חדר רחצה"


def test_unknown_parts_do_not_exist(amir_web):
    assert visit(amir_web, "/seller/profile/nonsense/").status == 404
    assert send(amir_web, "/seller/profile/about/1/removal/").status == 404


# --- the board and the lists


def test_the_board_shows_what_is_due_first(noa, amir, amir_web, moments, now):
    """Page 51: the earliest promise comes first, the late before all."""
    slow = make.order(noa, amir, now + timedelta(days=3))
    late = make.order(noa, amir, now)
    moments.go(days=5, hours=1)
    page = visit(amir_web, "/seller/")
    rooms = list(page.hrefs("/orders/"))
    assert rooms == [f"/orders/{late.number}/", f"/orders/{slow.number}/"]
    assert "המסירה מאחרת" in page.text
    figures = dict(zip(page.texts("dt"), page.texts("dd"), strict=False))
    assert figures["הזמנות פתוחות"] == "2"


@pytest.mark.parametrize(("who", "path"), [("noa", "/orders/"), ("amir", "/seller/orders/")])
def test_the_lists_of_orders_have_tabs_with_numbers(noa, amir, web, now, who, path):
    """ORD-04"""
    open_, done, gone = (
        make.order(noa, amir, now),
        make.order(noa, amir, now, state=S.APPROVED),
        make.order(noa, amir, now),
    )
    asked = requests.ask_cancellation(
        make.stage(gone), reason="other", explanation="התוכניות השתנו לגמרי", by=amir, now=now
    )
    requests.consent(asked, by=noa, now=now)
    browser = web({"noa": noa, "amir": amir}[who])
    tabs = {"open": [open_], "completed": [done], "cancelled": [gone], "all": [open_, done, gone]}
    for tab, orders in tabs.items():
        page = visit(browser, f"{path}?tab={tab}")
        assert set(page.hrefs("/orders/BH")) == {f"/orders/{order.number}/" for order in orders}
        assert "פתוחות 1" in page.text and "הכול 3" in page.text
    assert set(visit(browser, f"{path}?tab=nonsense").hrefs("/orders/BH")) == {f"/orders/{open_.number}/"}


def test_addresses_under_seller_wear_the_sellers_shell_whatever_the_mode(amir, amir_web):
    """ACC-06: a link from a letter always works."""
    for _time in range(2):
        page = visit(amir_web, "/seller/")
        assert {"/seller/earnings/", "/seller/offers/"} <= set(page.hrefs("/seller/"))
        send(amir_web, "/settings/mode/")


# --- money


def order_of(client: User, provider: User, now: Any, price: int, *, accepted: bool = True) -> Order:
    """An order of this sum in agorot."""
    offer = make.offer(provider, now)
    offer.packages.update(price=price)
    row = make.checkout(offer, client, now)
    make.pay(row, now)
    order = Order.objects.get(checkout=row)
    make.deliver(order, now)
    if accepted:
        work.accept(make.stage(order), by=client, now=now)
    return order


ODD = (333_33, 1000_01, 20_07)


def test_earnings_add_up_to_the_agora(noa, amir, amir_web, moments, now):
    """DEC-12, PAY-01: each row, the sums on top, the months and the books say the same."""
    for price in ODD:
        order_of(noa, amir, now, price)
    waiting = order_of(noa, amir, now, 700_70, accepted=False)
    page = visit(amir_web, "/seller/earnings/")
    cells = [sums(text)[0] for text in page.texts("td", class_="sum")]
    rows = [cells[start : start + 3] for start in range(0, len(cells), 3)]
    assert sorted(paid for paid, _cut, _share in rows) == sorted(ODD)
    assert all(paid + cut == share for paid, cut, share in rows)
    assert all(-cut == round(paid * policy.COMMISSION_PERCENT / 100) for paid, cut, _share in rows)
    cleared, pending, escrow = (sums(text)[0] for text in page.texts("p", class_="sum-big"))
    assert (cleared, pending, escrow) == (0, sum(share for *_rest, share in rows), waiting.total)
    assert pending == balance(Kind.PENDING, amir) == months(amir, now)[-1].amount
    assert prove().faults == []


def test_cleared_money_moves_from_one_sum_to_the_other(noa, amir, amir_web, moments, now):
    """DEC-12"""
    order = order_of(noa, amir, now, 333_33)
    assert "עד 7/12/2026" in visit(amir_web, "/seller/earnings/").text
    moments.go(days=14)
    clear_due(moments.now)
    page = visit(amir_web, "/seller/earnings/")
    cleared, pending, _escrow = (sums(text)[0] for text in page.texts("p", class_="sum-big"))
    assert (cleared, pending) == (Earning.objects.get(stage__order=order).provider_share, 0)
    assert "זמין" in page.texts("td")[-1]


# --- the client's receipts


def receipt(browser: Browser, order: Order) -> Page:
    return visit(browser, f"/orders/{order.number}/receipt/")


@pytest.mark.parametrize("price", ODD)
def test_a_receipt_shows_the_vat_inside_the_price(noa, amir, noa_web, now, price):
    """DEC-12: what a client pays includes VAT."""
    order = order_of(noa, amir, now, price)
    page = receipt(noa_web, order)
    *lines, net, vat, total = (sums(text)[0] for text in page.texts("dd") if "₪" in text)
    assert (sum(lines), net + vat, total) == (price, price, price)
    assert vat == price - round(price * 100 / 118)
    assert "18%" in page.text and order.number in page.text and "נועה ברק" in page.text


def test_the_vat_is_that_of_the_day_it_was_paid(noa, amir, noa_web, now):
    """DEC-12: a dated rate."""
    order = order_of(noa, amir, now, 1170_00)
    Order.objects.filter(pk=order.pk).update(placed_at=now.replace(year=2024))
    page = receipt(noa_web, order)
    assert "17%" in page.text and 170_00 in [sums(text)[0] for text in page.texts("dd") if "₪" in text]
    assert max(policy.VAT_PERCENT_SINCE) == date(2025, 1, 1)


def test_what_came_back_stands_on_the_receipt_and_in_the_list(noa, amir, noa_web, now):
    """PAY-09"""
    order = make.order(noa, amir, now)
    kept = make.order(noa, amir, now)
    asked = requests.ask_cancellation(
        make.stage(order), reason="other", explanation="התוכניות השתנו לגמרי", by=amir, now=now
    )
    requests.consent(asked, by=noa, now=now)
    assert [sums(text)[0] for text in receipt(noa_web, order).texts("dd") if "₪" in text][-1] == -1000_00
    page = visit(noa_web, "/me/documents/")
    cells = [sums(text) for text in page.texts("td", class_="sum")]
    assert sorted(cells) == sorted([[1000_00], [1000_00], [1000_00], []])
    assert {f"/orders/{row.number}/receipt/" for row in (order, kept)} <= set(page.hrefs("/orders/"))


def test_documents_are_shown_and_taken_away_by_year(noa, amir, noa_web, now):
    """Page 49: a year is one of Israel; nonsense is all of them."""
    old, new = make.order(noa, amir, now), make.order(noa, amir, now)
    edge = datetime(2026, 1, 1, 0, 0, tzinfo=ISRAEL)
    Order.objects.filter(pk=old.pk).update(placed_at=edge - timedelta(seconds=1))
    Order.objects.filter(pk=new.pk).update(placed_at=edge)
    seen = {
        "": {old, new},
        "2025": {old},
        "2026": {new},
        "1999": set(),
        "9999": set(),
        "0000": {old, new},
        "אבגד": {old, new},
    }
    for year, orders in seen.items():
        text = visit(noa_web, f"/me/documents/?year={year}").text
        sheet = noa_web.get(f"/me/documents/documents.csv?year={year}").content.decode("utf-8-sig")
        for row in (old, new):
            assert (row.number in text, row.number in sheet) == (row in orders, row in orders), (year, row)
    assert "אין מסמכים מהשנה הזו" in visit(noa_web, "/me/documents/?year=1999").text
    assert noa_web.get("/me/documents/documents.xlsx?year=2025").content[:2] == b"PK"


def test_the_clients_area_shows_what_is_next(noa, amir, noa_web, moments, now):
    """Page 37"""
    order = make.order(noa, amir, now, state=S.DELIVERED)
    moments.go(days=2)
    done = order_of(noa, amir, moments.now, 100_00)
    page = visit(noa_web, "/me/")
    assert "לבדוק את המסירה" in page.text
    assert page.hrefs("/orders/BH") == [f"/orders/{order.number}/", f"/orders/{done.number}/"]

"""Finding and choosing: lists, filters, ways out of an empty page, and the offer's own page."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.utils.encoding import iri_to_uri

from house import policy
from house.catalog import actions as catalog
from house.catalog.models import Category, Offer, SearchMiss, Subcategory
from house.catalog.search import words
from house.people import showing
from house.people.models import Place, User

from .. import make, persons
from .page import Page, send, visit
from .world import new_browser, rich

pytestmark = pytest.mark.django_db

GUEST = new_browser()


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment."""


def published(provider: User, now: Any, title: str = "", **columns: Any) -> Offer:
    """An offer on the market, with these columns."""
    offer = make.offer(provider, now)
    Offer.objects.filter(pk=offer.pk).update(**({"title": title} if title else {}), **columns)
    return Offer.objects.get(pk=offer.pk)


def look(path: str, **extra: Any) -> Page:
    """As a guest sees it now; a page that was kept for a moment is forgotten first."""
    caches["local"].clear()
    return visit(GUEST, path, **extra)


def titles(query: str) -> list[str]:
    return look(f"/search/?{query}").texts("h3")


# --- filters and order


@pytest.fixture
def market(amir, now) -> dict[str, Offer]:
    """Three offers that differ in everything."""
    tal = persons.client("tal", "טל", "מזרחי", now)
    type(amir.profile).objects.create(user=tal, username="tal", opened_at=now, level="level_1")
    tal = User.objects.get(pk=tal.pk)
    found = {
        "bath": published(amir, now, "שיפוץ אמבטיה", price_from=100_00, days_from=2, rating="4.20", rank=0.9),
        "kitchen": published(amir, now, "שיפוץ מטבח", price_from=300_00, days_from=10, rating="4.90", rank=0.5),
        "leak": published(tal, now, "איתור נזילה", price_from=200_00, days_from=5, rank=0.1, where="online"),
    }
    kitchens = Subcategory.objects.create(category=make.category(), slug="kitchens", name="מטבחים")
    plumbing = Category.objects.create(slug="plumbing", name="אינסטלציה", icon="droplet", scene="pipes", position=2)
    leaks = Subcategory.objects.create(category=plumbing, slug="leaks", name="נזילות")
    Offer.objects.filter(pk=found["kitchen"].pk).update(subcategory=kitchens)
    found["leak"].places.clear()
    Offer.objects.filter(pk=found["leak"].pk).update(category=plumbing, subcategory=leaks)
    for number, offer in enumerate(found.values()):
        said = sorted({*words(offer.title), *words("אמבטיה")})
        Offer.objects.filter(pk=offer.pk).update(words=said, published_at=now - timedelta(days=number))
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["bath", "kitchen", "leak"]),
        ("sort=price", ["bath", "leak", "kitchen"]),
        ("sort=rating", ["kitchen", "bath", "leak"]),
        ("sort=new", ["bath", "kitchen", "leak"]),
        ("sort=nonsense", ["bath", "kitchen", "leak"]),
        ("category=renovation", ["bath", "kitchen"]),
        ("category=renovation&sub=kitchens", ["kitchen"]),
        ("min=150", ["kitchen", "leak"]),
        ("max=200", ["bath", "leak"]),
        ("min=150&max=250", ["leak"]),
        ("days=5", ["bath", "leak"]),
        ("rating=4", ["bath", "kitchen"]),
        ("rating=4.5", ["kitchen"]),
        ("level=level_1", ["leak"]),
        ("verified=1", ["bath", "kitchen"]),
        ("place=ashkelon", ["bath", "kitchen", "leak"]),
        ("place=ofakim", ["leak"]),
        ("q=אמבטיה&sort=price", ["bath", "leak", "kitchen"]),
        ("q=שיפוץ&max=200", ["bath"]),
        ("min=-5&max=x&days=0&rating=9&level=king&page=no", ["bath", "kitchen", "leak"]),
    ],
)
def test_a_filter_narrows_and_an_order_sorts(market, query, found):
    """DEC-17, DEC-22; a filter that makes no sense is left out."""
    Place.objects.create(slug="ofakim", name="אופקים", kind="city", lat="31.31", lon="34.62")
    assert titles(query) == [market[name].title for name in found]


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "3 הצעות"), ("max=200", "שתי הצעות"), ("min=150&max=250", "הצעה אחת"), ("q=אמבטיה&days=2", "הצעה אחת")],
)
def test_the_number_of_results_is_told(market, query, said):
    assert said in look(f"/search/?{query}").heading


def test_a_chip_for_each_filter_takes_it_away(market):
    page = look("/search/?q=אמבטיה&category=renovation&max=200&verified=1&sort=price")
    chips = {text.removesuffix(" הסרה"): href for href, text in page.links if text.endswith("הסרה")}
    assert list(chips) == ["שיפוצים", "עד 200 ₪", "מאומתים בלבד"]
    without = Page(GUEST.get(f"/search/{chips['עד 200 ₪']}"))
    assert [text.removesuffix(" הסרה") for _href, text in without.links if text.endswith("הסרה")] == [
        "שיפוצים",
        "מאומתים בלבד",
    ]
    values = without.forms[-1].values
    assert (values["q"], values["category"], values["sort"], values["max"]) == ("אמבטיה", "renovation", "price", "")


def test_the_filter_form_shows_what_is_on(market):
    form = next(each for each in look("/search/?min=100&days=7&level=level_1&verified=1").forms if each.named("days"))
    values = form.values
    assert {name: values[name] for name in ("min", "max", "days", "level", "verified", "sort")} == {
        "min": "100",
        "max": "",
        "days": "7",
        "level": "level_1",
        "verified": "1",
        "sort": "recommended",
    }


def test_an_empty_page_says_what_each_filters_removal_would_give(market):
    page = look("/search/?category=renovation&max=50&verified=1")
    assert page.heading == "לא נמצאו הצעות"
    ways = {text: href for href, text in page.links if text.startswith("בלי")}
    assert list(ways) == ["בלי עד 50 ₪ שתי הצעות"]
    assert len(look(f"/search/{ways['בלי עד 50 ₪ שתי הצעות']}").texts("h3")) == 2


def test_what_was_sought_in_vain_is_noted_once_per_words(market):
    for _time in range(2):
        look("/search/?q=ברווזים")
    assert SearchMiss.objects.values_list("query", "times").get() == ("ברווזים", 2)


def test_a_script_gets_the_results_alone(market):
    whole, part = look("/search/?max=200"), look("/search/?max=200", headers={"HX-Target": "results"})
    assert part.html.lstrip().startswith('<div id="results"')
    assert part.texts("h3") == whole.texts("h3")


def test_long_lists_come_in_pages(amir, now):
    offer = published(amir, now)
    for number in range(policy.PAGE_SIZE + 1):
        Offer.objects.bulk_create([_copy(offer, f"עבודה {number}")])
    first = look("/search/?category=renovation")
    (following,) = [href for href, text in first.links if text == "הבא"]
    second = look(f"/search/{following}")
    assert (len(first.texts("h3")), len(second.texts("h3"))) == (policy.PAGE_SIZE, 2)
    assert not set(first.texts("h3")) & set(second.texts("h3"))
    assert ("הקודם" in second.text, "הבא" in second.text) == (True, False)


def _copy(offer: Offer, title: str) -> Offer:
    copy = Offer.objects.get(pk=offer.pk)
    copy.pk, copy.title = None, title
    return copy


# --- who is on the market


@pytest.mark.parametrize("standing", ["suspended", "blocked"])
def test_offers_of_the_suspended_and_blocked_are_hidden(amir, now, standing):
    """DEC-37"""
    offer = published(amir, now)
    User.objects.filter(pk=amir.pk).update(standing=standing)
    assert titles("") == []
    assert look(offer.path).status == 404
    assert offer.title not in look("/").text


def test_a_closed_category_takes_its_offers_along(amir, now):
    """CAT-03"""
    offer = published(amir, now)
    assert look("/c/renovation/").status == 200
    Category.objects.update(open=False)
    assert look("/c/renovation/").status == 404
    assert offer.title not in look("/search/?sort=new").text


def test_a_category_shows_its_parts_and_an_invitation_while_it_is_empty(db):
    """CAT-01, CAT-02"""
    make.category(intro="כל עבודה בבית", price_note="תלוי בגודל", faq=[{"q": "כמה זמן?", "a": "שבוע"}])
    page = look("/c/renovation/")
    assert page.heading == "שיפוצים"
    assert all(
        said in page.text for said in ("חדרי רחצה", "תלוי בגודל", "כמה זמן?", "עוד אין כאן הצעות", "משתנה כל הזמן")
    )
    assert page.hrefs("/seller/offers/new/")


def test_a_subcategory_narrows_its_category(market):
    page = look("/c/renovation/?sub=kitchens")
    assert (page.heading, page.texts("h3")) == ("מטבחים", [market["kitchen"].title])


def test_the_public_face_of_a_provider(amir, now):
    """PROF-02…04, TRS: what was checked and when; clients who agreed; nothing to reach the person by."""
    offer = published(amir, now)
    showing.add_showcase(amir.profile, client_name="רשת החוף", supplied="שיפוץ", year=2025, agreed=True, now=now)
    amir.profile.showcase.create(client_name="בלי הסכמה", supplied="משהו", client_agreed=False)
    page = look("/pro/amir/")
    assert page.heading == "אמיר לוי"
    assert "עסק מאומת" in page.text and "23/11/2026" in page.text
    assert offer.title in page.text and "רשת החוף" in page.text
    assert "בלי הסכמה" not in page.text
    assert amir.email not in page.html


def test_a_blocked_providers_page_is_gone(amir):
    User.objects.filter(pk=amir.pk).update(standing="blocked")
    assert look("/pro/amir/").status == 410
    User.objects.filter(pk=amir.pk).update(standing="good", is_active=False)
    assert look("/pro/amir/").status == 404


# --- the offer's page


def test_every_way_to_an_offer_leads_to_its_one_address_and_keeps_the_choice(amir, now):
    """Page 6: for good (301), with whatever stood behind the question mark."""
    offer = published(amir, now)
    for path in (f"/o/{offer.pk}/", f"/offers/{offer.pk}/", f"/offers/{offer.pk}-some-old-title/"):
        answer = GUEST.get(f"{path}?package=1&quantity=3&utm=%D7%90")
        assert (answer.status_code, answer["Location"]) == (
            301,
            f"{iri_to_uri(offer.path)}?package=1&quantity=3&utm=%D7%90",
        )
    page = look(offer.path)
    assert [given["href"] for tag, given in page.elements if given.get("rel") == "canonical"] == [
        f"http://127.0.0.1:8000{offer.path}"
    ]


def test_the_page_says_everything_needed_before_ordering(amir, now):
    """OFR-01, REV-09, RQM-01, DEC-12: price with VAT, days, revisions, what is asked, who does it."""
    offer = published_rich(amir, now)
    page = look(offer.path)
    for said in ("בסיס", "מורחב", "מלא", "פינוי פסולת", "מה מידות החדר?", "יש אחריות?", "כולל מע״מ", "אמיר לוי"):
        assert said in page.text
    assert "שני סבבי תיקונים" in page.text
    assert "10 ימים" in page.text
    assert page.form_of("package").action == f"/offers/{offer.pk}/checkout/"


def published_rich(provider: User, now: Any) -> Offer:
    offer = rich(provider, now)
    catalog.submit(offer, by=provider, now=now, rights=True)
    catalog.approve(offer, by=make.reviewer(now), now=now)
    return Offer.objects.get(pk=offer.pk)


def test_the_middle_package_is_chosen_at_first_and_the_address_chooses_another(amir, now):
    """OFR-15"""
    offer = published_rich(amir, now)
    assert look(offer.path).form_of("package").values["package"] == "2"
    assert "2,000 ₪" in look(offer.path).texts("div", id="total")[0]
    page = look(f"{offer.path}?package=3&quantity=2&fast=1")
    values = page.form_of("package").values
    assert (values["package"], values["quantity"], values["fast"]) == ("3", "2", "1")
    assert "6,400 ₪" in page.texts("div", id="total")[0]


def test_a_paused_offer_says_when_it_is_back_and_cannot_be_ordered(amir, noa, noa_web, now):
    """OFR-28, F-7"""
    offer = published_rich(amir, now)
    day = (now + timedelta(days=10)).date()
    catalog.pause(offer, by=amir, now=now, returns_on=day)
    page = look(offer.path)
    assert "ההצעה מושהית" in page.text and "3/12/2026" in page.text
    assert "המשך להזמנה" not in page.text
    assert offer.title not in look("/search/").text
    order = {"package": "1", "key": "a" * 22, "invoice_name": "נועה", "terms": "on"}
    refused = send(noa_web, f"/offers/{offer.pk}/checkout/", order)
    assert (refused.status, noa.checkouts.count()) == (422, 0)
    assert "לא זמינה להזמנה" in refused.complaints[0]
    assert visit(noa_web, f"/offers/{offer.pk}/checkout/").status == 409


def test_a_removed_offer_is_gone(amir, now):
    """F-10"""
    offer = published(amir, now)
    assert look(offer.path).status == 200
    catalog.remove(offer, by=amir, reason="", now=now)
    assert look(offer.path).status == 404
    assert offer.title not in look("/search/").text


def test_ones_own_offer_leads_to_its_editing(amir, amir_web, now):
    """DEC-41"""
    offer = published(amir, now)
    page = visit(amir_web, offer.path)
    assert f"/seller/offers/{offer.pk}/edit/1/" in page.hrefs("/seller/offers/")
    assert "המשך להזמנה" not in page.text
    refused = visit(amir_web, f"/offers/{offer.pk}/checkout/")
    assert (refused.status, "להזמין מעצמך" in refused.text) == (409, True)


def test_a_draft_is_previewed_by_its_provider(amir, amir_web, now):
    """F-1"""
    offer = make.draft(amir, now)
    page = visit(amir_web, offer.path)
    assert "תצוגה מקדימה" in page.text and "טיוטה" in page.text
    assert 'name="robots" content="noindex"' in page.html


def test_a_report_reaches_the_moderators(amir, dana, dana_web, now):
    """INB-05"""
    offer = published(amir, now)
    path = f"/offers/{offer.pk}/report/"
    assert send(dana_web, path, {"text": "בלי סיבה"}).status == 422
    send(dana_web, path, {"reason": "copied", "text": "התמונה מהאתר שלי"})
    case = dana.cases.get()
    assert (case.kind, case.about, case.text) == ("report", f"offer:{offer.pk}", "התמונה מהאתר שלי")

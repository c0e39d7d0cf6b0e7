"""Offers from the first step to the market and after: drafts that lose nothing, refusals that keep what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from house import policy
from house.catalog import actions as catalog
from house.catalog.models import Category, Offer, ServiceType, Subcategory

from .. import make
from .page import Page, send, visit

pytestmark = pytest.mark.django_db

DESCRIPTION = make.DESCRIPTION


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment."""


@pytest.fixture
def draft(amir, now) -> Offer:
    """An empty draft, with something to choose from."""
    make.category()
    make.town()
    return catalog.create(by=amir, now=now)


def path(offer: Offer, step: int) -> str:
    return f"/seller/offers/{offer.pk}/edit/{step}/"


def filled(browser: Browser, offer: Offer, step: int, **words: Any) -> dict[str, Any]:
    """What a browser would send after these fields were filled in."""
    return {**visit(browser, path(offer, step)).form().values, **words}


def overview() -> dict[str, Any]:
    sub = Subcategory.objects.get(slug="bathrooms")
    return {
        "title": "אני אשפץ את חדר הרחצה מהיסוד",
        "subcategory": sub.pk,
        "tags": "שיפוץ, אמבטיה , שיפוץ",
        "where": "client",
        "places": [make.town().pk],
    }


def packages(number: int = 3) -> dict[str, Any]:
    found: dict[str, Any] = {"three": "1" if number == 3 else "0", "quantity_max": "2"}
    for each in range(1, number + 1):
        found |= {f"p{each}-name": f"חבילה {each}", f"p{each}-price": f"{each},000", f"p{each}-days": str(5 * each)}
        found |= {f"p{each}-text": "מה שצריך", f"p{each}-revisions": str(each), f"p{each}-items": ["איטום"]}
    return found


def fresh(offer: Offer) -> Offer:
    return Offer.objects.get(pk=offer.pk)


def picture_file(width: int = 1280, height: int = 769, kind: str = "JPEG") -> SimpleUploadedFile:
    return SimpleUploadedFile("room.jpg", make.picture(width, height, kind))


# --- step by step


def test_a_draft_is_opened_by_a_press_and_leads_to_the_first_step(amir, amir_web):
    """ACC-05, OFR-02"""
    page = visit(amir_web, "/seller/offers/new/")
    assert len(page.texts("li", class_="")) >= 6
    assert not Offer.objects.exists()
    answer = send(amir_web, "/seller/offers/new/").response
    offer = Offer.objects.get(provider=amir)
    assert (offer.state, answer["Location"]) == (Offer.State.DRAFT, path(offer, 1))


def test_six_steps_lead_from_nothing_to_an_offer_that_waits_for_approval(amir_web, draft):
    """OFR-02, OFR-03, OFR-24, F-1, F-2"""
    steps = [
        (1, overview()),
        (2, packages()),
        (3, {"description": DESCRIPTION, "q0-question": "יש אחריות?", "q0-answer": "שנה."}),
        (4, {"r0-text": "מה מידות החדר?", "r0-kind": "text", "r0-mandatory": "on"}),
    ]
    for step, words in steps:
        answer = send(amir_web, path(draft, step), filled(amir_web, draft, step, **words)).response
        assert answer["Location"] == path(draft, step + 1)
        assert fresh(draft).step == step + 1
    amir_web.post(f"/seller/offers/{draft.pk}/images/", {"images": picture_file()})
    page = visit(amir_web, path(draft, 6))
    assert "הכול מוכן" in page.text
    send(amir_web, f"/seller/offers/{draft.pk}/submission/", {"rights": "1"})
    offer = fresh(draft)
    assert offer.state == Offer.State.PENDING
    assert (offer.title, offer.tags) == (overview()["title"], ["שיפוץ", "אמבטיה"])
    assert [(row.name, row.price, row.days, row.revisions) for row in offer.packages.all()] == [
        ("חבילה 1", 1000_00, 5, 1),
        ("חבילה 2", 2000_00, 10, 2),
        ("חבילה 3", 3000_00, 15, 3),
    ]


def test_going_back_and_forth_loses_nothing(amir_web, draft):
    """F-1: every step shows again what was saved, and saving it again changes nothing."""
    words = {1: overview(), 2: packages(), 3: {"description": DESCRIPTION}, 4: {"r0-text": "איזה?", "r0-kind": "file"}}
    for step, sent in words.items():
        send(amir_web, path(draft, step), filled(amir_web, draft, step, **sent))
    before = {step: visit(amir_web, path(draft, step)).form().values for step in words}
    for step in (4, 2, 3, 1, 2, 4, 3, 1):
        send(amir_web, path(draft, step), filled(amir_web, draft, step))
    after = {step: visit(amir_web, path(draft, step)).form().values for step in words}
    assert plain(after) == plain(before)


def plain(values: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {step: {name: value for name, value in each.items() if "csrf" not in name} for step, each in values.items()}


def test_a_draft_may_stay_incomplete_and_is_offered_again(amir_web, draft):
    """F-1"""
    send(amir_web, path(draft, 1), filled(amir_web, draft, 1, title="אני אצבע"))
    assert fresh(draft).title == "אני אצבע"
    assert path(draft, 2) in visit(amir_web, "/seller/offers/new/").hrefs("/seller")


def test_saving_without_going_on_stays_at_the_step(amir_web, draft):
    """OFR-03"""
    answer = send(amir_web, path(draft, 3), {"description": "בינתיים רק כמה מילים", "stay": "1"}).response
    assert answer["Location"] == path(draft, 3)
    assert fresh(draft).description == "בינתיים רק כמה מילים"


@pytest.mark.parametrize(
    ("step", "words", "said"),
    [
        (1, {"title": "להתקשר 052-1234567 עכשיו"}, "נמצאו פרטי קשר: 052-1234567"),  # OFR-20
        (1, {"title": "אני אעשה", "tags": "א1,ב2,ג3,ד4,ה5,ו6"}, "עד 5 תגיות"),  # OFR-09
        (1, {"title": "אני אעשה", "tags": "מ" * 31}, "תגית ארוכה מדי"),
        (2, {"three": "0", "p1-price": "5", "p1-days": "3", "p1-name": "בסיס"}, "בין 20 ₪ ל־500,000 ₪"),
        (2, {"three": "0", "p1-days": "999", "p1-name": "בסיס"}, "בין 1 ל־365"),
        (2, {"three": "0", "p1-price": "100", "p1-days": "3", "p1-fast_days": "2", "p1-name": "ב"}, "גם ימים וגם מחיר"),
        (2, {"three": "0", "p1-days": "3", "p1-fast_days": "3", "p1-fast_price": "50"}, "קצרה מזמן המסירה"),  # EXT-08
        (2, {"three": "0", "x0-kind": "shipping", "x0-title": "משלוח", "x0-price": "50"}, "מוצר פיזי"),  # EXT-12
        (2, {"three": "0", "x0-title": "תוספת", "x0-price": "401"}, "עד 400 ₪"),  # DEC-11
        (2, {"three": "0", "x0-text": "רק פירוט"}, "עד 400 ₪"),
        (3, {"description": "לפרטים: someone@example.com"}, "נמצאו פרטי קשר"),  # OFR-19
        (3, {"description": "א" * 1201}, "עד 1,200 תווים"),  # OFR-17
        (3, {"q0-question": "יש אחריות?"}, "חסרה תשובה"),  # OFR-18
        (3, {"q0-answer": "כן, שנה."}, "חסרה שאלה"),
        (4, {"r0-text": "איזה?", "r0-kind": "choice", "r0-choices": "אחד"}, "לפחות שתי תשובות"),  # RQM-02
        (4, {"r0-choices": "אחד\nשניים"}, "חסרה השאלה עצמה"),
        (4, {"r0-text": "איזה?", "r0-kind": "choice", "r0-choices": "מ" * 81 + "\nב"}, "תשובה אפשרית ארוכה מדי"),
    ],
)
def test_a_refusal_is_told_and_everything_typed_stays(amir_web, draft, step, words, said):
    """Nothing is saved, nothing is lost."""
    before = fresh(draft).saved_at
    page = send(amir_web, path(draft, step), filled(amir_web, draft, step, **words))
    assert page.status == 422
    assert any(said in each for each in page.complaints), page.complaints
    values = page.form().values
    assert {name: values.get(name, "").replace("\r", "") for name in words} == words
    assert fresh(draft).saved_at == before


# --- one package or three


def test_a_new_package_starts_without_revisions(amir_web, draft):
    """OFR-13: unlimited is chosen, never given by default."""
    values = visit(amir_web, path(draft, 2)).form().values
    assert [values[f"p{number}-revisions"] for number in (1, 2, 3)] == ["0", "0", "0"]
    send(amir_web, path(draft, 2), filled(amir_web, draft, 2))
    assert [row.revisions for row in draft.packages.all()] == [0, 0, 0]


def test_unlimited_revisions_are_kept(amir_web, draft):
    """REV-10"""
    send(amir_web, path(draft, 1), filled(amir_web, draft, 1, **overview()))
    send(
        amir_web,
        path(draft, 2),
        {**filled(amir_web, draft, 2), **packages(), "p3-revisions": "unlimited", "p3-items": []},
    )
    assert [row.revisions for row in draft.packages.all()] == [1, 2, None]
    assert visit(amir_web, path(draft, 2)).form().values["p3-revisions"] == "unlimited"


def test_changing_to_one_package_and_back_keeps_what_was_typed(amir_web, draft):
    """OFR-15"""
    send(amir_web, path(draft, 1), filled(amir_web, draft, 1, **overview()))
    typed = filled(amir_web, draft, 2, **packages())
    one = send(amir_web, path(draft, 2), {**typed, "three": "0", "switch": "1"})
    assert one.status == 200
    assert draft.packages.count() == 1
    assert len(shown(one)) == 1
    back = send(amir_web, path(draft, 2), {**one.form().values, "three": "1", "switch": "1"})
    assert len(shown(back)) == 3
    values = back.form().values
    assert {name: values[name] for name in packages()} == {**packages(), **back_as_typed()}
    assert draft.packages.count() == 3


def back_as_typed() -> dict[str, Any]:
    """One tick comes back as one value."""
    return {f"p{number}-items": "איטום" for number in (1, 2, 3)}


def shown(page: Page) -> list[str]:
    """Packages that can be seen and filled in."""
    fields = page.form().fields
    return [
        each.name for each in fields if each.name.endswith("-price") and each.name[0] == "p" and each.kind != "hidden"
    ]


def test_from_one_package_to_three_two_empty_ones_join(amir_web, draft):
    """OFR-15"""
    send(amir_web, path(draft, 1), filled(amir_web, draft, 1, **overview()))
    typed = filled(amir_web, draft, 2, **packages(1))
    page = send(amir_web, path(draft, 2), {**typed, "three": "1", "switch": "1"})
    values = page.form().values
    assert (len(shown(page)), values["p1-price"], values["p2-price"]) == (3, "1,000", "")
    assert values["p2-revisions"] == "0"


def test_a_category_for_single_packages_shows_one(amir_web, draft):
    """CAT-06, AMB-27"""
    Category.objects.update(has_packages=False)
    send(amir_web, path(draft, 1), filled(amir_web, draft, 1, **overview()))
    page = visit(amir_web, path(draft, 2))
    assert len(shown(page)) == 1
    send(amir_web, path(draft, 2), {**page.form().values, **packages(1), "three": "1"})
    assert draft.packages.count() == 1


# --- the first step


def test_a_service_type_is_asked_for_where_there_are_any(amir_web, draft):
    """OFR-08, CAT-05: saving such a subcategory stays and asks."""
    kind = ServiceType.objects.create(subcategory=make.category().subcategories.get(), slug="full", name="שיפוץ מלא")
    assert "service_type" not in visit(amir_web, path(draft, 1)).form().values
    answer = send(amir_web, path(draft, 1), filled(amir_web, draft, 1, **overview())).response
    assert answer["Location"] == path(draft, 1)
    page = visit(amir_web, path(draft, 1))
    assert page.form().named("service_type")
    answer = send(amir_web, path(draft, 1), {**page.form().values, "service_type": kind.pk}).response
    assert (answer["Location"], fresh(draft).service_type) == (path(draft, 2), kind)


def test_a_service_type_of_another_subcategory_is_not_taken(amir_web, draft):
    """OFR-08"""
    other = Subcategory.objects.create(category=make.category(), slug="kitchens", name="מטבחים")
    kind = ServiceType.objects.create(subcategory=other, slug="new", name="מטבח חדש")
    send(amir_web, path(draft, 1), filled(amir_web, draft, 1, **overview(), service_type=kind.pk))
    assert fresh(draft).service_type is None


def test_after_publication_the_category_is_locked(amir, amir_web, now):
    """OFR-07, AMB-26"""
    offer = make.offer(amir, now)
    other = Subcategory.objects.create(category=make.category(), slug="kitchens", name="מטבחים")
    page = visit(amir_web, path(offer, 1))
    assert not page.form().named("subcategory")
    send(amir_web, path(offer, 1), {**page.form().values, "subcategory": other.pk})
    assert fresh(offer).subcategory == offer.subcategory


# --- gallery


def gallery(browser: Browser, offer: Offer, *files: Any) -> Page:
    return Page(browser.post(f"/seller/offers/{offer.pk}/images/", {"images": list(files)}))


def test_three_pictures_and_no_more(amir_web, draft):
    """GAL-02"""
    page = gallery(amir_web, draft, *(picture_file(1280 + each, 769) for each in range(4)))
    assert (page.status, draft.images.count()) == (422, policy.IMAGES_MAX)
    assert "עד 3 תמונות" in page.complaints[0]
    shown_page = visit(amir_web, path(draft, 5))
    assert not [form for form in shown_page.forms if form.enctype == "multipart/form-data"]


def test_nothing_chosen_is_told(amir_web, draft):
    """GAL-01"""
    page = gallery(amir_web, draft)
    assert (page.status, page.complaints) == (422, ["צריך לבחור תמונה."])


@pytest.mark.parametrize(("size", "said"), [((711, 430), "קטנה מדי"), ((712, 429), "קטנה מדי")])
def test_a_picture_that_is_too_small_is_refused_with_its_size(amir_web, draft, size, said):
    """GAL-04"""
    page = gallery(amir_web, draft, picture_file(*size))
    assert page.status == 422
    assert said in page.complaints[0] and f"{size[0]}×{size[1]}" in page.complaints[0]


@pytest.mark.parametrize("size", [policy.IMAGE_MIN, policy.IMAGE_BEST, policy.IMAGE_MAX])
def test_pictures_at_the_limits_are_taken(amir_web, draft, size):
    """GAL-03…05"""
    gallery(amir_web, draft, picture_file(*size))
    image = draft.images.get()
    assert (image.width, image.height) == size


def test_the_cover_is_chosen_and_a_picture_taken_out(amir_web, draft):
    """GAL-02"""
    for width in (1280, 1281, 1282):
        gallery(amir_web, draft, picture_file(width, 769))
    first, second, third = draft.images.all()
    send(amir_web, f"/seller/offers/{draft.pk}/images/{third.pk}/first/")
    assert list(draft.images.all()) == [third, first, second]
    send(amir_web, f"/seller/offers/{draft.pk}/images/{first.pk}/removal/")
    assert list(draft.images.all()) == [third, second]


# --- sending and after


def test_what_is_missing_is_listed_with_the_way_to_its_step(amir_web, draft):
    """F-2"""
    page = visit(amir_web, path(draft, 6))
    listed = {label: href for href, label in page.links if "/edit/" in href}
    assert listed["כותרת של לפחות 10 תווים"] == path(draft, 1)
    assert listed["מחיר וימים בכל חבילה"] == path(draft, 2)
    assert listed["תיאור מלא יותר"] == path(draft, 3)
    assert listed["לפחות תמונה אחת"] == path(draft, 5)
    assert not [form for form in page.forms if "submission" in form.action]


def test_an_incomplete_offer_cannot_be_sent_even_so(amir_web, draft):
    """F-2"""
    page = send(amir_web, f"/seller/offers/{draft.pk}/submission/", {"rights": "1"})
    assert (page.status, fresh(draft).state) == (422, Offer.State.DRAFT)
    assert "חסרים פרטים" in page.complaints[0]


def test_the_rights_are_declared_before_sending(amir, amir_web, now):
    """GAL-07"""
    offer = make.draft(amir, now)
    page = send(amir_web, f"/seller/offers/{offer.pk}/submission/")
    assert (page.status, fresh(offer).state) == (422, Offer.State.DRAFT)
    assert "לאשר שהתמונות שלך" in page.complaints[0]


def test_above_the_levels_number_of_offers_the_draft_waits(amir, amir_web, now):
    """DEC-11"""
    for _each in range(policy.OFFERS_PER_LEVEL["new"]):
        make.offer(amir, now)
    page = send(amir_web, f"/seller/offers/{make.draft(amir, now).pk}/submission/", {"rights": "1"})
    assert page.status == 422
    assert "עד 7 הצעות פעילות" in page.complaints[0]


def test_a_category_that_needs_a_video_keeps_the_offer_a_draft_and_says_why(amir, amir_web, now):
    """GAL-10, DEC-53"""
    offer = make.draft(amir, now)
    Category.objects.update(video_required=True)
    assert "חובה סרטון" in visit(amir_web, path(offer, 6)).text
    assert send(amir_web, f"/seller/offers/{offer.pk}/submission/", {"rights": "1"}).status == 422


def test_new_words_of_a_live_offer_go_back_to_staff(amir, amir_web, now):
    """F-9"""
    offer = make.offer(amir, now)
    assert "שולח את ההצעה שוב לבדיקה" in visit(amir_web, path(offer, 3)).text
    send(amir_web, path(offer, 3), filled(amir_web, offer, 3, description=DESCRIPTION + " ועוד."))
    assert fresh(offer).state == Offer.State.PENDING


def test_a_new_price_of_a_live_offer_holds_at_once(amir, amir_web, now):
    """F-9: prices alone do not go back to staff."""
    offer = make.offer(amir, now)
    send(amir_web, path(offer, 2), filled(amir_web, offer, 2, **{"p1-price": "1,250.50"}))
    assert fresh(offer).state == Offer.State.PUBLISHED
    assert fresh(offer).packages.get().price == 1250_50


def test_a_new_picture_of_a_live_offer_goes_back_to_staff(amir, amir_web, now):
    """F-9, GAL-07"""
    offer = make.offer(amir, now)
    gallery(amir_web, offer, picture_file(1300, 800))
    assert fresh(offer).state == Offer.State.PENDING


def test_while_staff_look_nothing_is_changed(amir, amir_web, now):
    """F-3"""
    offer = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    page = visit(amir_web, path(offer, 1))
    assert "ההצעה בבדיקה" in page.text
    assert "שמירה והמשך" not in page.form().labels
    page = send(amir_web, path(offer, 1), {**page.form().values, "title": "כותרת אחרת לגמרי"})
    assert (page.status, fresh(offer).title) == (422, offer.title)
    assert page.form().values["title"] == "כותרת אחרת לגמרי"


def test_a_denied_offer_shows_why_and_is_sent_again(amir, amir_web, now):
    """F-4, F-2"""
    offer = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    catalog.deny(offer, by=make.reviewer(now), reason="התמונות אינן שלך", now=now)
    assert "התמונות אינן שלך" in visit(amir_web, path(offer, 1)).text
    assert "התמונות אינן שלך" in visit(amir_web, "/seller/offers/").text
    send(amir_web, f"/seller/offers/{offer.pk}/submission/", {"rights": "1"})
    assert fresh(offer).state == Offer.State.PENDING


# --- pause, return, removal


def test_an_offer_is_paused_until_a_day_and_comes_back_by_a_press(amir, amir_web, now):
    """OFR-28, F-7, F-8, DEC-35"""
    offer = make.offer(amir, now)
    day = (now + timedelta(days=10)).date()
    send(amir_web, f"/seller/offers/{offer.pk}/pause/", {"returns_on": day.isoformat()})
    assert (fresh(offer).state, fresh(offer).returns_on) == (Offer.State.PAUSED, day)
    page = visit(amir_web, "/seller/offers/")
    assert f"{day.day}/{day.month}/{day.year}" in page.text
    send(amir_web, page.form(f"/seller/offers/{offer.pk}/return/").action)
    assert (fresh(offer).state, fresh(offer).returns_on) == (Offer.State.PUBLISHED, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2026-11-23", "בעתיד"), ("2020-01-01", "בעתיד"), ("2027-02-31", "לא קיים ביומן"), ("מחר", "לא קיים ביומן")],
)
def test_a_day_of_return_that_makes_no_sense_is_told_and_stays(amir, amir_web, now, typed, said):
    """F-7"""
    offer = make.offer(amir, now)
    page = send(amir_web, f"/seller/offers/{offer.pk}/pause/", {"returns_on": typed})
    assert (page.status, fresh(offer).state) == (422, Offer.State.PUBLISHED)
    assert said in page.complaints[0]
    assert page.form().values["returns_on"] == typed


def test_a_removed_offer_is_gone_for_good(amir, amir_web, now):
    """F-10"""
    offer = make.offer(amir, now)
    assert "לא תחזור" in visit(amir_web, f"/seller/offers/{offer.pk}/removal/").text
    send(amir_web, f"/seller/offers/{offer.pk}/removal/")
    assert fresh(offer).state == Offer.State.REMOVED
    assert visit(amir_web, path(offer, 1)).status == 404
    assert offer.title not in visit(amir_web, "/seller/offers/").text


def test_a_step_that_the_table_forbids_changes_nothing(amir, amir_web, now):
    """F-7, F-8: a paused offer is not paused again, a published one does not come back."""
    offer = make.offer(amir, now)
    assert send(amir_web, f"/seller/offers/{offer.pk}/return/").status == 409
    send(amir_web, f"/seller/offers/{offer.pk}/pause/")
    assert send(amir_web, f"/seller/offers/{offer.pk}/pause/").status == 422
    assert fresh(offer).state == Offer.State.PAUSED


def test_sharing_carries_a_link_back_and_nothing_else(amir, amir_web, now):
    """EMB-03, EMB-04"""
    offer = make.offer(amir, now)
    page = visit(amir_web, f"/seller/offers/{offer.pk}/share/")
    outside = [href for href, _text in page.links if href.startswith(("https://", "mailto:"))]
    assert len(outside) == 5
    assert all(f"%2Fo%2F{offer.pk}%2F" in href or f"/o/{offer.pk}/" in href for href in outside)
    assert amir.email not in page.html


def test_a_suspended_provider_starts_nothing(amir, amir_web, now):
    """DEC-37"""
    offer = make.draft(amir, now)
    type(amir).objects.filter(pk=amir.pk).update(standing="suspended")
    assert send(amir_web, "/seller/offers/new/").status == 409
    page = send(amir_web, f"/seller/offers/{offer.pk}/submission/", {"rights": "1"})
    assert (page.status, Offer.objects.count()) == (422, 1)
    assert "החשבון מושעה" in page.complaints[0]

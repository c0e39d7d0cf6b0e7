"""The pages of service requests: written, looked at, answered, compared (REQ, DEC-13, DEC-39)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from house.board.models import Request
from house.files.models import Upload
from house.people.models import Profile
from house.quotes.models import Quote

from .. import make

pytestmark = pytest.mark.django_db
TEXT = "חדר רחצה של ארבעה מטרים, קומה שנייה עם מעלית. פירוק מלא, צנרת חדשה וריצוף."


def page(browser, path):
    return browser.get(path).content.decode()


def test_a_request_is_written_in_steps_and_sent_to_staff(noa_web, now):
    """GEN-04, REQ-01, REQ-02, REQ-03"""
    row = make.category()
    answer = noa_web.post("/requests/new/", {"subcategory": row.subcategories.get().pk, "title": "שיפוץ חדר רחצה"})
    wish = Request.objects.get()
    assert answer.headers["Location"] == f"/requests/{wish.pk}/edit/2/"
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")
    noa_web.post(f"/requests/{wish.pk}/edit/2/", {"text": TEXT, "attached": plan})
    noa_web.post(f"/requests/{wish.pk}/edit/3/", {"place": make.town().pk, "when": "month", "budget": "20,000"})
    assert noa_web.post(f"/requests/{wish.pk}/submission/").status_code == 302
    wish.refresh_from_db()
    assert (wish.state, wish.budget, Upload.objects.filter(about=wish.about).count()) == ("pending", 20_000_00, 1)


def test_what_is_missing_is_said_with_the_step_where_it_belongs(noa, noa_web, now):
    """REQ-02"""
    wish = make.draft_request(noa, now, text="", when="")
    assert noa_web.post(f"/requests/{wish.pk}/submission/").status_code == 422
    said = page(noa_web, f"/requests/{wish.pk}/edit/4/")
    assert f'/requests/{wish.pk}/edit/2/">פירוט' in said
    assert f'/requests/{wish.pk}/edit/3/">המועד' in said


def test_contact_details_are_refused_and_what_was_typed_stays(noa_web, now):
    """DEC-19: nothing is kept, not even a draft."""
    answer = noa_web.post("/requests/new/", {"title": "להתקשר 052-1234567"})
    assert answer.status_code == 422
    assert "להתקשר 052-1234567" in answer.content.decode()
    assert not Request.objects.exists()


def test_a_guest_sees_category_and_locality_and_nothing_else(noa, client, now):
    """DEC-39"""
    wish = make.request(noa, now)
    said = page(client, "/requests/")
    assert wish.category.name in said
    assert wish.place.name in said
    assert wish.title not in said
    assert wish.text not in said


def test_the_board_opens_with_authorisation(noa, amir, amir_web, now):
    """DEC-39"""
    wish = make.request(noa, now)
    assert wish.title in page(amir_web, "/seller/requests/?all=1")
    Profile.objects.filter(user=amir).update(authorised_at=None)
    assert wish.title not in page(amir_web, "/seller/requests/?all=1")
    assert amir_web.get(f"/seller/requests/{wish.pk}/").status_code == 404


def test_a_provider_may_browse_and_proposes_only_in_categories_of_their_offers(noa, amir, amir_web, now):
    """REQ-05, AMB-25"""
    wish = make.request(noa, now)
    assert "שלח הצעה" not in page(amir_web, f"/seller/requests/{wish.pk}/")
    make.offer(amir, now)
    assert "שלח הצעה" in page(amir_web, f"/seller/requests/{wish.pk}/")


def test_not_relevant_hides_it_and_it_can_come_back(noa, amir, amir_web, now):
    """DEC-13"""
    make.offer(amir, now)
    wish = make.request(noa, now)
    amir_web.post(f"/seller/requests/{wish.pk}/hiding/")
    assert wish.title not in page(amir_web, "/seller/requests/")
    assert wish.title in page(amir_web, "/seller/requests/?hidden=1")
    amir_web.post(f"/seller/requests/{wish.pk}/showing/")
    assert wish.title in page(amir_web, "/seller/requests/")


def test_a_proposal_is_compared_starred_and_paid(noa, noa_web, amir, amir_web, now):
    """REQ-04, REQ-06, REQ-08, REQ-09"""
    offer = make.offer(amir, now)
    wish = make.request(noa, now)
    sent = {"offer": offer.pk, "text": "פירוק, צנרת, איטום וריצוף", "shape": "whole", "expires_in": "7"}
    sent |= {"whole-price": "12,000", "whole-days": "12", "whole-revisions": "1"}
    answer = amir_web.post(f"/seller/requests/{wish.pk}/propose/", sent)
    quote = Quote.objects.get()
    assert answer.headers["Location"] == f"/quotes/{quote.pk}/"
    said = page(noa_web, f"/requests/{wish.pk}/proposals/")
    assert amir.display_name in said
    assert "12,000" in said
    noa_web.post(f"/requests/{wish.pk}/proposals/{quote.pk}/star/", {"starred": "1"})
    assert amir.display_name in page(noa_web, f"/requests/{wish.pk}/proposals/?starred=1")
    assert f"/quotes/{quote.pk}/payment/" in page(noa_web, f"/quotes/{quote.pk}/")


def test_a_refused_proposal_keeps_what_was_typed(noa, amir, amir_web, now):
    """REQ-08"""
    offer = make.offer(amir, now)
    wish = make.request(noa, now)
    sent = {"offer": offer.pk, "text": "עבודה נקייה ומהירה", "shape": "whole", "expires_in": "7", "whole-price": "זול"}
    answer = amir_web.post(f"/seller/requests/{wish.pk}/propose/", sent)
    assert answer.status_code == 422
    assert "עבודה נקייה ומהירה" in answer.content.decode()


def test_files_of_a_request_wait_for_acceptance(noa, noa_web, amir, amir_web, shira_web, now):
    """DEC-39, REQ-15: before it only their owner and staff may read them."""
    offer = make.offer(amir, now)
    draft = make.draft_request(noa, now)
    noa_web.post(
        f"/requests/{draft.pk}/edit/2/", {"text": TEXT, "attached": SimpleUploadedFile("a.pdf", b"%PDF-1.4 a")}
    )
    noa_web.post(f"/requests/{draft.pk}/submission/")
    shira_web.post(f"/staff/requests/{draft.pk}/approval/")
    path = f"/files/{Upload.objects.get(about=draft.about).pk}/"
    quote = make.proposal(Request.objects.get(pk=draft.pk), offer, now)
    found = {who: web.get(path) for who, web in (("noa", noa_web), ("amir", amir_web), ("shira", shira_web))}
    Quote.objects.filter(pk=quote.pk).update(state=Quote.State.ACCEPTED)
    found["accepted"] = amir_web.get(path)
    assert [bool(answer.getvalue()) and answer.status_code for answer in found.values()] == [200, 404, 200, 200]


def test_staff_read_it_before_it_is_shown(noa, shira_web, client, now):
    """REQ-01, DEC-20"""
    wish = make.request(noa, now, state="pending")
    assert wish.title in page(shira_web, "/staff/requests/")
    assert shira_web.post(f"/staff/requests/{wish.pk}/returning/", {"reason": ""}).status_code == 422
    shira_web.post(f"/staff/requests/{wish.pk}/approval/")
    assert wish.place.name in page(client, "/requests/")
    shira_web.post(f"/staff/requests/{wish.pk}/refusal/", {"reason": "פרסומת"})
    assert "אין כרגע בקשות פתוחות" in page(client, "/requests/")


def test_the_daily_letter_can_be_stopped(noa, amir_web):
    """DEC-47"""
    amir_web.post("/seller/requests/letters/", {"wanted": "0"})
    assert "הסיכום היומי בדוא״ל כבוי" in page(amir_web, "/seller/requests/?all=1")

"""The staff's pages: who sees which (DEC-20), what they show, and what their forms do."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from house.catalog import actions as catalog
from house.catalog.models import Category, Offer, SearchMiss
from house.desk import actions as desk
from house.desk import reading
from house.desk.disputes import open_dispute
from house.desk.models import Case
from house.desk.people import submit_application
from house.notices.errands import post_later
from house.notices.models import Notice
from house.orders.actions import chat, requests, work
from house.orders.models import Order, Stage
from house.people.actions import open_provider
from house.people.models import Application, AuditEntry, Profile, Role, User
from house.process import Refusal
from house.web.sentences import SENTENCES
from house.web.views.staff_offers import marked

from .. import make, persons
from ..orders import test_milestones as milestones
from ..orders.test_resolution import Kind, ask
from .page import send, visit

DESKS = {
    "staff_offers": {"reviewer", "moderator"},
    "staff_applications": {"reviewer"},
    "staff_users": {"reviewer", "moderator", "support"},
    "staff_cases": {"support", "moderator"},
    "staff_content": {"editor"},
    "staff_audit": set(),
}


@pytest.fixture(autouse=True)
def _at_their_moment(moments):
    """Pages stand at the tests' moment."""


@pytest.fixture
def desk_of(db, web, now):
    """The browser of somebody who holds one role."""
    return lambda role: web(persons.staff(f"one-{role}", "צוות", role, now, role))


@pytest.fixture
def owner_web(desk_of) -> Browser:
    return desk_of(Role.OWNER)


@pytest.fixture
def waiting(amir, now) -> Offer:
    """An offer in the queue since yesterday."""
    row = make.draft(amir, now, packages=3, requirements=make.REQUIREMENTS)
    return catalog.submit(row, by=amir, now=now - timedelta(hours=31), rights=True)


@pytest.fixture
def applied(now) -> Application:
    """A business that asks to be authorised."""
    user = persons.client("gil", "גיל", "אור", now)
    profile = open_provider(user, username="gil", business_name="אור חשמל", now=now)
    text = "חשמלאי מוסמך, עשרים שנה בתחום הבית והעסק."
    return submit_application(profile, text=text, registry_number="778", now=now - timedelta(hours=5))


@pytest.fixture
def asked(noa, amir, now) -> Case:
    """Noa asks about her order."""
    order = make.order(noa, amir, now)
    return desk.open_support_case(by=noa, about=order.about, subject="אין מענה", text="כתבתי פעמיים.", now=now)


def where(name: str, *args: object) -> str:
    return reverse(name, args=args)


# --- who sees which


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.OWNER])
def test_a_role_opens_its_desks_and_the_others_do_not_exist(role, desk_of):
    """DEC-20."""
    browser = desk_of(role)
    for name, roles in DESKS.items():
        assert browser.get(where(name)).status_code == (200 if role in roles else 404), name
    nav = visit(browser, where("staff")).hrefs()
    assert {name for name in DESKS if where(name) in nav} == {name for name, roles in DESKS.items() if role in roles}


def test_the_owner_opens_every_desk(owner_web):
    """DEC-20."""
    for name in ("staff", *DESKS):
        assert owner_web.get(where(name)).status_code == 200, name


def test_whoever_is_no_staff_finds_nothing(dana_web, waiting):
    for path in (where("staff"), where("staff_offer", waiting.pk), where("admin:index")):
        assert dana_web.get(path).status_code == 404, path


def test_a_guest_is_led_to_the_sign_in(db):
    for path in ("/staff/", "/admin/login/"):
        assert Browser().get(path)["Location"].startswith("/accounts/login/?next="), path


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("staff_offer_approval", Role.MODERATOR),
        ("staff_offer_denial", Role.MODERATOR),
        ("staff_offer_removal", Role.REVIEWER),
    ],
)
def test_who_may_look_at_an_offer_may_not_decide_everything(name, role, desk_of, waiting):
    """DEC-20: reviewers approve and deny, moderators remove."""
    page = send(desk_of(role), where(name, waiting.pk), {"text": "לא מתאים"})
    assert page.status == 404
    assert Offer.objects.get(pk=waiting.pk).state == Offer.State.PENDING


def test_each_form_of_a_person_belongs_to_a_role(amir, desk_of):
    """DEC-20: levels, standing, roles."""
    forms = {"staff_user_level": "reviewer", "staff_user_standing": "moderator", "staff_user_roles": "owner"}
    for role in ("reviewer", "moderator", "support"):
        browser = desk_of(role)
        shown = {form.action for form in visit(browser, where("staff_user", amir.pk)).forms}
        for name, needed in forms.items():
            assert (where(name, amir.pk) in shown) == (role == needed)
            assert browser.get(where(name, amir.pk)).status_code == (200 if role == needed else 404)


def test_reports_are_the_moderators_and_questions_the_supports(desk_of, dana, asked, now):
    """DEC-20; a machine's call goes to support."""
    report = desk.open_report(by=dana, about="offer:1", reason="copied", text="התמונה שלי", now=now)
    call = desk.open_machine_case(key="books:x", about="ledger", subject="ספרים", text="off", now=now)
    for role, seen in (("support", {asked.number, call.number}), ("moderator", {report.number})):
        browser = desk_of(role)
        for number in (asked.number, report.number, call.number):
            assert browser.get(where("staff_case", number)).status_code == (200 if number in seen else 404)
        text = visit(browser, where("staff_cases")).text
        assert {number for number in (asked.number, report.number, call.number) if number in text} == seen


# --- the board


def test_the_board_counts_what_waits_and_since_when(shira_web, waiting, applied, asked):
    """Page 69."""
    page = visit(shira_web, where("staff"))
    assert page.texts("a", class_="queue") == [
        "הצעות לאישור1 הישן ביותר ממתין יום ו־7 שעות",
        "בקשות לבדיקה0 התור ריק",
        "בקשות אימות1 הישן ביותר ממתין 5 שעות",
        "פניות לשירות1 הישן ביותר ממתין דקה",
        "מחלוקות0 התור ריק",
        "דיווחים0 התור ריק",
        "תקלות0 התור ריק",
        "החזרים שנדחו0 התור ריק",
        "הכחשות בבדיקה0 התור ריק",
    ]


def test_the_board_says_when_a_deadline_is_overdue_and_the_books_are_off(shira_web, noa, amir, now, moments):
    """DEC-49: what staff must see first."""
    order = make.order(noa, amir, now)
    assert "אין מועד שמתעכב" in visit(shira_web, where("staff")).text
    desk.open_machine_case(key="books:today", about="ledger", subject="ספרים", text="off", now=now)
    moments.go(days=8)
    text = visit(shira_web, where("staff")).text
    assert "הישן ביותר שהגיע זמנו ועוד לא בוצע" in text and order.number in text
    assert "הספרים אינם מאוזנים" in text


# --- offers


def test_the_queue_shows_the_oldest_first(shira_web, waiting, amir, now):
    newer = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    links = visit(shira_web, where("staff_offers")).hrefs("/staff/moderation/")
    assert links.index(where("staff_offer", waiting.pk)) < links.index(where("staff_offer", newer.pk))


def test_an_offer_under_review_shows_everything_its_provider_wrote(shira_web, waiting):
    """F-3: all pictures, texts, packages, requirements, questions."""
    page = visit(shira_web, where("staff_offer", waiting.pk))
    for words in (waiting.title, waiting.description, "חבילה 3", "מה מידות החדר?", "יש אחריות?", "שיפוץ", "לוי"):
        assert words in page.text
    pictures = [given["src"] for tag, given in page.elements if tag == "img"]
    assert all(image.image.url in pictures for image in waiting.images.all())
    assert "לא נמצאו פרטי קשר" in page.text


def test_contact_details_are_found_and_marked_in_any_text(shira_web, waiting):
    """DEC-19, OFR-19: also when the wizard let them through."""
    Offer.objects.filter(pk=waiting.pk).update(description="לפרטים 050-1234567 <b>היום</b>")
    waiting.faq.update(answer="לכתוב אל me@example.com")
    page = visit(shira_web, where("staff_offer", waiting.pk))
    assert page.texts("mark") == ["050-1234567", "me@example.com"]
    assert "ממצאים: 2" in page.text
    assert "ממצאים: 2" in visit(shira_web, where("staff_offers")).text


def test_marking_escapes_what_people_wrote():
    assert marked("<i>050-1234567</i>") == "&lt;i&gt;<mark>050-1234567</mark>&lt;/i&gt;"
    assert marked("<i>") == "&lt;i&gt;"


def test_links_are_marked_where_they_may_not_be():
    """DEC-19: an offer's description may hold web links."""
    assert "<mark>" not in marked("https://example.org/x", True)
    assert "<mark>" in marked("https://example.org/x")


def test_an_approved_offer_is_on_the_market(shira_web, shira, waiting):
    """F-3, with a line in the log (DEC-20)."""
    assert send(shira_web, where("staff_offer_approval", waiting.pk)).response["Location"] == where("staff_offers")
    assert Offer.objects.get(pk=waiting.pk).state == Offer.State.PUBLISHED
    entry = AuditEntry.objects.get(about=f"offer:{waiting.pk}")
    assert (entry.what, entry.by) == ("offer_approved", shira)


def test_a_denial_sends_the_ready_made_reason_with_the_reviewers_own_words(shira_web, waiting):
    """F-4."""
    words = {"preset": "pictures", "text": "גם הכותרת ארוכה."}
    send(shira_web, where("staff_offer_denial", waiting.pk), words)
    offer = Offer.objects.get(pk=waiting.pk)
    assert offer.state == Offer.State.DENIED
    assert offer.reason.startswith("התמונות אינן מקוריות") and offer.reason.endswith("גם הכותרת ארוכה.")


def test_a_denial_without_a_reason_is_refused_on_the_same_page(shira_web, waiting):
    """F-4."""
    page = send(shira_web, where("staff_offer_denial", waiting.pk), {"preset": "", "text": " "})
    assert page.status == 422 and "חסרה סיבה" in page.complaints[0]
    assert page.heading == waiting.title
    assert Offer.objects.get(pk=waiting.pk).state == Offer.State.PENDING


def test_the_next_reviewer_sees_what_was_denied_before(shira_web, waiting, amir, now):
    send(shira_web, where("staff_offer_denial", waiting.pk), {"preset": "", "text": "הכותרת מטעה"})
    catalog.submit(Offer.objects.get(pk=waiting.pk), by=amir, now=now, rights=True)
    text = visit(shira_web, where("staff_offer", waiting.pk)).text
    assert "הוחזרה בעבר: 1" in text and "הכותרת מטעה" in text


def test_a_published_offer_is_removed_with_a_reason(shira_web, amir, now):
    """F-10, OFR-26; there is nothing left to approve."""
    offer = make.offer(amir, now)
    page = visit(shira_web, where("staff_offer", offer.pk))
    assert where("staff_offer_approval", offer.pk) not in [form.action for form in page.forms]
    assert send(shira_web, where("staff_offer_removal", offer.pk), {"preset": "", "text": ""}).status == 422
    send(shira_web, where("staff_offer_removal", offer.pk), {"preset": "rights", "text": ""})
    assert Offer.objects.get(pk=offer.pk).state == Offer.State.REMOVED


def test_a_draft_is_its_providers_own(shira_web, amir, now):
    assert shira_web.get(where("staff_offer", make.draft(amir, now).pk)).status_code == 404


def test_nobody_approves_their_own_offer(web, amir, waiting, now):
    """F-3 belongs to staff, not to the provider in another role."""
    persons.grant_role(amir, role=Role.REVIEWER, by=None, now=now)
    page = send(web(User.objects.get(pk=amir.pk)), where("staff_offer_approval", waiting.pk))
    assert page.status == 409
    assert Offer.objects.get(pk=waiting.pk).state == Offer.State.PENDING


# --- applications


def test_an_application_is_approved(shira_web, applied):
    """DEC-39."""
    assert "אור חשמל" in visit(shira_web, where("staff_applications")).text
    assert "778" in visit(shira_web, where("staff_application", applied.pk)).text
    send(shira_web, where("staff_application_decision", applied.pk), {"decision": "approved", "reason": ""})
    assert Profile.objects.get(pk=applied.profile_id).is_authorised


@pytest.mark.parametrize("decision", ["denied", "more_asked"])
def test_denying_and_asking_for_more_need_a_reason(decision, shira_web, applied):
    """DEC-39, PRO-04."""
    path = where("staff_application_decision", applied.pk)
    page = send(shira_web, path, {"decision": decision, "reason": ""})
    assert page.status == 422 and "חסרה סיבה" in page.complaints[0]
    send(shira_web, path, {"decision": decision, "reason": "חסר צילום הרישיון"})
    row = Application.objects.get(pk=applied.pk)
    assert (row.state, row.reason) == (decision, "חסר צילום הרישיון")


# --- people


@pytest.mark.parametrize("text", ["נו", "ברק נועה", "noa@", "NOA"])
def test_people_are_found_by_the_beginning_of_a_name_or_an_address(text, shira_web, noa, dana):
    found = visit(shira_web, where("staff_users") + f"?q={text}").hrefs("/staff/users/")
    assert where("staff_user", noa.pk) in found and where("staff_user", dana.pk) not in found


def test_a_pasted_number_leads_to_the_order_or_the_case(shira_web, asked):
    number = asked.about.removeprefix("order:")
    path = where("staff_users")
    assert shira_web.get(path, {"q": number.lower()})["Location"] == where("staff_order", number)
    assert shira_web.get(path, {"q": asked.number})["Location"] == where("staff_case", asked.number)


def test_a_persons_page_gathers_what_they_did(shira_web, asked, amir, noa):
    """Page 76: orders, offers, cases, what staff decided about them."""
    text = visit(shira_web, where("staff_user", amir.pk)).text
    assert "אני אשפץ את חדר הרחצה" in text and "עסק אומת" in text and "amir@example.org" in text
    assert asked.subject in visit(shira_web, where("staff_user", noa.pk)).text


def test_a_persons_page_shows_no_orders_of_others(shira_web, noa, amir, dana, now):
    """DEC-20"""
    number = make.order(noa, amir, now).number
    assert number in visit(shira_web, where("staff_user", noa.pk)).text
    assert number not in visit(shira_web, where("staff_user", dana.pk)).text


def test_a_level_is_set_by_hand(shira_web, amir):
    """TRS-04."""
    path = where("staff_user_level", amir.pk)
    assert send(shira_web, path, {"level": "top_rated", "why": ""}).status == 422
    send(shira_web, path, {"level": "top_rated", "why": "עבודה מצוינת שנה שלמה"})
    assert Profile.objects.get(user=amir).level == Profile.Level.TOP_RATED


def test_a_client_has_no_level(shira_web, noa):
    assert shira_web.get(where("staff_user_level", noa.pk)).status_code == 404


def test_a_suspension_lasts_to_the_end_of_its_day(shira_web, dana, now):
    """AMB-14, DEC-37."""
    words = {"step": "suspend", "until": "2026-11-30", "why": "הודעות פוגעניות"}
    send(shira_web, where("staff_user_standing", dana.pk), words)
    row = User.objects.get(pk=dana.pk)
    assert row.is_suspended(now.replace(day=30, hour=23)) and not row.is_suspended(now.replace(month=12, day=1, hour=0))
    assert "30" not in visit(shira_web, where("staff_user", dana.pk)).complaints


def test_a_suspension_does_not_end_in_the_past(shira_web, dana):
    words = {"step": "suspend", "until": "2026-11-22", "why": "הודעות פוגעניות"}
    page = send(shira_web, where("staff_user_standing", dana.pk), words)
    assert page.status == 422 and "כבר עבר" in page.complaints[0]


def test_suspended_until_lifted_and_lifted(shira_web, dana, now):
    """AMB-14, W-7."""
    path = where("staff_user_standing", dana.pk)
    send(shira_web, path, {"step": "suspend", "until": "", "why": "בבדיקה"})
    assert User.objects.get(pk=dana.pk).is_suspended(now + timedelta(days=900))
    send(shira_web, path, {"step": "lift", "until": "", "why": "התברר"})
    assert User.objects.get(pk=dana.pk).standing == User.Standing.GOOD


def test_a_blocked_person_is_out_at_once(shira_web, dana_web, dana):
    """WARN-12, DEC-37."""
    send(shira_web, where("staff_user_standing", dana.pk), {"step": "block", "until": "", "why": "הונאה"})
    assert dana_web.get("/orders/")["Location"] == reverse("account_inactive")


def test_nobody_suspends_or_blocks_the_owner(shira_web, now):
    """DEC-20"""
    owner = persons.staff("boss", "אורית", "שגיא", now, Role.OWNER)
    path = where("staff_user_standing", owner.pk)
    for step in ("suspend", "block"):
        page = send(shira_web, path, {"step": step, "until": "", "why": "מחלוקת"})
        assert page.status == 422 and "חשבון של בעלות" in page.text
    assert path not in [form.action for form in visit(shira_web, where("staff_user", owner.pk)).forms]
    assert User.objects.get(pk=owner.pk).standing == User.Standing.GOOD


def test_nobody_changes_their_own_standing(shira_web, shira):
    page = send(shira_web, where("staff_user_standing", shira.pk), {"step": "suspend", "until": "", "why": "חופשה"})
    assert page.status == 422 and "על החשבון שלך" in page.complaints[0]


def test_the_owner_hands_out_roles_and_takes_them_back(owner_web, noa):
    """DEC-20."""
    path = where("staff_user_roles", noa.pk)
    send(owner_web, path, {"role": "support", "step": "grant"})
    assert User.objects.get(pk=noa.pk).role_names == {"support"}
    send(owner_web, path, {"role": "support", "step": "revoke"})
    assert not User.objects.get(pk=noa.pk).role_names


def test_the_last_owner_stays(owner_web):
    """DEC-20."""
    owner = User.objects.get(staff_roles__role=Role.OWNER)
    page = send(owner_web, where("staff_user_roles", owner.pk), {"role": "owner", "step": "revoke"})
    assert page.status == 422 and "אדם אחד בבעלות" in page.complaints[0]


# --- cases


def test_an_answer_reaches_the_opener_and_a_note_does_not(shira_web, noa, asked):
    """SUP-03."""
    path = where("staff_case_note", asked.number)
    send(shira_web, path, {"to": "staff", "text": "לבדוק את היומן"})
    assert not Notice.objects.filter(recipient=noa, kind="case_answered").exists()
    send(shira_web, path, {"to": "opener", "text": "דיברנו עם אמיר"})
    assert Notice.objects.filter(recipient=noa, kind="case_answered").count() == 1
    text = visit(shira_web, where("staff_case", asked.number)).text
    assert "לבדוק את היומן" in text and "דיברנו עם אמיר" in text


def test_a_case_links_to_what_it_is_about(shira_web, asked, amir, now):
    number = asked.about.removeprefix("order:")
    assert where("staff_order", number) in visit(shira_web, where("staff_case", asked.number)).hrefs()
    deadline = Order.objects.get(number=number).deadlines.get(kind="late")
    call = desk.open_machine_case(key="x", about=f"deadline:{deadline.pk}", subject="מועד", text="נכשל", now=now)
    assert where("staff_order", number) in visit(shira_web, where("staff_case", call.number)).hrefs()


def test_who_wrote_without_an_account_is_answered_by_mail(shira_web, now):
    """SUP-03"""
    case = desk.open_outside_case(name="רון", email="ron@example.org", subject="ביטול", text="לבטל", now=now)
    page = visit(shira_web, where("staff_case", case.number))
    assert [field.value for form in page.forms for field in form.named("to")] == ["opener", "staff"]
    send(shira_web, where("staff_case_note", case.number), {"to": "opener", "text": "ההזמנה בוטלה.\nהכסף יחזור"})
    send(shira_web, where("staff_case_note", case.number), {"to": "staff", "text": "לקוח ותיק"})
    [letter] = ProcrastinateJob.objects.filter(task_name="notices.post").values_list("args", flat=True)
    assert letter["to"] == "ron@example.org" and case.number in letter["subject"]
    for text in (letter["text"], letter["html"]):
        assert "שלום רון" in text and "ההזמנה בוטלה." in text and "הכסף יחזור" in text and "/support/" in text
    post_later(**letter)
    assert [sent.to for sent in mail.outbox] == [["ron@example.org"]]


def test_a_closed_case_leaves_the_queue_and_takes_no_more(shira_web, asked):
    send(shira_web, where("staff_case_closing", asked.number))
    assert asked.number not in visit(shira_web, where("staff_cases")).text
    assert asked.number in visit(shira_web, where("staff_cases") + "?state=closed&kind=support").text
    page = send(shira_web, where("staff_case_note", asked.number), {"to": "staff", "text": "עוד משהו"})
    assert page.status == 422


# --- an order


def test_an_order_shows_diary_and_sums_and_the_work_only_to_whom_it_concerns(desk_of, noa, amir, now):
    """DEC-20, DEC-45: finance sees the money, not the work; the words of the sides stand nowhere here."""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    chat.say(order, text="הקוד בכניסה הוא ירוק", files=[], by=noa, now=now + timedelta(days=3))
    for role, sees in (("support", True), ("moderator", True), ("finance", False), ("owner", True)):
        page = visit(desk_of(role), where("staff_order", order.number))
        assert "המסירה אושרה" in page.text and "שחרור" in page.text and "1,000 ₪" in page.text
        assert ("מצורפות לצ׳אט ההזמנה" in page.text) == sees
        assert "הקוד בכניסה" not in page.text
        assert (where("staff_order_messages", order.number) in page.hrefs()) == (role in ("moderator", "owner"))
    assert desk_of("reviewer").get(where("staff_order", order.number)).status_code == 404


def test_messages_are_read_by_moderators_with_a_logged_reason(desk_of, web, noa, amir, now):
    """DEC-45"""
    order = make.order(noa, amir, now)
    chat.say(order, text="הקוד בכניסה הוא ירוק", files=[], by=noa, now=now)
    path, browser = where("staff_order_messages", order.number), desk_of("moderator")
    assert "הקוד בכניסה" not in visit(browser, path).text
    assert send(browser, path, {"why": "סתם"}).status == 422
    assert not AuditEntry.objects.filter(what="messages_read").exists()
    assert send(browser, path, {"why": "דיווח על תשלום מחוץ לאתר"}).response["Location"] == path
    assert "הקוד בכניסה" in visit(browser, path).text
    entry = AuditEntry.objects.get(what="messages_read")
    assert (entry.by.email, entry.about) == ("one-moderator@example.org", order.about)
    assert entry.why == "דיווח על תשלום מחוץ לאתר"
    another = web(persons.staff("two", "צוות", "שתיים", now, Role.MODERATOR))
    assert "הקוד בכניסה" not in visit(another, path).text
    for role in ("support", "reviewer", "finance", "editor"):
        assert desk_of(role).get(path).status_code == 404


def test_a_reason_opens_the_messages_of_one_order_for_an_hour(shira, noa, amir, now):
    """DEC-45"""
    order = make.order(noa, amir, now)
    reading.open_messages(order, by=shira, why="דיווח על פנייה מאיימת", now=now)
    assert reading.may_read(order, shira, now + timedelta(minutes=59))
    assert not reading.may_read(order, shira, now + timedelta(minutes=60))
    assert not reading.may_read(make.order(noa, amir, now), shira, now)
    shira.staff_roles.filter(role=Role.MODERATOR).delete()
    assert not reading.may_read(order, User.objects.get(pk=shira.pk), now)


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.MODERATOR, Role.OWNER}))
def test_only_moderators_give_a_reason_to_read(noa, amir, now, role):
    """DEC-20, DEC-45"""
    by = persons.staff("one", "צוות", role, now, role)
    with pytest.raises(Refusal, match="wrong_party"):
        reading.open_messages(make.order(noa, amir, now), by=by, why="סקרנות גדולה מאוד", now=now)


def test_support_cancels_with_a_reason_and_the_money_goes_back(shira_web, noa, amir, now):
    """O-24, SUP-08, MET-05."""
    order = make.order(noa, amir, now)
    path = where("staff_order_cancellation", order.number)
    assert send(shira_web, path, {"reason": "by_mistake", "why": ""}).status == 422
    send(shira_web, path, {"reason": "by_mistake", "fault": "nobody", "why": "הוזמן פעמיים"})
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "support", False)
    assert AuditEntry.objects.get(about=order.about).why == "הוזמן פעמיים"
    assert "החזר אצל חברת התשלומים" in visit(shira_web, where("staff_order", order.number)).text
    assert shira_web.get(path).status_code == 404


def test_only_support_cancels(desk_of, noa, amir, now):
    """DEC-20."""
    order = make.order(noa, amir, now)
    assert desk_of("moderator").get(where("staff_order_cancellation", order.number)).status_code == 404


def test_support_cancels_one_milestone_or_all_of_them(shira_web, noa, amir, now):
    """SUP-08, MIL-19: asked only where both are possible."""
    path = where("staff_order_cancellation", make.order(noa, amir, now).number)
    assert "scope" not in visit(shira_web, path).form().values
    order = milestones.ordered(noa, amir, now)
    path = where("staff_order_cancellation", order.number)
    words = {"reason": "provider_fault", "fault": "provider", "why": "השלב לא בוצע כלל"}
    assert send(shira_web, path, words).status == 422
    send(shira_web, path, {**words, "scope": "stage"})
    assert [row.state for row in milestones.stages(order)] == ["cancelled", "planned", "planned"]
    send(shira_web, path, {**words, "scope": "order"})
    order.refresh_from_db()
    assert (order.state, order.ending) == ("cancelled", "support")


def test_a_provider_asks_what_a_cancellation_did_and_support_leaves_it_out(
    shira_web, amir_web, desk_of, noa, amir, now
):
    """MET-06, SUP-04, SUP-05, CAN-13, SUP-07, DEC-20."""
    order = make.order(noa, amir, now)
    requests.consent(ask(order, Kind.CANCELLATION, now, "provider"), by=noa, now=now)
    page = visit(amir_web, where("order", order.number))
    assert "הביטול נספר בשיעור ההשלמה" in page.text
    letter = {"subject": "שיעור ההשלמה", "text": "ההזמנה נעשתה בטעות, אפשר לבדוק?"}
    send(amir_web, f"{where('support')}?about={order.about}", letter)
    assert "שיעור ההשלמה" in visit(shira_web, where("staff_order", order.number)).text
    path = where("staff_order_rate", order.number)
    assert desk_of("moderator").get(path).status_code == 404
    assert send(shira_web, path, {"why": ""}).status == 422
    send(shira_web, path, {"why": "הלקוחה אישרה שהזמינה בטעות"})
    order.refresh_from_db()
    assert not order.counts_in_rate
    assert "לא נספר בשיעור ההשלמה" in visit(amir_web, where("order", order.number)).text
    assert shira_web.get(where("staff_order_rate", make.order(noa, amir, now).number)).status_code == 404


def test_a_dispute_whose_order_has_ended_is_closed(shira_web, noa, amir, now):
    """DEC-32: nothing is left to decide, and the page says so."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    at = now + timedelta(days=2, hours=2)
    requests.decline(ask(order, Kind.CANCELLATION, at, "provider"), by=noa, now=at)
    case = open_dispute(order, by=noa, text="אין הסכמה על המסירה הזו.", now=at)
    work.accept(make.stage(order), by=noa, now=at)
    assert "החלטה במחלוקת" not in visit(shira_web, where("staff_case", case.number)).text
    answer = send(shira_web, where("staff_case_decision", case.number), {"decision": "continue", "why": "להמשיך כרגיל"})
    assert SENTENCES["order_over"] in answer.text
    send(shira_web, where("staff_case_closing", case.number), {})
    case.refresh_from_db()
    assert case.state == "closed"


# --- content


def test_an_editor_changes_a_category_and_the_log_keeps_what_it_was(desk_of, now):
    """CAT-03, CAT-05…08, DEC-20."""
    row = make.category()
    part = row.subcategories.get()
    browser = desk_of("editor")
    form = visit(browser, where("staff_category", row.slug)).form()
    words = {**form.values, "name": "שיפוץ ובנייה", "has_audio": "on", f"sub_{part.pk}": "אמבטיות"}
    words.pop("open")
    assert send(browser, where("staff_category", row.slug), words).response["Location"] == where("staff_content")
    row.refresh_from_db()
    part.refresh_from_db()
    assert (row.name, row.has_audio, row.open, part.name) == ("שיפוץ ובנייה", True, False, "אמבטיות")
    entry = AuditEntry.objects.get(what="category_changed")
    assert entry.data == {
        "before": {"name": "שיפוצים", "open": True, "has_audio": False},
        "subcategories": {"bathrooms": "חדרי רחצה"},
    }


def test_saving_a_category_as_it_was_writes_nothing(desk_of):
    row = make.category()
    browser = desk_of("editor")
    path = where("staff_category", row.slug)
    send(browser, path, visit(browser, path).form().values)
    assert not AuditEntry.objects.filter(what="category_changed").exists()


def test_a_category_needs_a_name(desk_of):
    row = make.category()
    browser = desk_of("editor")
    path = where("staff_category", row.slug)
    assert send(browser, path, {**visit(browser, path).form().values, "name": ""}).status == 422
    assert Category.objects.get(pk=row.pk).name == "שיפוצים"


def test_editors_see_what_people_looked_for_in_vain(desk_of, now):
    SearchMiss.objects.create(query="ריתוך", times=7, last_at=now)
    assert "ריתוך × 7" in visit(desk_of("editor"), where("staff_content")).text


# --- the log, and the admin


def test_the_log_is_searched_by_what_by_whom_and_about_what(owner_web, shira_web, waiting, applied):
    """DEC-20."""
    send(shira_web, where("staff_offer_approval", waiting.pk))
    send(shira_web, where("staff_application_decision", applied.pk), {"decision": "denied", "reason": "חסר רישיון"})
    path = where("staff_audit")
    about = f"offer:{waiting.pk}"
    for query, found in (
        ("?what=offer_approved", True),
        ("?what=application_denied", False),
        (f"?about={about}", True),
        ("?by=shira", True),
        ("?by=noa", False),
    ):
        assert (about in visit(owner_web, path + query).text) == found, query


def test_every_model_of_ours_is_in_the_admin_for_reading_only(owner_web, rf, noa):
    request = rf.get("/admin/")
    request.user = User.objects.get(staff_roles__role=Role.OWNER)
    ours = [model for model in apps.get_models() if model.__module__.startswith("house.")]
    for model in ours:
        options = admin.site.get_model_admin(model)
        assert options.has_view_permission(request)
        assert not options.has_add_permission(request)
        assert not options.has_change_permission(request)
        assert not options.has_delete_permission(request)
    page = visit(owner_web, reverse("admin:people_user_change", args=[noa.pk]))
    assert page.status == 200 and noa.password not in page.html
    assert owner_web.post(reverse("admin:people_user_change", args=[noa.pk]), {"first_name": "x"}).status_code == 403


def test_the_admin_opens_every_list(owner_web, asked, waiting):
    for model in apps.get_models():
        if model.__module__.startswith("house."):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            assert owner_web.get(reverse(name)).status_code == 200, name


def test_the_admin_does_not_exist_for_other_staff(shira_web):
    for path in ("/admin/", "/admin/people/user/", "/admin/login/"):
        assert shira_web.get(path).status_code == 404, path

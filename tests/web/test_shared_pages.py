"""The bell, the demo's mailbox, support, and the pages about the site itself."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.forms import DateField
from django.test import Client as Browser
from django.utils import formats, timezone, translation

from house import policy
from house.desk.actions import add_note, close, open_support_case
from house.desk.models import Case
from house.files.models import Upload
from house.formats.he import formats as hebrew_formats
from house.notices.actions import tell
from house.notices.models import Letter, Notice
from house.orders.models import Stage
from house.people.models import Role
from house.web import sitemap
from house.web.views import system
from tests import make, persons

from .test_accounts import is_hebrew, sentences

pytestmark = pytest.mark.django_db


def page_of(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


# The bell


def told(user, now, key="a", path="/orders/") -> Notice:
    return tell(user, "case_opened", key=key, path=path, now=now, number="SV-1", subject="נושא")


def test_notices_stand_by_day_newest_first_and_unread_marked(noa, noa_web, now):
    today = timezone.now()
    told(noa, today - timedelta(days=40), "old")
    told(noa, today, "new")
    page = page_of(noa_web, "/notifications/")
    assert page.count('class="day-title"') == 2
    assert page.index("היום") < page.index("list-row unread")
    assert page.count("list-row unread") == 2
    assert "הפנייה לשירות הלקוחות התקבלה" in page


def test_following_a_notice_reads_it_and_leads_to_its_page(noa, noa_web, now):
    notice = told(noa, now)
    assert noa_web.get(f"/notifications/{notice.pk}/").url == "/orders/"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_the_notice_of_another_does_not_exist(noa, dana_web, now):
    notice = told(noa, now)
    assert dana_web.get(f"/notifications/{notice.pk}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_everything_is_read_by_one_post_and_only_ones_own(noa, noa_web, dana, now):
    told(noa, now)
    others = told(dana, now)
    assert noa_web.get("/notifications/read/").status_code == 405
    noa_web.post("/notifications/read/")
    others.refresh_from_db()
    assert not noa.notices.filter(read_at=None).exists() and others.read_at is None
    assert 'action="/notifications/read/"' not in page_of(noa_web, "/notifications/")


def test_an_empty_bell_says_what_will_be_here(noa_web):
    assert "עוד אין התראות" in page_of(noa_web, "/notifications/")


# The demo's mailbox


def letter(to="noa@example.org", html="<html><head></head><body><script>alert(1)</script>שלום</body></html>") -> Letter:
    return Letter.objects.create(to=to, subject="נושא", text="שלום\nhttp://x.example/a", html=html, at=timezone.now())


def test_letters_are_found_by_address(client):
    letter()
    letter("amir@example.org")
    assert page_of(client, "/mailbox/").count("list-row") == 2
    found = page_of(client, "/mailbox/?to=AMIR@")
    assert "amir@example.org" in found and "noa@example.org" not in found
    assert "אין כאן מכתבים" in page_of(client, "/mailbox/?to=%00nobody")


def test_a_letter_is_shown_as_text_with_its_links(client):
    page = page_of(client, f"/mailbox/{letter().pk}/")
    assert '<a href="http://x.example/a"' in page
    assert "<script>alert" not in page


def test_the_look_of_a_letter_runs_and_fetches_nothing(client):
    row = letter()
    frame = client.get(f"/mailbox/{row.pk}/?html=1")
    rules = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules and "script-src" not in rules
    assert re.search(r"sandbox(?! allow-scripts)", rules) and "allow-same-origin" not in rules
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    outside = client.get(f"/mailbox/{row.pk}/")
    assert "frame-src 'self'" in outside.headers["Content-Security-Policy"]
    assert "allow-scripts" not in outside.content.decode()


# Support


def test_support_is_asked_with_files_and_answers_in_a_thread(noa, noa_web, shira, now):
    """SUP-01, SUP-03."""
    photo = SimpleUploadedFile("leak.jpg", make.picture(), "image/jpeg")
    asked = noa_web.post("/support/", {"subject": "נזילה", "text": "התקרה נוזלת", "attached": [photo]})
    case = Case.objects.get(opened_by=noa)
    assert asked.url == f"/support/{case.number}/"
    assert Upload.objects.get().about == f"case:{case.number}"
    add_note(case, by=shira, text="תשובה לנועה", internal=False, now=now)
    add_note(case, by=shira, text="בינינו בלבד", internal=True, now=now)
    page = page_of(noa_web, asked.url)
    assert "תשובה לנועה" in page and "leak" in page
    assert "בינינו בלבד" not in page
    noa_web.post(asked.url, {"text": "תודה"})
    assert case.notes.get(author=noa).text == "תודה"
    assert case.number in page_of(noa_web, "/support/")


def test_too_many_files_open_no_case(noa_web):
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(policy.FILES_PER_MESSAGE + 1)]
    answer = noa_web.post("/support/", {"subject": "נושא", "text": "טקסט שנשאר", "attached": files})
    assert answer.status_code == 422 and "טקסט שנשאר" in answer.content.decode()
    assert not Case.objects.exists() and not Upload.objects.exists()


def test_a_case_belongs_to_its_opener(noa, dana_web, shira_web, client, now):
    case = open_support_case(by=noa, about="", subject="נושא", text="טקסט", now=now)
    path = f"/support/{case.number}/"
    assert dana_web.get(path).status_code == 404
    assert shira_web.get(path).status_code == 404
    assert client.get(path).url.startswith("/accounts/login/")
    assert dana_web.post(path, {"text": "שלום"}).status_code == 404


def test_a_closed_case_takes_no_answer(noa, noa_web, shira, now):
    case = open_support_case(by=noa, about="", subject="נושא", text="טקסט", now=now)
    close(case, by=shira, now=now)
    path = f"/support/{case.number}/"
    assert "<textarea" not in page_of(noa_web, path)
    assert noa_web.post(path, {"text": "עוד משהו"}).status_code == 422


def test_a_case_is_about_ones_own_order_only(noa, noa_web, dana_web, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.ACTIVE)
    path, words = f"/support/?about={order.about}", {"subject": "נושא", "text": "טקסט"}
    assert order.number in page_of(noa_web, path)
    assert order.number not in page_of(dana_web, path)
    noa_web.post(path, words)
    dana_web.post(path, words)
    assert list(Case.objects.order_by("pk").values_list("about", flat=True)) == [order.about, ""]


OUTSIDER = {"name": "שרה ג'ורג'", "email": "sara@example.org", "subject": "נחסמתי", "text": "למה החשבון נחסם?"}


def test_who_cannot_sign_in_can_write_and_gets_a_receipt(client):
    page = client.post("/support/", OUTSIDER).content.decode()
    case = Case.objects.get()
    assert case.opened_by is None and "sara@example.org" in case.text
    assert case.number in page and is_hebrew(page.replace("sara@example.org", ""))
    assert mail.outbox[0].to == ["sara@example.org"]
    assert case.number in mail.outbox[0].body and "למה החשבון נחסם?" in mail.outbox[0].body


def test_letters_from_outside_are_throttled(client):
    for _ in range(3):
        assert client.post("/support/", OUTSIDER).status_code == 200
    assert client.post("/support/", OUTSIDER).status_code == 429
    assert Case.objects.count() == 3


def test_a_guest_reads_how_to_reach_us(client):
    page = page_of(client, "/support/")
    assert "/accounts/login/?next=/support/" in page and 'href="/cancel/"' in page


# Law


@pytest.mark.parametrize("page", sitemap.LEGAL)
def test_every_legal_page_has_its_version_and_date(client, page):
    """GEN-16."""
    text = page_of(client, f"/legal/{page}/")
    assert is_hebrew(text), sentences(text)
    assert f'גרסה <bdi dir="ltr">{policy.TERMS_VERSION}</bdi>' in text
    day = policy.TERMS_DATE
    assert f"{day.day}/{day.month}/{day.year}" in text
    assert "csrfmiddlewaretoken" not in text


def test_the_terms_are_whole_and_print_the_numbers_of_policy(client, monkeypatch):
    """GEN-16."""
    monkeypatch.setattr(policy, "COMMISSION_PERCENT", 23)
    text = re.sub(r"<[^>]+>", " ", page_of(client, "/legal/terms/?fresh=1").split("<article")[1].split("</article")[0])
    assert 600 <= len(text.split()) <= 1200
    assert "23%" in text


def test_there_are_no_other_legal_pages(client):
    assert client.get("/legal/nothing/").status_code == 404
    assert client.get("/legal/law_shell/").status_code == 404


def test_every_page_links_to_the_cancellation_of_a_deal(client):
    assert 'href="/cancel/"' in page_of(client, "/")


CANCEL = {"name": "שרה לוי", "identity": "123456782", "deal": "BH-1234567", "email": "sara@example.org", "text": ""}


def test_a_deal_is_cancelled_without_signing_in_and_proved_by_mail(client):
    """Consumer Protection Law, section 14ט."""
    answer = client.post("/cancel/", CANCEL)
    case = Case.objects.get()
    assert answer.status_code == 200 and case.number in answer.content.decode()
    for word in ("שרה לוי", "123456782", "BH-1234567", "sara@example.org"):
        assert word in case.text
    (letter,) = mail.outbox
    assert letter.to == ["sara@example.org"] and "BH-1234567" in letter.body and case.number in letter.subject
    assert 'dir="rtl"' in letter.alternatives[0][0]


def test_the_receipt_may_fail_but_the_cancellation_stands(client, settings):
    settings.EMAIL_BACKEND = "tests.web.test_shared_pages.Broken"
    assert client.post("/cancel/", CANCEL).status_code == 200
    assert Case.objects.exists()


class Broken:
    """A mail server that is down."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError


@pytest.mark.parametrize("field", ["name", "identity", "deal", "email"])
def test_a_cancellation_needs_its_details_and_keeps_what_was_typed(client, field):
    answer = client.post("/cancel/", {**CANCEL, field: ""})
    assert answer.status_code == 422 and "error-summary" in answer.content.decode()
    assert not Case.objects.exists()


def test_signed_in_people_choose_among_their_own_orders(noa, noa_web, dana_web, amir, amir_web, now):
    order = make.order(noa, amir, now, state=Stage.State.ACTIVE)
    assert order.number in page_of(noa_web, "/cancel/")
    for browser in (dana_web, amir_web):
        assert order.number not in page_of(browser, "/cancel/")
        assert browser.post("/cancel/", {"order": order.number}).status_code == 422
    noa_web.post("/cancel/", {"order": order.number})
    case = Case.objects.get()
    assert (case.about, case.opened_by) == (order.about, noa)
    assert noa.notices.filter(kind="case_opened").exists()  # its letter is the proof of receipt


# About the site


def test_the_licences_of_others_are_shown_whole(client):
    page = page_of(client, "/licenses/")
    for words in ("htmx.org 2.0.11", "SIL OPEN FONT LICENSE", "lucide", "Zero-Clause BSD"):
        assert words.lower() in page.lower()


def test_the_style_guide_is_for_staff_of_any_role(client, noa_web, now):
    assert client.get("/staff/styleguide/").status_code == 302
    assert noa_web.get("/staff/styleguide/").status_code == 404
    browser = Browser()
    browser.force_login(persons.staff("editor", "עורכת", "", now, Role.EDITOR))
    page = page_of(browser, "/staff/styleguide/")
    assert is_hebrew(re.sub(r'class="[^"]*meta">[a-z0-9-]+<', "><", page)), sentences(page)
    for part in ("offer-card", "error-summary", "progress", "stepper", "bubble mine", "silence", "radio-card", "empty"):
        assert part in page


def test_the_style_guide_shows_every_macro_of_the_kit(shira_web, settings):
    kit = (settings.BASE / "house/web/templates/parts/kit.html").read_text()
    guide = (settings.BASE / "house/web/templates/system/styleguide.html").read_text()
    inner = {"logo", "errors_of", "post_button"}  # shown by others, or needing an address to post to
    assert set(re.findall(r"{% macro (\w+)\(", kit)) - inner <= set(re.findall(r"kit\.(\w+)\(", guide))


def test_ready_says_what_is_there(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": True, "migrations": True, "worker": False}


def test_ready_sees_a_worker_that_breathes(client):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert client.get("/readyz").json()["worker"] is True


def test_ready_says_no_while_migrations_wait_or_the_database_is_away(client, monkeypatch):
    monkeypatch.setattr("house.web.views.system._migrated", _refuse(system._Waiting))
    assert client.get("/readyz").status_code == 503
    monkeypatch.setattr("house.web.views.system._migrated", _refuse(DatabaseError))
    assert client.get("/readyz").status_code == 503


def _refuse(problem: type[Exception]):
    def refuse() -> bool:
        raise problem

    return refuse


def test_robots_keep_out_of_private_pages(client):
    text = page_of(client, "/robots.txt")
    assert "Disallow: /settings/" in text and text.rstrip().endswith("/sitemap.xml")


def test_the_sitemap_lists_what_is_public(client, amir, now):
    make.category("closed-one", open=False)
    shown, draft = make.offer(amir, now), make.draft(amir, now)
    answer = client.get("/sitemap.xml")
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "application/xml"
    assert f"/offers/{shown.pk}-" in text and f"/offers/{draft.pk}-" not in text
    assert "/c/renovation/" in text and "/c/closed-one/" not in text
    assert "/pro/amir/" in text and "/legal/terms/" in text
    assert not re.search("[א-ת]", text)  # addresses are percent-encoded
    for path in re.findall(r"<loc>http://[^/]+([^<]+)</loc>", text):
        assert client.get(path).status_code == 200, path


def test_a_large_market_has_an_index_of_sitemaps(client, amir, now, monkeypatch):
    first, second = make.offer(amir, now), make.offer(amir, now)
    monkeypatch.setattr(sitemap, "PER_FILE", 1)
    index = page_of(client, "/sitemap.xml")
    files = [path.replace("&amp;", "&") for path in re.findall(r"<loc>http://[^/]+([^<]+)</loc>", index)]
    assert "<sitemapindex" in index and len(files) == 4
    all_of_them = "".join(page_of(client, path) for path in files)
    for row in (first, second):
        assert all_of_them.count(f"/offers/{row.pk}-") == 1
    assert client.get("/sitemap.xml?part=offers&page=9").status_code == 404
    assert client.get("/sitemap.xml?part=nothing").status_code == 404


def test_the_manifest_is_hebrew_and_right_to_left(client):
    answer = client.get("/manifest.webmanifest")
    data = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (data["lang"], data["dir"]) == ("he", "rtl")


@pytest.mark.parametrize("folder", ["portraits", "offers", "portfolio"])
def test_public_pictures_are_served_for_a_year(client, folder):
    name = default_storage.save(f"{folder}/2026/11/a.jpg", ContentFile(make.picture()))
    answer = client.get(f"/media/{name}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == make.picture()


@pytest.mark.parametrize(
    "name",
    [
        "uploads/ab/abcdef.jpg",
        "portraits/../uploads/ab/abcdef.jpg",
        "portraits/%2e%2e/uploads/ab/abcdef.jpg",
        "portraits/../../secret-key",
        "portraits//etc/passwd.jpg",
        "/etc/passwd",
        "portraits/%00.jpg",
        "portraits/missing.jpg",
        "portraits/folder.jpg",
        "portraits/",
        "portraits/page.html",
        "offers-private/a.jpg",
    ],
)
def test_nothing_else_of_media_is_served(client, name):
    default_storage.save("uploads/ab/abcdef.jpg", ContentFile(b"private"))
    default_storage.save("portraits/page.html", ContentFile(b"<script>"))
    default_storage.save("portraits/folder.jpg/a.jpg", ContentFile(b"x"))
    assert client.get(f"/media/{name}").status_code == 404


# Errors


def test_a_missing_page_is_told_in_hebrew_with_a_way_on(client):
    page = page_of(client, "/nothing/here/", 404)
    assert is_hebrew(page) and 'href="/search/"' in page


def test_a_broken_page_asks_nobody(client, settings, monkeypatch, django_assert_num_queries):
    settings.DEMO = False
    client.raise_request_exception = False
    monkeypatch.setattr("house.web.views.system.parts", lambda: 1 / 0)
    with django_assert_num_queries(0):
        answer = client.get("/licenses/?broken=1")
    assert answer.status_code == 500
    assert is_hebrew(answer.content.decode())


def test_a_request_for_another_host_is_refused_in_hebrew(client):
    page = client.get("/", HTTP_HOST="evil.example")
    assert page.status_code == 400 and is_hebrew(page.content.decode())


def test_an_old_form_says_how_to_go_on():
    browser = Browser(enforce_csrf_checks=True)
    answer = browser.post("/accounts/login/?next=/me/", {"login": "a@example.org"})
    page = answer.content.decode()
    assert answer.status_code == 403 and is_hebrew(page)
    assert 'href="/accounts/login/?next=/me/"' in page


def test_no_error_page_runs_a_script_or_style_of_its_own(client):
    page = page_of(client, "/nothing/", 404)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


# Formats


def test_hebrew_formats_have_thousands_days_first_and_the_week_from_sunday():
    with translation.override("he"):
        assert formats.get_format("NUMBER_GROUPING") == 3
        assert formats.number_format(1840000, force_grouping=True) == "1,840,000"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 0
        assert formats.time_format(timezone.now().replace(hour=14, minute=5), "TIME_FORMAT") == "14:05"
    for text in ("%d/%m/%Y", "%d.%m.%Y"):
        assert text in hebrew_formats.DATE_INPUT_FORMATS


def test_dates_are_read_as_israelis_type_them():
    with translation.override("he"):
        assert {DateField().clean(text).isoformat() for text in ("7/3/2026", "07.03.2026", "7.3.26")} == {"2026-03-07"}

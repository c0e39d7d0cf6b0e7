"""Accounts: allauth's pages and letters in our words, settings, closing, and the first owner."""

import html
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.account import urls as account_urls
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from house import policy
from house import settings as house_settings
from house.desk.people import block, grant_role
from house.market import owner
from house.market.models import Market
from house.orders.models import Stage
from house.people.models import Role, User
from house.process import Refusal
from house.web.adapter import Adapter
from tests import make, persons

pytestmark = pytest.mark.django_db
SIGN_UP = {
    "first_name": "רות",
    "last_name": "אלון",
    "email": "Ruth@example.org",
    "password1": "shoham-yam-1948",
    "terms": "on",
}
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,.]+[A-Za-z]{2,})+")


def sentences(page: str) -> list[str]:
    """English of two words or more in what a reader sees."""
    seen = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    words = html.unescape(re.sub(r"<[^>]+>", "\n", seen)).replace("build-in house", "")
    return [found for found in ENGLISH.findall(words) if "example.org" not in found]


def is_hebrew(page: str) -> bool:
    marked = 'dir="rtl"' in page and 'lang="he"' in page
    return marked and "&lt;" not in page and not sentences(page)


def verified(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_up(browser: Browser, query: str = "", **changes: str):
    return browser.post(f"/accounts/signup/{query}", {**SIGN_UP, **changes})


def code_of(letter) -> str:
    return re.search(r"^[B-Z]{4}-[B-Z]{4}$", letter.body, re.MULTILINE)[0]


def log_in(browser: Browser, email: str, password: str = persons.PASSWORD):
    return browser.post("/accounts/login/", {"login": email, "password": password})


# The pages of allauth

GUEST = {
    "account_login": "כניסה לחשבון",
    "account_signup": "הרשמה",
    "account_inactive": "אי אפשר להיכנס",
    "account_reset_password": "שכחת את הסיסמה",
    "account_reset_password_done": "המכתב בדרך",
    "account_reset_password_from_key_done": "נשמרה",
}
SIGNED_IN = {
    "account_logout": "לצאת מהחשבון",
    "account_reauthenticate": "הסיסמה, ליתר ביטחון",
    "account_email": "שינוי כתובת הדוא״ל",
    "account_change_password": "שינוי סיסמה",
    "usersessions_list": "מכשירים מחוברים",
}
ELSEWHERE = {  # reached on the way of a test below, or leads away
    "account_set_password",
    "account_email_verification_sent",
    "account_reset_password_from_key",
    "account_confirm_login_code",
}


@pytest.mark.parametrize("name", GUEST)
def test_a_guest_reads_every_page_of_allauth_in_hebrew(client, name):
    page = client.get(reverse(name)).content.decode()
    assert is_hebrew(page), sentences(page)
    assert GUEST[name] in page


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_person_reads_every_page_of_allauth_in_hebrew(noa_web, name):
    page = noa_web.get(reverse(name)).content.decode()
    assert is_hebrew(page), sentences(page)
    assert SIGNED_IN[name] in page


def test_no_page_of_allauth_is_forgotten():
    names = {route.name for route in account_urls.urlpatterns} | {"usersessions_list"}
    assert names == GUEST.keys() | SIGNED_IN.keys() | ELSEWHERE


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_what_is_missing_is_said_in_hebrew_to_a_guest(client, name):
    page = client.post(reverse(name), {}).content.decode()
    assert "error-summary" in page and "אימייל" not in page
    assert is_hebrew(page), sentences(page)


@pytest.mark.parametrize("name", ["account_reauthenticate", "account_change_password"])
def test_what_is_wrong_is_said_in_hebrew_to_a_person(noa_web, name):
    wrong = {"password": "x", "oldpassword": "x", "password1": "12345678", "password2": "other"}
    page = noa_web.post(reverse(name), wrong).content.decode()
    assert "error-summary" in page
    assert is_hebrew(page), sentences(page)


def test_an_account_without_a_password_gets_one(noa, noa_web):
    noa.set_unusable_password()
    noa.save()
    noa_web.force_login(noa)
    page = noa_web.get("/accounts/password/set/").content.decode()
    assert is_hebrew(page), sentences(page)
    noa_web.post("/accounts/password/set/", {"password1": "shoham-yam-1948", "password2": "shoham-yam-1948"})
    noa.refresh_from_db()
    assert noa.check_password("shoham-yam-1948")


def test_fields_are_labelled_in_hebrew_and_hold_no_words_of_their_own(client):
    page = client.get("/accounts/signup/").content.decode()
    form = page[page.index('<form class="form"') :]
    assert "placeholder" not in form
    for name in ("first_name", "email", "password1", "terms", "marketing"):
        assert re.search(rf'id="id_{name}"', form)


# Signing up


def test_sign_up_stores_names_terms_and_their_moment(client):
    """GEN-16, ACC-04."""
    before = timezone.now()
    sign_up(client)
    ruth = User.objects.get(email="ruth@example.org")
    assert (ruth.first_name, ruth.last_name) == ("רות", "אלון")
    assert ruth.terms_version == policy.TERMS_VERSION
    assert before <= ruth.terms_agreed_at <= timezone.now()
    assert ruth.marketing_agreed_at is None


def test_marketing_is_a_box_of_its_own_and_not_ticked(client):
    box = re.search(r'<input type="checkbox" name="marketing"[^>]*>', client.get("/accounts/signup/").content.decode())
    assert "checked" not in box[0]
    sign_up(client, marketing="on")
    assert User.objects.get().marketing_agreed_at is not None


def test_nobody_signs_up_without_the_terms(client):
    """GEN-16."""
    page = sign_up(client, terms="").content.decode()
    assert "צריך לאשר את התנאים" in page or "אי אפשר להמשיך בלי זה" in page
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["נועה 052-1234567", "a@b.com", "\u200b"])
def test_a_name_is_a_name(client, name):
    """DEC-19."""
    assert "error-summary" in sign_up(client, first_name=name).content.decode()
    assert not User.objects.exists()


def test_the_terms_page_and_its_version_stand_beside_the_box(client):
    page = client.get("/accounts/signup/").content.decode()
    assert 'href="/legal/terms/"' in page
    assert f'<bdi dir="ltr">{policy.TERMS_VERSION}</bdi>' in page


def test_passwords_are_kept_by_argon2(client, settings):
    settings.PASSWORD_HASHERS = house_settings.PASSWORD_HASHERS
    sign_up(client)
    assert User.objects.get().password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("password", ["1234567", "12345678", "password1", "ruth@example.org"])
def test_weak_passwords_are_not_taken(client, password):
    page = sign_up(client, password1=password).content.decode()
    assert "error-summary" in page
    assert is_hebrew(page), sentences(page)
    assert not User.objects.exists()


def test_the_code_of_the_letter_opens_the_account(client):
    answer = sign_up(client)
    assert answer.url == "/accounts/confirm-email/"
    page = client.get(answer.url).content.decode()
    assert is_hebrew(page), sentences(page)
    wrong = client.post(answer.url, {"code": "ZZZZ-ZZZZ", "action": "verify"}).content.decode()
    assert "הקוד אינו נכון" in wrong and is_hebrew(wrong)
    done = client.post(answer.url, {"code": code_of(mail.outbox[0]), "action": "verify"})
    assert done.url == "/welcome/"
    assert client.get("/settings/profile/").status_code == 200
    assert EmailAddress.objects.get().verified


def test_a_wrong_address_is_not_a_dead_end(client):
    sign_up(client, email="wrong@example.org")
    assert client.get("/accounts/signup/").status_code == 302
    assert client.post("/accounts/logout/", {"next": "/accounts/signup/"}).url == "/accounts/signup/"
    assert client.get("/accounts/signup/").status_code == 200


def test_who_came_to_sell_goes_on_to_selling(client):
    answer = sign_up(client, "?next=/seller/onboarding/")
    done = client.post(answer.url, {"code": code_of(mail.outbox[0]), "action": "verify"})
    assert done.url == "/seller/onboarding/"


def test_nobody_is_sent_to_another_site(client):
    answer = sign_up(client, "?next=https://evil.example/")
    done = client.post(answer.url, {"code": code_of(mail.outbox[0]), "action": "verify"})
    assert done.url == "/welcome/"


# Whether an account exists is nobody's business


def _shown(page: str, email: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return page.replace(email, "X").replace(quote(email), "X")


def _path_of(email: str) -> list[tuple[int, str]]:
    browser = Browser()
    steps = [sign_up(browser, email=email), browser.get("/accounts/confirm-email/"), browser.get("/accounts/login/")]
    steps.append(browser.post("/accounts/confirm-email/", {"code": "ZZZZ-ZZZZ", "action": "verify"}))
    return [(step.status_code, _shown(step.content.decode(), email)) for step in steps]


def test_signing_up_answers_the_same_for_a_taken_address(noa):
    assert _path_of(noa.email) == _path_of("free@example.org")
    assert [letter.to for letter in mail.outbox] == [[noa.email], ["free@example.org"]]
    assert User.objects.filter(email=noa.email).count() == 1


def test_two_who_sign_up_at_once_with_one_address_get_one_account(client, noa, monkeypatch):
    monkeypatch.setattr("allauth.account.forms.flows.manage_email.email_already_exists", lambda email: (email, False))
    assert sign_up(client, email=noa.email).url == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert "כבר יש לך חשבון" in mail.outbox[0].subject


def test_a_forgotten_password_answers_the_same_for_an_unknown_address(noa):
    def answer(email: str) -> tuple[str, str]:
        browser = Browser()
        step = browser.post("/accounts/password/reset/", {"email": email})
        return step.url, _shown(browser.get(step.url).content.decode(), email)

    assert answer(noa.email) == answer("nobody@example.org")
    assert [letter.to for letter in mail.outbox] == [[noa.email], ["nobody@example.org"]]


def test_a_wrong_password_and_an_unknown_address_sound_alike(client, noa):
    known = _shown(log_in(client, noa.email, "wrong").content.decode(), noa.email)
    unknown = _shown(log_in(client, "nobody@example.org", "wrong").content.decode(), "nobody@example.org")
    assert known == unknown
    assert "הדוא״ל או הסיסמה אינם נכונים" in known


def test_guessing_passwords_is_slowed_down(client, noa):
    verified(noa)
    for _ in range(5):
        log_in(client, noa.email, "wrong")
    page = log_in(client, noa.email).content.decode()
    assert "יותר מדי ניסיונות" in page
    assert is_hebrew(page)


def test_too_many_requests_are_told_so_in_hebrew(client):
    for _ in range(21):
        answer = client.post("/accounts/signup/", {})
    assert answer.status_code == 429
    assert is_hebrew(answer.content.decode())


# Coming in


def test_an_unverified_person_is_asked_for_the_code_first(client, noa):
    assert log_in(client, noa.email).url == "/accounts/confirm-email/"
    assert len(mail.outbox) == 1


def test_a_verified_person_comes_in(client, noa):
    verified(noa)
    assert log_in(client, noa.email).url == "/"
    assert "שלום, נועה." in client.get("/settings/profile/").content.decode()


def test_a_blocked_person_does_not_come_in_and_hears_whom_to_ask(client, noa, shira, now):
    """DEC-37."""
    verified(noa)
    block(noa, by=shira, why="הונאה", now=now)
    answer = log_in(client, noa.email)
    assert answer.url == "/accounts/inactive/"
    assert 'href="/support/"' in client.get(answer.url).content.decode()
    assert client.get("/settings/profile/").status_code == 302


def test_a_session_that_outlived_a_block_opens_nothing(noa, noa_web):
    """DEC-37: blocking ends the sessions there are; one that slipped through ends at its next page."""
    User.objects.filter(pk=noa.pk).update(standing="blocked")
    assert noa_web.get("/me/")["Location"] == "/accounts/inactive/"
    assert noa_web.get("/me/")["Location"].startswith("/accounts/login/")


def test_who_is_blocked_while_signed_in_is_out_at_the_next_page(noa, noa_web, shira, now):
    """DEC-37."""
    block(noa, by=shira, why="הונאה", now=now)
    assert noa_web.get("/settings/profile/").url == "/accounts/inactive/"
    assert "_auth_user_id" not in noa_web.session


def test_a_forgotten_password_is_chosen_anew_once(client, noa):
    verified(noa)
    client.post("/accounts/password/reset/", {"email": noa.email})
    link = re.search(r"http://\S+", mail.outbox[0].body)[0]
    form = client.get(link).url
    assert is_hebrew(client.get(form).content.decode())
    short = client.post(form, {"password1": "x", "password2": "y"}).content.decode()
    assert "error-summary" in short and is_hebrew(short)
    done = client.post(form, {"password1": "shoham-yam-1948", "password2": "shoham-yam-1948"})
    assert done.url == "/accounts/password/reset/key/done/"
    over = Browser().get(link).content.decode()
    assert "כבר לא תקף" in over and is_hebrew(over)
    assert log_in(client, noa.email, "shoham-yam-1948").url == "/"


def test_an_address_is_changed_with_the_password_and_a_code(noa, noa_web):
    verified(noa)
    new = {"email": "noa-new@example.org", "action_add": "1"}
    asked = noa_web.post("/accounts/email/", new)
    assert asked.url.startswith("/accounts/reauthenticate/")
    noa_web.post(asked.url, {"password": persons.PASSWORD, "next": "/accounts/email/"})
    noa.refresh_from_db()
    assert noa.email == "noa@example.org"
    page = noa_web.get("/accounts/confirm-email/").content.decode()
    assert is_hebrew(page), sentences(page)
    code = code_of(mail.outbox[-1])
    done = noa_web.post("/accounts/confirm-email/", {"code": code, "action": "verify"})
    assert done.url == "/settings/security/"
    noa.refresh_from_db()
    assert noa.email == "noa-new@example.org"
    assert mail.outbox[-1].to == ["noa@example.org"]  # the old address hears of it


# Letters

LETTERS = {
    "email_confirmation_signup": {"code": "BCDF-GHJK"},
    "email_confirmation": {"code": "BCDF-GHJK"},
    "account_already_exists": {
        "password_reset_url": "http://x.example/r/?a=1&b='",
        "signup_url": "http://x.example/s/",
    },
    "unknown_account": {"signup_url": "http://x.example/s/"},
    "password_reset_key": {"password_reset_url": "http://x.example/r/"},
    "password_changed": {},
    "password_reset": {},
    "password_set": {},
    "email_changed": {"from_email": "a@example.org", "to_email": "o'neil&co@example.org"},
    "email_deleted": {"deleted_email": "a@example.org"},
}


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_of_allauth_is_hebrew_in_text_and_in_html(name):
    context = {"ip": "10.0.0.7", "user_agent": "Firefox", "timestamp": timezone.now(), **LETTERS[name]}
    letter = Adapter().render_mail(f"account/email/{name}", "noa@example.org", context)
    ((page, kind),) = letter.alternatives
    assert kind == "text/html" and 'dir="rtl"' in page and not sentences(page)
    assert not sentences(re.sub(r"http\S+", "", letter.body)) and "&#" not in letter.body
    assert re.search("[א-ת]", letter.subject) and "\n\n\n" not in letter.body
    for value in LETTERS[name].values():
        assert html.escape(value, quote=False) in page.replace("&#39;", "'") or value not in letter.body


def test_the_button_of_a_letter_leads_where_its_text_does(noa, client):
    client.post("/accounts/password/reset/", {"email": noa.email})
    letter = mail.outbox[0]
    link = re.search(r"http://\S+", letter.body)[0]
    assert f'<a href="{link}"' in letter.alternatives[0][0]


# Settings

SETTINGS = ["welcome", "settings_profile", "settings_security", "settings_notifications", "settings_closing"]


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_belong_to_whoever_is_signed_in(client, noa_web, name):
    assert client.get(reverse(name)).url.startswith("/accounts/login/?next=")
    page = noa_web.get(reverse(name)).content.decode()
    assert is_hebrew(page), sentences(page)


def test_names_are_changed(noa, noa_web):
    noa_web.post("/settings/profile/", {"names": "1", "first_name": " נועם ", "last_name": ""})
    noa.refresh_from_db()
    assert noa.display_name == "נועם"


def test_a_name_cannot_be_emptied_and_what_was_typed_stays(noa, noa_web):
    answer = noa_web.post("/settings/profile/", {"names": "1", "first_name": "", "last_name": "כהן־לוי"})
    assert answer.status_code == 422
    assert "כהן־לוי" in answer.content.decode()


def _upload(browser: Browser, data: bytes):
    file = SimpleUploadedFile("me.jpg", data, "image/jpeg")
    return browser.post("/settings/profile/", {"portrait": "1", "picture": file})


def test_a_portrait_is_made_anew_square_and_replaced(noa, noa_web, settings):
    _upload(noa_web, make.picture(900, 600))
    noa.refresh_from_db()
    first = noa.picture.name
    assert first.startswith("portraits/")
    with Image.open(noa.picture.path) as image:
        assert image.size[0] == image.size[1] and image.format == "JPEG" and not image.getexif()
    _upload(noa_web, make.picture(600, 900, "PNG"))
    noa.refresh_from_db()
    assert noa.picture.name != first and not (settings.MEDIA_ROOT / first).exists()
    noa_web.post("/settings/profile/", {"removal": "1"})
    noa.refresh_from_db()
    assert not noa.picture
    assert not list((settings.MEDIA_ROOT / "portraits").rglob("*.jpg"))


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff" + b"x" * 500])
def test_what_is_no_picture_is_refused(noa, noa_web, data):
    assert _upload(noa_web, data).status_code == 422
    noa.refresh_from_db()
    assert not noa.picture


def test_one_device_is_signed_out_and_then_all_others(noa, noa_web):
    others = [Browser(), Browser()]
    for browser in others:
        browser.force_login(noa)
        browser.get("/settings/security/")
    noa_web.get("/settings/security/")
    page = noa_web.get("/settings/security/").content.decode()
    assert page.count('name="session"') == 3  # two devices, and the rest at once
    first = UserSession.objects.get(session_key=others[0].session.session_key)
    noa_web.post("/settings/security/", {"session": str(first.pk)})
    assert others[0].get("/settings/security/").status_code == 302
    assert others[1].get("/settings/security/").status_code == 200
    noa_web.post("/settings/security/", {"session": "others"})
    assert others[1].get("/settings/security/").status_code == 302
    assert noa_web.get("/settings/security/").status_code == 200


def test_a_device_is_written_down_every_few_minutes_and_when_it_changes(noa_web):
    """One look at a page writes nothing when the last look was a moment ago."""
    noa_web.get("/settings/security/")
    before = timezone.now() - timedelta(hours=1)
    devices = UserSession.objects.filter(session_key=noa_web.session.session_key)
    devices.update(last_seen_at=before)
    noa_web.get("/me/")
    assert devices.get().last_seen_at == before
    noa_web.get("/me/", headers={"user-agent": "Firefox"})
    assert devices.get().user_agent == "Firefox"
    assert devices.get().last_seen_at > before
    devices.update(last_seen_at=before)
    caches["seen"].clear()  # as if the minutes had passed
    noa_web.get("/me/", headers={"user-agent": "Firefox"})
    assert devices.get().last_seen_at > before


def test_nobody_signs_out_the_devices_of_another(noa_web, dana_web):
    noa_web.get("/settings/security/")
    session = UserSession.objects.get(session_key=noa_web.session.session_key)
    dana_web.post("/settings/security/", {"session": str(session.pk)})
    assert noa_web.get("/settings/security/").status_code == 200


def test_a_new_password_signs_out_other_devices_and_is_told(noa, noa_web):
    verified(noa)
    other = Browser()
    other.force_login(noa)
    new = {"oldpassword": persons.PASSWORD, "password1": "shoham-yam-1948", "password2": "shoham-yam-1948"}
    assert noa_web.post("/accounts/password/change/", new).url == "/settings/security/"
    assert other.get("/settings/security/").status_code == 302
    assert "שונתה" in mail.outbox[0].subject


def test_marketing_is_agreed_to_with_its_date_and_taken_back(noa, noa_web):
    noa_web.post("/settings/notifications/", {"marketing": "on"})
    noa.refresh_from_db()
    assert noa.marketing_agreed_at is not None
    assert "ההסכמה ניתנה ביום" in noa_web.get("/settings/notifications/").content.decode()
    noa_web.post("/settings/notifications/", {})
    noa.refresh_from_db()
    assert noa.marketing_agreed_at is None


def test_the_mode_is_switched_by_a_post_only(amir, amir_web):
    """ACC-06."""
    assert amir_web.get("/settings/mode/").status_code == 405
    assert amir_web.post("/settings/mode/").url == "/"
    assert amir_web.post("/settings/mode/").url == "/seller/"


def test_who_never_sold_has_no_mode_to_switch_to(noa_web):
    answer = noa_web.post("/settings/mode/", HTTP_REFERER="http://testserver/me/")
    assert answer.status_code == 409
    assert "קודם צריך לפתוח מצב מכירה" in answer.content.decode()
    assert "http://testserver/me/" in answer.content.decode()


# Closing


def test_an_account_with_open_orders_stays(noa, noa_web, amir, now):
    make.order(noa, amir, now, state=Stage.State.ACTIVE)
    page = noa_web.get("/settings/closing/").content.decode()
    assert "הזמנה אחת פתוחה" in page and 'type="password"' not in page
    assert noa_web.post("/settings/closing/", {"password": persons.PASSWORD}).status_code == 422
    noa.refresh_from_db()
    assert noa.is_active


def test_open_orders_of_others_keep_nobody(noa, amir, dana_web, now):
    make.order(noa, amir, now, state=Stage.State.ACTIVE)
    assert 'type="password"' in dana_web.get("/settings/closing/").content.decode()


def test_closing_asks_for_the_password(noa, noa_web):
    assert noa_web.post("/settings/closing/", {"password": "wrong"}).status_code == 422
    noa.refresh_from_db()
    assert noa.is_active


def test_a_closed_account_leaves_no_address_behind_and_is_signed_out(noa, noa_web):
    verified(noa)
    noa_web.get("/settings/security/")
    assert noa_web.post("/settings/closing/", {"password": persons.PASSWORD}).url == "/"
    noa.refresh_from_db()
    assert not noa.is_active and "noa" not in noa.email
    assert not EmailAddress.objects.filter(user=noa).exists()
    assert not UserSession.objects.filter(user=noa).exists()
    assert noa_web.get("/settings/profile/").status_code == 302


def test_the_address_of_a_closed_account_is_free_again(noa, noa_web):
    verified(noa)
    noa_web.post("/settings/closing/", {"password": persons.PASSWORD})
    assert "error-summary" in log_in(Browser(), "noa@example.org").content.decode()
    sign_up(Browser(), email="noa@example.org")
    assert User.objects.filter(email="noa@example.org").exists()


def test_the_last_owner_cannot_leave(noa, noa_web, dana, now):
    grant_role(noa, role=Role.OWNER, by=None, now=now)
    assert noa_web.post("/settings/closing/", {"password": persons.PASSWORD}).status_code == 422
    grant_role(dana, role=Role.OWNER, by=None, now=now)
    assert noa_web.post("/settings/closing/", {"password": persons.PASSWORD}).status_code == 302


# The first owner

OWNER = {
    "first_name": "אביגיל",
    "last_name": "רז",
    "email": "Owner@example.org",
    "password": "shoham-yam-1948",
    "terms": "on",
}


def test_the_link_makes_the_first_owner_once(client):
    path = f"/owner/{owner.make_token()}/"
    page = client.get(path).content.decode()
    assert is_hebrew(page), sentences(page)
    assert client.post(path, OWNER).url == "/staff/"
    made = User.objects.get(email="owner@example.org")
    assert made.has_role(Role.OWNER) and EmailAddress.objects.get(user=made).verified
    assert client.session["_auth_user_id"] == str(made.pk)
    assert Browser().get(path).status_code == 410
    assert Browser().post(path, {**OWNER, "email": "second@example.org"}).status_code == 410
    assert User.objects.count() == 1


def test_what_is_missing_keeps_the_link_good(client):
    path = f"/owner/{owner.make_token()}/"
    assert client.post(path, {**OWNER, "password": "12345678"}).status_code == 422
    assert not User.objects.exists()
    assert client.get(path).status_code == 200


def test_a_forged_or_old_link_is_over(client, monkeypatch):
    assert client.get("/owner/forged/").status_code == 410
    token = owner.make_token()
    monkeypatch.setattr(policy, "OWNER_LINK_LIFE", timedelta(seconds=-1))
    assert client.get(f"/owner/{token}/").status_code == 410


def test_of_two_links_used_at_once_one_is_refused(now):
    owner.use_up(now)
    with pytest.raises(Refusal):
        owner.use_up(now)


def test_the_link_is_printed_until_it_was_used(capsys, now):
    call_command("owner_link")
    printed = capsys.readouterr().out
    token = re.search(r"/owner/([^/]+)/", printed)[1]
    assert owner.is_good(token)
    Market.objects.update(owner_link_used_at=now)
    call_command("owner_link")
    assert capsys.readouterr().out == ""
    assert not owner.is_good(token)

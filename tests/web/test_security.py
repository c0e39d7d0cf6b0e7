"""What keeps a visitor safe: headers, cookies, hosts, and that no stored word ever becomes code."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.contrib.postgres.fields import ArrayField
from django.core.cache import caches
from django.db import models
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from house.catalog.models import Category, Requirement, ServiceType
from house.catalog.search import note_miss
from house.desk import actions as desk
from house.desk.people import decide_application
from house.notices.letters import send as send_letter
from house.notices.models import Letter, Notice
from house.orders.models import OrderRequirement
from house.people import showing
from house.people.models import AuditEntry, User
from house.web.sentences import SENTENCES

from .. import make
from .lines import AUDIENCES, GUEST, LINES, Line
from .page import Page
from .world import World, new_browser, undone

pytestmark = pytest.mark.django_db

VISITORS = (GUEST, "noa", "amir", "reviewer", "owner")
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


@pytest.fixture(autouse=True)
def _media(world: World, settings: Any) -> None:
    settings.MEDIA_ROOT = world.media


def pages(world: World, visitors: tuple[str, ...] = VISITORS) -> Iterator[tuple[str, Line, Any]]:
    """Every address, as each of these people finds it."""
    for who in visitors:
        browser = world.browser(who)
        for line in LINES:
            if "GET" in line.methods and who in AUDIENCES[line.who]:
                with undone():
                    answer = browser.get(line.path(world))
                    answer.getvalue()
                yield f"{who or 'guest'} {line.name}", line, answer


def refused_forms(world: World) -> Iterator[tuple[str, Any]]:
    """Every form, sent empty by somebody who may."""
    for line in LINES:
        if "POST" in line.methods and AUDIENCES[line.who]:
            who = next((name for name in AUDIENCES[line.who] if name), "")
            with undone():
                yield f"{who} sends {line.name}", world.browser(who).post(line.path(world), {"sent": "1"})


def wrong_headers(answer: HttpResponse) -> list[str]:
    """What is missing from an answer."""
    found = answer.headers
    directives = [each.strip().split(" ", 1) for each in found.get("Content-Security-Policy", "").split(";")]
    policy = {each[0]: each[1] if len(each) > 1 else "" for each in directives}
    wrong = [f"{name} {policy.get(name)}" for name, value in POLICY.items() if policy.get(name) != value]
    wrong += [value for value in policy.values() if "unsafe" in value or "*" in value]
    wanted = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    wanted["Cross-Origin-Opener-Policy"] = "same-origin"
    return wrong + [f"{name}: {found.get(name)}" for name, value in wanted.items() if found.get(name) != value]


def is_page(answer: HttpResponse) -> bool:
    return answer.headers["Content-Type"].startswith("text/html")


# --- headers and code


def test_every_answer_carries_the_headers_and_no_page_holds_code_or_styles_of_its_own(world):
    complaints = []
    for place, line, answer in pages(world):
        if line.name != "file":  # somebody's own bytes, shut in tighter: see below
            complaints += [f"{place}: {each}" for each in wrong_headers(answer)]
        if is_page(answer):
            complaints += [f"{place}: {each}" for each in Page(answer).unsafe()]
    for place, answer in refused_forms(world):
        complaints += [f"{place}: {each}" for each in (*wrong_headers(answer), *Page(answer).unsafe())]
    assert complaints == []


def test_answers_to_mistakes_carry_the_headers_too(world, monkeypatch):
    guest, noa = new_browser(), world.browser("noa")
    strict = Browser(enforce_csrf_checks=True)
    answers = {
        404: guest.get("/nowhere/"),
        405: guest.post("/"),
        400: guest.get("/", headers={"host": "evil.example"}),
        403: strict.post("/support/"),
        409: noa.post(f"/orders/{world.orders['active'].number}/acceptance/"),
    }
    monkeypatch.setattr("house.web.views.market._cities", lambda: 1 / 0)
    answers[500] = guest.get("/")
    for status, answer in answers.items():
        assert answer.status_code == status
        # A wrong host is refused before the older header is set; the policy's frame-ancestors says the same.
        assert wrong_headers(answer) == (["X-Frame-Options: None"] if status == 400 else [])
        assert list(Page(answer).unsafe()) == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_a_mistake_is_told_in_hebrew_with_a_way_on(world, monkeypatch, status):
    guest = Browser(raise_request_exception=False, enforce_csrf_checks=status == 403)
    monkeypatch.setattr("house.web.views.market._cities", lambda: 1 / 0)
    asks = {
        400: lambda: guest.get("/", headers={"host": "evil.example"}),
        403: lambda: guest.post("/support/"),
        404: lambda: guest.get("/nowhere/"),
        409: lambda: world.browser("noa").post(f"/orders/{world.orders['active'].number}/acceptance/"),
        500: lambda: guest.get("/"),
    }
    page = Page(asks[status]())
    assert page.status == status
    assert re.search("[א-ת]{3}", page.heading)
    assert page.hrefs("/")


def test_a_file_of_somebody_is_shut_in_a_sandbox(world):
    """What people upload never runs as a page of ours."""
    answer = world.browser("noa").get(f"/files/{world.things['file']}/")
    assert (answer.status_code, answer.getvalue()[:5]) == (200, b"%PDF-")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_letter_in_the_mailbox_is_framed_by_us_alone_and_runs_nothing(world):
    answer = new_browser().get(f"/mailbox/{world.things['letter'].pk}/?html=1")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "allow-scripts" not in policy and "default-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


# --- cookies

# Guests may fill these forms in, so a token comes with them.
WITH_FORMS = {"cancel", "support", "owner_link", "twin"}
PUBLIC = [line for line in LINES if line.who == "everybody" and "GET" in line.methods and not line.is_allauths]


@pytest.mark.parametrize("line", [line for line in PUBLIC if line.name not in WITH_FORMS], ids=lambda line: line.name)
def test_a_guest_gets_no_cookie_on_a_public_page(world, line):
    """The kept copy of a page is the same for all guests."""
    browser = new_browser()
    for _time in range(2):
        answer = browser.get(line.path(world))
        assert b"csrfmiddlewaretoken" not in answer.getvalue()
        assert not answer.cookies and not browser.cookies


def test_a_guest_gets_but_a_token_where_there_is_a_form(world):
    for line in LINES:
        if line.who == "everybody" and "GET" in line.methods:
            answer = new_browser().get(line.path(world))
            answer.getvalue()
            assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}, line.name


def test_the_page_of_somebody_is_never_kept_for_guests(world):
    path = f"/o/{world.offers['open'].pk}/"
    assert "נועה" not in new_browser().get(path, follow=True).content.decode()
    noa = world.browser("noa").get(path, follow=True).content.decode()
    assert "/accounts/logout/" in noa
    assert "/accounts/logout/" not in new_browser().get(path, follow=True).content.decode()
    caches["local"].clear()
    world.browser("noa").get(path, follow=True)
    assert "/accounts/logout/" not in new_browser().get(path, follow=True).content.decode()


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(world):
    browser = new_browser()
    user = User.objects.get(pk=world.people["noa"].pk)
    user.set_password("a-long-test-password")
    user.save()
    words = {"login": user.email, "password": "a-long-test-password"}
    cookie = browser.post("/accounts/login/", words).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"


# --- hosts and https


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "a b", ""])
def test_another_host_is_refused(host):
    answer = new_browser().get("/accounts/password/reset/", headers={"host": host or "[::"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_load_balancer_may_ask_for_health_by_address():
    assert new_browser().get("/healthz", headers={"host": "10.0.0.7"}).content == b"ok"


ASK_DEPLOY = """
import django, json
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
         "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SESSION_COOKIE_HTTPONLY", "CSRF_TRUSTED_ORIGINS"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_with_https_the_deploy_check_is_clean_and_cookies_travel_encrypted():
    """SITE_URL's scheme decides."""
    ours = {
        "SITE_URL": "https://market.example.org",
        "SECRET_KEY": "k7" * 40 + "!qZ",
        "DJANGO_SETTINGS_MODULE": "house.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", ASK_DEPLOY],
        env={**os.environ, **ours},
        cwd=settings.BASE,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert "no issues" in told.stdout + told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    assert found.pop("SECURE_HSTS_SECONDS") >= 31_536_000
    assert found.pop("CSRF_TRUSTED_ORIGINS") == ["https://market.example.org"]
    assert set(found.values()) == {True}


# --- words that would be code

STRUCTURE = {
    # names, keys and addresses of the program itself, never typed by people
    "about", "card", "content_type", "currency", "email", "event_id", "file", "gateway", "gateway_ref", "icon", "image",
    "key", "kind", "market_key", "number", "outcome", "party", "password", "path", "payment_ref", "picture", "raw", "ref",
    "return_url", "scene", "sha256", "slug", "state", "terms_version", "to", "token", "username", "words", "links",
    "orders.Deadline.subject", "orders.Deadline.error", "orders.ResolutionRequest.reason", "payments.Refund.reason",
    "notices.Letter.html", "notices.Letter.text", "invoice_number",
}  # fmt: skip
# Tables that the database itself keeps from being changed.
APPEND_ONLY = {"AuditEntry", "OrderEvent", "Transfer", "Entry", "Link", "Seal", "SealedHead", "Archived"}
# Codes of the program inside JSON, and what no page shows.
UNSHOWN = {"orders.ResolutionRequest.change", "orders.ResolutionRequest.proof", "orders.RevisionRequest.answers"}
UNSHOWN |= {"desk.Case.name"}  # only letters use it
UNSHOWN |= {"orders.ResolutionRequest.answer"}  # the page of an update shows it; here nobody gave one
UNSHOWN |= {"orders.Charge.title"}  # of a later payment; the first is what stands on the bill
UNSHOWN |= {"inbox.QuickResponse.title", "inbox.QuickResponse.text"}  # nobody here has written one


def texts() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column in which people's words may stand, found in the models themselves."""
    for model in apps.get_models():
        if not model.__module__.startswith("house.") or model.__name__ in APPEND_ONLY:
            continue
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label}.{field.name}"
            base = field.base_field if isinstance(field, ArrayField) else field
            if field.name in STRUCTURE or name in STRUCTURE or base.choices or field.primary_key:
                continue
            if isinstance(base, models.CharField | models.TextField | models.JSONField):
                yield model, field


def evil(mark: str, room: int | None) -> str:
    """As much harm as there is room for."""
    tries = (
        f'<script>{mark}()</script>"><img onerror={mark}>{{{{7*7}}}}',
        f'"><img onerror={mark}>{{{{7*7}}}}',
        f'"><img onerror={mark}>',
    )
    return next((each for each in tries if room is None or len(each) <= room), "")


KEPT = {"kind", "where", "due", "until", "number", "lines_kind"}


def spoiled(value: Any, text: str, name: str = "") -> Any:
    """JSON with every word of people replaced."""
    if isinstance(value, dict):
        return {key: spoiled(each, text, key) for key, each in value.items()}
    if isinstance(value, list):
        return [spoiled(each, text, name) for each in value]
    return text if isinstance(value, str) and name not in KEPT else value


def poison() -> dict[str, str]:
    """Fills every text of the market with code; returns which mark stands in which column."""
    marks = {}
    for number, (model, field) in enumerate(texts()):
        mark = f"a{number}"
        base = field.base_field if isinstance(field, ArrayField) else field
        text = evil(mark, getattr(base, "max_length", None))
        for row in model._default_manager.all():
            now = getattr(row, field.attname)
            if isinstance(field, ArrayField):
                now = [text] * len(now) if now and isinstance(now[0], str) else now
            elif isinstance(field, models.JSONField):
                now = spoiled(now, text)
            elif now is not None:
                now = text
            model._default_manager.filter(pk=row.pk).update(**{field.attname: now})
        if text:
            marks[mark] = f"{model._meta.label}.{field.name}"
    return marks


def harm(html: str) -> list[str]:
    """Code that came through."""
    response = HttpResponse(html)
    found = [str(each) for each in Page(response).elements if "onerror" in each[1]]
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", html, re.DOTALL)
    return found + [each for each in scripts if "()" in each and "onerror" not in each]


def furnish(world: World) -> None:
    """What the world has no use for elsewhere: something in every column."""
    amir, offer, now = world.people["amir"], world.offers["open"], world.now
    desk.add_note(world.things["case"], by=world.people["owner"], text="תשובה", internal=False, now=now)
    make.revise(world.orders["delivered"], now)
    showing.add_showcase(amir.profile, client_name="רשת", supplied="שיפוץ", year=None, agreed=True, now=now)
    showing.set_entries(amir.profile, kind="experience", lines=["עשר שנים"])
    note_miss("ברווז", now)
    ServiceType.objects.create(subcategory=make.category().subcategories.get(), slug="one", name="סוג")
    Category.objects.update(faq=[{"q": "מתי?", "a": "מחר"}])
    decide_application(
        world.things["application"], decision="more_asked", reason="חסר", by=world.people["reviewer"], now=now
    )
    offer.packages.update(items=["איטום"])
    Requirement.objects.create(offer=offer, position=9, text="איזה?", kind="choice", choices=["א", "ב"])
    asked = {"text": "איזה?", "kind": "choice", "choices": ["א", "ב"], "multiple": True}
    for name in ("awaiting", "active"):
        OrderRequirement.objects.create(order=world.orders[name], position=9, chosen=["א"], **asked)
    AuditEntry.objects.create(at=now, by=amir, what="case_note", about="case:1", why=evil("audit", None))


def furnished(world: World) -> Iterator[tuple[str, str]]:
    """Every page that is HTML, and more orders than the table asks for."""
    caches["local"].clear()
    for place, _line, answer in pages(world):
        if is_page(answer):
            yield place, answer.content.decode()
    rooms = ("delivered", "asked", "awaiting", "done")
    paths = [("amir", f"/orders/{world.orders[name].number}/") for name in rooms]
    paths += [("noa", f"{path}requirements/") for _who, path in paths]
    paths += [("owner", f"/staff/orders/{world.orders[name].number}/") for name in rooms]
    paths += [("amir", f"/seller/profile/{part}/") for part in ("showcase", "works", "experience", "areas")]
    paths += [("rival", f"/seller/offers/{world.offers['other'].pk}/edit/{step}/") for step in range(1, 7)]
    for who, path in paths:
        yield f"{who} {path}", world.browser(who).get(path).content.decode()


def admin(world: World) -> Iterator[tuple[str, str]]:
    """Django's own pages of every table, and of a row of each."""
    browser = world.browser("owner")
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"{name}_changelist")]
        paths += [reverse(f"{name}_change", args=[row.pk]) for row in model._default_manager.all()[:1]]
        for path in paths:
            yield path, browser.get(path).content.decode()


def letters() -> Iterator[tuple[str, str]]:
    """Every notice as a letter, and the mailbox that shows it."""
    for notice in Notice.objects.select_related("recipient"):
        send_letter(notice)
    for row in Letter.objects.exclude(html=""):
        yield f"letter {row.pk}", row.html
    for row in Letter.objects.all()[:5]:
        yield f"mailbox {row.pk}", new_browser().get(f"/mailbox/{row.pk}/").content.decode()


def test_no_word_of_people_becomes_code_anywhere(world, settings):
    """Each text column of the database is filled with code, then every page and every letter is looked through, those
    of Django's admin too.
    """
    settings.EMAIL_BACKEND = "house.notices.mailbox.Mailbox"
    furnish(world)
    marks, seen, complaints = poison(), set(), []
    ours = [*furnished(world), *letters()]
    for place, html in chain(ours, admin(world)):
        complaints += [f"{place}: {each}" for each in harm(html)]
        complaints += [f"{place}: reckoned" for _each in re.findall(r"onerror=\w+(?:&gt;|\\u003E)49", html)]
    for _place, html in ours:
        seen |= set(re.findall(r"onerror=(\w+)(?:&gt;|\\u003E)", html))
    assert complaints == []
    assert "audit" in seen
    unshown = {marks[mark] for mark in marks.keys() - seen}
    assert unshown == UNSHOWN, (sorted(unshown - UNSHOWN), sorted(UNSHOWN - unshown))


def test_data_for_machines_stays_data(world):
    """JSON-LD is JSON, whatever a title says."""
    offer = world.offers["open"]
    text = '</script><script>alert(1)</script>"}]'
    type(offer).objects.filter(pk=offer.pk).update(title=text, description=text)
    offer.refresh_from_db()
    html = new_browser().get(offer.path).content.decode()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(found)["name"] == text
    assert harm(html) == []


def test_every_sentence_of_a_refusal_is_hebrew():
    assert [code for code, text in SENTENCES.items() if not re.search("[א-ת]", str(text))] == []

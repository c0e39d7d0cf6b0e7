"""Who may open what: every line of the site, asked by everybody in every way (tests/web/lines.py is the table)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from house.catalog.models import OfferImage
from house.desk.models import Case
from house.orders.actions import chat
from house.orders.models import Delivery
from house.payments.models import Checkout
from house.people.models import PortfolioItem
from house.web.uploads import keep_picture

from .. import make
from .lines import ANY, AUDIENCES, BANNED, GUEST, LEADS_TO_OPENING, LINES, PEOPLE, PROVIDERS, WORDS, Line, flat
from .world import World, new_browser, undone, writes

pytestmark = pytest.mark.django_db

SIGN_IN, OPENING, INACTIVE = (reverse(name) for name in ("account_login", "seller_onboarding", "account_inactive"))
READ_MARKS = {"inbox_conversation", "notices_notice", "catalog_searchmiss", "people_user", "mfa_authenticator"}


def outcome(answer: HttpResponse) -> str:
    """An answer in a word."""
    place = answer.headers.get("Location", "")
    leads = {SIGN_IN: "sign-in", OPENING: "opening", INACTIVE: "inactive"}
    if answer.status_code in (301, 302):
        return leads.get(place.split("?")[0], "opened")
    return {404: "nothing", 405: "method", 403: "forbidden"}.get(
        answer.status_code, "opened" if answer.status_code < 500 else "broken"
    )


def expected(line: Line, who: str, method: str) -> set[str]:
    """What the table says. allauth judges the person before the method, so its answer to an odd one varies."""
    if who == BANNED:
        return {"inactive"}
    if method not in line.methods:
        return {"method", "sign-in", "opened", "nothing"} if line.is_allauths else {"method"}
    if line.who == "who is signing in":
        return {"sign-in", "opened"}
    if line.who == "members, as allauth judges" and who != GUEST:
        return {"opened", "nothing"}
    if who in AUDIENCES[line.who]:
        return {"opened", "opening"} if line.name == "seller_onboarding" else {"opened"}
    if who == GUEST:
        return {"sign-in"}
    return {"opening"} if line.who in LEADS_TO_OPENING and who not in PROVIDERS else {"nothing"}


def ask(browser: Browser, line: Line, world: World, method: str, session: str) -> Any:
    if session:
        browser.cookies[settings.SESSION_COOKIE_NAME] = session
    path = line.path(world)
    if method == "POST":
        return browser.post(path, {**WORDS, **line.words})
    return browser.generic(method, path)


def tried(world: World, who: str, lines: list[Line]) -> Iterator[str]:
    """Complaints about what differs from the table."""
    browser = world.browser(who)
    cookie = browser.cookies.get(settings.SESSION_COOKIE_NAME)
    for line in lines:
        for method in ANY:
            with undone(), writes() as written:
                answer = ask(browser, line, world, method, cookie.value if cookie else "")
                answer.getvalue()  # a file is read to its end, and closed
            found, wanted = outcome(answer), expected(line, who, method)
            place = f"{who or 'guest'} {method} {line.name}"
            if found not in wanted:
                yield f"{place}: {found} ({answer.status_code}), not {' or '.join(wanted)}"
            allowed = READ_MARKS if method == "GET" else written if method == "POST" and "opened" in wanted else set()
            if line.name.startswith("mfa_"):
                allowed = allowed | {"mfa_authenticator"}  # a code that is shown for the first time is written down
            if written - allowed:
                yield f"{place}: {found}, and wrote to {written}"


def test_every_line_of_the_site_has_a_row():
    assert {str(each.name) for each in flat() if not each.is_admins} == {line.name for line in LINES}


@pytest.mark.parametrize("who", [GUEST, BANNED, *PEOPLE], ids=lambda who: who or "guest")
def test_everybody_finds_what_the_table_says(world, settings, who):
    """DEC-20, DEC-37: what is not yours does not exist, and asking for it changes nothing."""
    settings.MEDIA_ROOT = world.media
    assert "\n".join(tried(world, who, LINES)) == ""


def doors() -> dict[str, str]:
    """An address for every line of ours that is not everybody's; nothing in it exists."""
    private = {
        line.name for line in LINES if line.who not in ("everybody", "who is signing in") and not line.is_allauths
    }
    made_up = {"uuid": "5f0f3f5e-0000-4000-8000-000000000001", "int": "1", "sheet": "csv"}
    made_up |= dict.fromkeys(("slug", "str", "path"), "x")
    return {
        str(each.name): "/" + re.sub(r"<(\w+):\w+>", lambda found: made_up[found[1]], each.path)
        for each in flat()
        if str(each.name) in private
    }


def test_a_guest_is_led_to_the_sign_in_before_anything_is_looked_up(db):
    """DEC-20: a door that stands after the look-up would tell what exists."""
    browser = new_browser()
    found = {}
    for name, path in doors().items():
        answers = {outcome(browser.get(path)), outcome(browser.post(path, WORDS))}
        found[name] = answers - {"method"}
    assert len(found) > 50
    assert {name: answers for name, answers in found.items() if answers != {"sign-in"}} == {}


# --- Django's admin: one family of lines, for the owner's eyes


def admin_paths() -> list[str]:
    """Every address of the admin, with 1 for whatever it asks for."""
    return ["/" + re.sub(r"<[^>]+>|\(\?P<url>\.\*\)\$", "1", each.path) for each in flat() if each.is_admins]


@pytest.mark.parametrize(
    ("who", "method", "answer"), [("", "GET", 302), ("dana", "POST", 404), ("support", "GET", 404)]
)
def test_the_admin_does_not_exist_but_for_the_owner(world, who, method, answer):
    """DEC-20"""
    browser = world.browser(who)
    with undone(), writes() as written:
        found = {browser.generic(method, path).status_code for path in admin_paths()}
    assert (found, written) == ({answer}, set())


def test_the_owner_reads_the_admin_and_changes_nothing_there(world):
    """DEC-20: every change goes through the market's own verbs."""
    browser = world.browser("owner")
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    with undone(), writes() as written:
        for path in admin_paths():
            browser.cookies[settings.SESSION_COOKIE_NAME] = session  # one of these addresses signs out
            assert browser.post(path, WORDS).status_code < 500, path
    assert written == set()


# --- forged forms


def test_a_form_without_its_token_is_refused_everywhere(world):
    """A page of another site cannot act for somebody who is signed in here."""
    strict = Browser(enforce_csrf_checks=True).handler
    for line in LINES:
        if "POST" not in line.methods or line.name in ("hook", "mail_stop", "settings"):
            continue
        browser = new_browser()
        browser.handler = strict
        who = next((name for name in AUDIENCES[line.who] if name), "")
        if who:
            browser.force_login(world.people[who])
        with writes() as written:
            answer = browser.post(line.path(world), {**WORDS, **line.words})
        assert (line.name, answer.status_code, written) == (line.name, 403, set())
        assert "הטופס התיישן" in answer.content.decode()


def test_only_signed_addresses_need_no_token():
    """A gateway's messages are signed, and so is the link that stops letters (RFC 8058)."""
    exempt = {str(each.name) for each in flat() if getattr(each.callback, "csrf_exempt", False)}
    assert exempt == {"hook", "mail_stop"}


# --- children: what belongs to somebody else, named from inside one's own things


def rows(*models: type[Model]) -> list[object]:
    """Everything in these tables, to compare."""
    return [sorted(model._default_manager.values_list(), key=str) for model in models]


def test_a_message_of_another_order_proves_nothing(world):
    """DEC-46"""
    foreign = chat.say(world.orders["done"], text="תודה", files=[], by=world.people["noa"], now=world.now)
    number = world.orders["active"].number
    words = {"reason": "other", "explanation": WORDS["explanation"], "proof": f"message:{foreign.pk}"}
    answer = world.browser("noa").post(f"/orders/{number}/cancellation/", words)
    assert answer.status_code == 422
    assert not world.orders["active"].requests.exists()


def test_a_delivery_of_another_order_proves_nothing(world):
    """DEC-46"""
    foreign = Delivery.objects.get(stage__order=world.orders["delivered"])
    number = world.orders["active"].number
    words = {"reason": "other", "explanation": WORDS["explanation"], "proof": f"delivery:{foreign.pk}"}
    assert world.browser("noa").post(f"/orders/{number}/cancellation/", words).status_code == 422
    assert not world.orders["active"].requests.exists()


@pytest.mark.parametrize("step", ["removal", "first"])
def test_a_picture_of_somebody_elses_offer_is_out_of_reach_from_ones_own(world, step):
    own, foreign = world.offers["other"], world.offers["open"].images.get()
    before = rows(OfferImage)
    answer = world.browser("rival").post(f"/seller/offers/{own.pk}/images/{foreign.pk}/{step}/")
    assert (answer.status_code, rows(OfferImage)) == (404, before)


def test_a_file_of_somebody_else_cannot_be_taken_into_the_gallery(world, settings):
    """DEC-50: only a picture that waits for this offer, of this provider."""
    settings.MEDIA_ROOT = world.media
    waiting = keep_picture(
        make.picture(5000, 3000), owner=world.people["amir"], offer=world.offers["draft"], now=world.now
    )
    before = rows(OfferImage)
    for who, offer, pk in (
        ("rival", world.offers["other"], waiting.pk),
        ("amir", world.offers["open"], waiting.pk),
        ("amir", world.offers["draft"], world.things["file"]),
    ):
        world.browser(who).post(f"/seller/offers/{offer.pk}/images/", {"waiting": str(pk)})
    assert rows(OfferImage) == before


def test_a_picture_that_waits_is_seen_by_its_owner_alone(world, settings):
    """DEC-50"""
    settings.MEDIA_ROOT = world.media
    waiting = keep_picture(make.picture(), owner=world.people["amir"], offer=world.offers["draft"], now=world.now)
    answers = {who: world.browser(who).get(f"/files/{waiting.pk}/") for who in ("amir", "noa", "support", "rival")}
    assert {who: (answer.status_code, len(answer.getvalue()) > 0)[0] for who, answer in answers.items()} == {
        "amir": 200,
        "noa": 404,
        "support": 404,
        "rival": 404,
    }


def test_a_file_of_a_conversation_opens_for_the_two_alone(world, settings):
    settings.MEDIA_ROOT = world.media
    (pk,) = world.things["thread"].messages.first().files
    found = {}
    for who in ("noa", "amir", "dana", "rival", "support", "moderator"):
        answer = world.browser(who).get(f"/files/{pk}/")
        answer.getvalue()
        found[who] = answer.status_code
    assert found == {"noa": 200, "amir": 200, "dana": 404, "rival": 404, "support": 404, "moderator": 404}


def test_the_work_of_another_provider_stays(world):
    before = rows(PortfolioItem)
    pk = world.things["others_work"].pk
    world.browser("amir").post(f"/seller/profile/works/{pk}/removal/")
    assert rows(PortfolioItem) == before


def test_an_extra_of_another_offer_cannot_be_ordered(world):
    foreign = world.offers["other"].extras.first()
    path = f"/offers/{world.offers['open'].pk}/checkout/"
    words = {**WORDS, f"extra_{foreign.pk}": "1", "key": "b" * 22}
    assert world.browser("dana").post(path, words).status_code == 422
    assert not Checkout.objects.filter(client=world.people["dana"]).exists()


def test_the_key_of_somebody_elses_checkout_opens_nothing(world):
    """DEC-31: a key is its client's own."""
    taken, before = world.checkouts["open"], rows(Checkout)
    answer = world.browser("dana").post(
        f"/offers/{world.offers['open'].pk}/checkout/", {**WORDS, "key": taken.token, "extra_0": ""}
    )
    assert (answer.status_code, rows(Checkout)) == (422, before)


def test_somebody_elses_order_is_not_named_in_a_case(world):
    path = f"/support/?about={world.orders['active'].about}"
    world.browser("dana").post(path, {"subject": "שאלה", "text": "מה קורה עם ההזמנה?"})
    assert Case.objects.filter(opened_by=world.people["dana"], kind="support").latest("pk").about == ""


def test_the_device_of_somebody_else_stays_signed_in(world):
    noa = world.browser("noa")
    noa.get("/me/")
    device = UserSession.objects.get(user=world.people["noa"])
    world.browser("dana").post("/settings/security/", {"session": str(device.pk)})
    assert noa.get("/me/").status_code == 200


def test_support_and_moderators_each_see_their_own_kind_of_case(world):
    """DEC-20"""
    report, case = world.things["report"].number, world.things["case"].number
    seen = {
        (who, number == report): world.browser(who).get(f"/staff/cases/{number}/").status_code
        for who in ("support", "moderator")
        for number in (report, case)
    }
    assert seen == {
        ("support", True): 404,
        ("support", False): 200,
        ("moderator", True): 200,
        ("moderator", False): 404,
    }


@pytest.mark.parametrize("state", ["draft", "pending", "denied", "removed"])
def test_an_offer_that_is_not_on_the_market_exists_for_its_provider_and_staff_alone(world, state):
    """F-1, F-10"""
    offer = world.offers[state]
    pages = [offer.path, f"/o/{offer.pk}/", f"/offers/{offer.pk}/total/"]
    asking = [f"/offers/{offer.pk}/question/", f"/offers/{offer.pk}/checkout/", f"/offers/{offer.pk}/report/"]
    for who in ("dana", "noa", "rival", "finance"):
        assert {world.browser(who).get(path).status_code for path in pages + asking} == {404}, who
    assert {world.browser("").get(path).status_code for path in pages} == {404}
    for who in ("amir", "reviewer"):
        assert world.browser(who).get(offer.path).status_code == 200


@pytest.mark.parametrize(
    "name", ["../../uploads/x.jpg", "uploads/ab/abc.jpg", "offers/../uploads/x.jpg", "offers//x.jpg"]
)
def test_uploads_are_not_public_pictures(world, name):
    assert world.browser("").get(f"/media/{name}").status_code == 404

"""No page asks the database more as its lists grow: the same number of statements for 3 rows and for 20."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from house.catalog import actions as catalog
from house.catalog.models import Offer
from house.desk.actions import open_report, open_support_case
from house.desk.people import submit_application
from house.inbox.actions import open_conversation, say
from house.orders.actions import chat, work
from house.orders.models import Order
from house.people.actions import open_provider
from house.people.models import Profile, User
from house.reputation.actions import review

from .. import make, persons

FEW, MANY = 3, 20
Grow = Callable[[range], None]


def asked(browser: Browser, address: str) -> int:
    """Statements of one visit, nothing of it kept from another."""
    caches["local"].clear()
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200, address
    return len(seen)


def grown(browser: Browser, addresses: list[str], grow: Grow) -> dict[str, tuple[int, int]]:
    """Of each page: statements with few rows, and with many; the first visit of a browser is not counted."""
    grow(range(FEW))
    asked(browser, addresses[0])
    few = {address: asked(browser, address) for address in addresses}
    grow(range(FEW, MANY))
    return {address: (few[address], asked(browser, address)) for address in addresses}


def growing(found: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {address: numbers for address, numbers in found.items() if numbers[0] != numbers[1]}


@pytest.fixture
def shelf(amir, now) -> Grow:
    """Offers of a provider whose level allows twenty."""
    Profile.objects.filter(user=amir).update(level=Profile.Level.TOP_RATED)

    def grow(numbers: range) -> None:
        for _ in numbers:
            make.offer(User.objects.get(pk=amir.pk), now)

    return grow


@pytest.fixture
def book(noa, amir, now) -> Grow:
    """Orders of one client with one provider: waiting for requirements, at work, done; with talk in each."""
    plain, asking = make.offer(amir, now), make.offer(amir, now, requirements=make.REQUIREMENTS)

    def grow(numbers: range) -> None:
        for number in numbers:
            order = ordered(noa, asking if number % 3 == 0 else plain, now)
            chat.say(order, text="מתי מתחילים?", files=[], by=noa, now=now)
            if number % 3 == 1:
                accepted(order, now + timedelta(days=2))

    return grow


def ordered(client: User, offer: Offer, now: datetime) -> Order:
    row = make.checkout(offer, client, now)
    make.pay(row, now)
    return Order.objects.get(checkout=row)


def accepted(order: Order, now: datetime) -> None:
    make.deliver(order, now)
    work.accept(make.stage(order), by=order.client, now=now)


@pytest.fixture
def crowd(noa, now) -> Grow:
    """People who wrote to Noa."""

    def grow(numbers: range) -> None:
        for number in numbers:
            other = persons.client(f"friend{number}", "חברה", "", now)
            say(open_conversation(noa, other, now=now), author=other, text="שלום", now=now)

    return grow


@pytest.fixture
def desks(amir, dana, now) -> Grow:
    """Something new in every queue of the staff."""
    Profile.objects.filter(user=amir).update(level=Profile.Level.TOP_RATED)

    def grow(numbers: range) -> None:
        for number in numbers:
            provider = User.objects.get(pk=amir.pk)
            catalog.submit(make.draft(provider, now), by=provider, now=now, rights=True)
            user = persons.client(f"new{number}", "חדשה", "", now)
            profile = open_provider(user, username=f"new{number}", business_name="", now=now)
            submit_application(
                profile, text="סטודיו לעיצוב פנים באשקלון, עם ניסיון של עשר שנים.", registry_number="1", now=now
            )
            open_support_case(by=dana, about="", subject="שאלה", text="איך משנים סיסמה?", now=now)
            open_report(by=user, about="offer:1", reason="copied", text="תמונה שלי", now=now)

    return grow


def test_public_lists_ask_the_same_for_few_offers_and_for_many(shelf, amir):
    """Home, search, category, a provider's page, and the offers beside an offer."""
    pages = ["/", "/search/", "/search/?q=שיפוץ&place=ashkelon", "/c/renovation/", f"/pro/{amir.profile.username}/"]
    assert growing(grown(Browser(), pages, shelf)) == {}
    offer = Offer.objects.order_by("pk")[0]
    assert asked(Browser(), offer.path) == asked(Browser(), Offer.objects.order_by("-pk")[0].path)


def test_an_offer_asks_the_same_for_few_reviews_and_for_many(noa, amir, now):
    offer = make.offer(amir, now)

    def grow(numbers: range) -> None:
        for _ in numbers:
            reviewed_order(noa, offer, now)

    assert growing(grown(Browser(), [offer.path, f"/pro/{amir.profile.username}/"], grow)) == {}


def reviewed_order(client: User, offer: Offer, now: datetime) -> None:
    """An order of the offer, accepted, and reviewed by both sides so that it shows."""
    order, later = ordered(client, offer, now), now + timedelta(days=2)
    accepted(order, later)
    order.refresh_from_db()
    review(order, by=client, text="עבודה יפה מאוד, בזמן.", quality=5, communication=4, value=5, now=later)
    review(order, by=offer.provider, text="לקוחה נעימה מאוד.", stars=5, now=later)


def test_a_clients_lists_ask_the_same_for_few_orders_and_for_many(book, noa_web):
    """Orders in each tab, the client's home, receipts, threads in the inbox, notices."""
    pages = ["/orders/", "/orders/?tab=all", "/me/", "/me/documents/", "/inbox/", "/notifications/"]
    assert growing(grown(noa_web, pages, book)) == {}


def test_a_providers_lists_ask_the_same_for_few_orders_and_for_many(book, amir_web):
    """The board, offers, orders, earnings."""
    pages = ["/seller/", "/seller/offers/", "/seller/orders/?tab=all", "/seller/earnings/", "/notifications/"]
    assert growing(grown(amir_web, pages, book)) == {}


def test_the_inbox_asks_the_same_for_few_people_and_for_many(crowd, noa_web):
    assert growing(grown(noa_web, ["/inbox/", "/notifications/"], crowd)) == {}


def test_a_conversation_asks_the_same_for_few_messages_and_for_many(noa, dana, noa_web, now):
    thread = open_conversation(noa, dana, now=now)

    def grow(numbers: range) -> None:
        for _ in numbers:
            say(thread, author=dana, text="שלום", now=now)

    assert growing(grown(noa_web, [f"/inbox/{thread.pk}/"], grow)) == {}


def test_an_order_asks_the_same_for_few_messages_and_for_many(noa, amir, noa_web, now):
    order = make.order(noa, amir, now)

    def grow(numbers: range) -> None:
        for _ in numbers:
            chat.say(order, text="הנה עוד שאלה", files=[], by=amir, now=now)

    assert growing(grown(noa_web, [f"/orders/{order.number}/"], grow)) == {}


def test_staff_queues_ask_the_same_for_few_rows_and_for_many(desks, shira_web):
    """DEC-20's desks: offers, applications, cases, people, content."""
    pages = [
        "/staff/",
        "/staff/moderation/",
        "/staff/applications/",
        "/staff/cases/",
        "/staff/users/",
        "/staff/content/",
    ]
    assert growing(grown(shira_web, pages, desks)) == {}

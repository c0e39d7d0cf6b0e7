"""What is measured: the same turns for the product and for the floor."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count
from django.utils import timezone
from django.utils.crypto import get_random_string

from house.catalog.models import Offer
from house.gateways.payments.twin import books, signing
from house.gateways.payments.twin.models import TwinPayment
from house.inbox.actions import open_conversation
from house.payments.models import GatewayEvent
from house.people.models import User

from .browser import Browser
from .load import SEED

Turn = Callable[[Browser, int], None]
CSRF = "b" * 32


@dataclass(frozen=True)
class Subject:
    """`turn` is one go at the product, `floor` the same at the floor; `bar` is how often the floor is allowed.

    `least` is how many turns make a figure; short turns need more of them.
    """

    name: str
    turn: Turn
    floor: Turn
    bar: float | None = None
    least: int = 200
    signed_in: bool = False


def subjects() -> list[Subject]:
    """In the order of the table."""
    rng = Random(SEED)
    return [
        Subject("home", _fresh(["/"]), _fresh(["/"]), bar=3),
        Subject("home, kept for guests", _kept("/"), _kept("/healthz"), least=3000),
        *_listings(rng),
        _pages("offer", _offers(rng), bar=2),
        *_writing(rng),
    ]


def _pages(name: str, addresses: list[str], bar: float) -> Subject:
    return Subject(name, _fresh(addresses), _fresh(addresses), bar)


def _fresh(addresses: list[str]) -> Turn:
    """Each turn at an address of its own, so that no kept copy answers."""

    def turn(browser: Browser, number: int) -> None:
        address = addresses[number % len(addresses)]
        browser.get(f"{address}{'&' if '?' in address else '?'}turn={number}")

    return turn


def _kept(address: str) -> Turn:
    def turn(browser: Browser, number: int) -> None:
        browser.get(address)

    return turn


def _listings(rng: Random) -> list[Subject]:
    words, pairs, rare = _searched(rng)
    slugs = list(Offer.objects.values_list("category__slug", flat=True).distinct().order_by("category__slug"))
    towns = ("ashkelon", "ashdod", "kiryat-gat", "sderot")
    kinds = {
        "category": [f"/c/{slug}/" for slug in slugs],
        "category, page 5": [f"/c/{slug}/?page=5" for slug in slugs],
        "search, everything": ["/search/"],
        "search, a word": [f"/search/?q={word}" for word in words],
        "search, two words": [f"/search/?q={pair}" for pair in pairs],
        "search, a rare word": [f"/search/?q={word}" for word in rare],
        "search, word, place, price": [f"/search/?q={word}&place={town}&max=2000" for word in words for town in towns],
        "search, place": [f"/search/?place={town}" for town in towns],
        "search, stars, by price": [f"/search/?rating={stars}&sort=price" for stars in (4, 4.5, 4.8)],
        "search, a word, by price": [f"/search/?q={word}&sort=price" for word in words],
        "search, by stars": ["/search/?sort=rating"],
        "search, newest": ["/search/?sort=new"],
    }
    return [_pages(name, addresses, bar=3) for name, addresses in kinds.items()]


def _searched(rng: Random) -> tuple[list[str], list[str], list[str]]:
    """Words as people type them, of titles that are there."""
    titles = list(Offer.objects.filter(state="published").order_by("pk").values_list("title", flat=True)[:2000])
    long = [[word.strip(",.") for word in title.split() if len(word) > 3] for title in rng.sample(titles, 40)]
    words = [quote_plus(rng.choice(each)) for each in long if each]
    pairs = [quote_plus(" ".join(each[1:3])) for each in long if len(each) > 2]
    models = Offer.objects.filter(state="published", tags__icontains="דגם").values_list("tags", flat=True)[:40]
    rare = [quote_plus(tag) for tags in models for tag in tags if tag.startswith("דגם")]
    return words, pairs, rare


def _offers(rng: Random) -> list[str]:
    rows = list(Offer.objects.filter(state="published", provider__standing="good").order_by("pk")[:5000])
    return [offer.path for offer in rng.sample(rows, min(200, len(rows)))]


def sign_in(browser: Browser) -> None:
    """The first client, as a browser that has signed in."""
    user = _client()
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    browser.cookies = {"sessionid": str(session.session_key), "csrftoken": CSRF}


def _client() -> User:
    return User.objects.filter(profile=None).order_by("pk")[0]


def _writing(rng: Random) -> list[Subject]:
    client = _client()
    rows = Offer.objects.filter(state="published", provider__standing="good").annotate(asks=Count("requirements"))
    asking = list(rows.filter(asks__gt=0).order_by("-rank")[:200])
    talk = open_conversation(client, asking[0].provider, now=timezone.now())
    says = {"text": "שלום, מתי אפשר להתחיל? יש גישה לחניה ומעלית, והדירה בקומה שלישית."}
    sides = {"author": str(client.pk), "other": str(asking[0].provider_id)}
    address = f"/inbox/{talk.pk}/messages/"

    def message(browser: Browser, number: int) -> None:
        browser.post(address, {**says, **sides})

    def order(browser: Browser, number: int) -> None:
        _order(browser, asking[number % len(asking)], client)

    return [
        Subject("placing an order", order, order, bar=2, signed_in=True),
        Subject("posting a message", message, message, signed_in=True),
    ]


def _order(browser: Browser, offer: Offer, client: User) -> None:
    """Checkout, webhook and errand; what the payer does at the gateway in between is nobody's cost."""
    words = {"package": "1", "quantity": "1", "key": get_random_string(22), "terms": "on", "client": str(client.pk)}
    sent = browser.post(f"/offers/{offer.pk}/checkout/", {**words, "invoice_name": "נועה ברק", "invoice_number": ""})
    payment = books.settle(sent.headers["Location"].split("/")[2], TwinPayment.State.PAID)
    assert payment is not None
    told = books.event(payment)
    body = json.dumps(told).encode()
    browser.send("/hooks/local/", body, {signing.HEADER: signing.sign(body, now=timezone.now())})
    pk = GatewayEvent.objects.values_list("pk", flat=True).get(event_id=told["id"])
    browser.send(f"/errand/{pk}/")

"""The floor: each page's result from the same tables by a view of a few lines, with nothing around it.

The views below read what the product's pages read and print the same facts as plain HTML: no middleware, no
templates, no translation, no forms. Whatever a page costs above this is what its looks and guards cost.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import escape

from house.catalog.models import Category, Offer, Subcategory
from house.catalog.search import forms, words
from house.people.models import Place, Profile
from house.reputation.models import Review

from . import floor_writes

FALLEN = ("suspended", "blocked")
BY_STARS = F("rating").desc(nulls_last=True)
SORTS = {"price": ("price_from", "-rank"), "rating": (BY_STARS, "-rank"), "new": ("-published_at", "-id")}


def _on_market() -> QuerySet[Offer]:
    shown = Offer.objects.filter(state="published", category__open=True, provider__is_active=True)
    shown = shown.exclude(provider__standing__in=FALLEN).defer("words", "description")
    return shown.select_related("provider__profile").prefetch_related("images", "places")


def _card(offer: Offer) -> str:
    user, cover, places = offer.provider, offer.images.all()[:1], offer.places.all()
    return (
        f'<article><img src="{escape(cover[0].card.url if cover else "")}"><img src="{escape(user.picture.url)}">'
        f"<p>{escape(user.display_name)} {user.profile.get_level_display()}</p>"
        f'<h3><a href="{escape(offer.path)}">{escape(offer.title)}</a></h3>'
        f"<p>{offer.rating or ''} ({offer.reviews}) {escape(places[0].name if places else '')}</p>"
        f"<p>{bool(user.profile.authorised_at)} {offer.price_from}</p></article>"
    )


def _page(*parts: str) -> HttpResponse:
    return HttpResponse("".join(("<!doctype html><html lang=he dir=rtl><body>", *parts, "</body></html>")))


def _rows(tag: str, names: Iterable[object]) -> str:
    return "".join(f"<{tag}>{escape(name)}</{tag}>" for name in names)


def home(request: HttpRequest) -> HttpResponse:
    theirs = Offer.objects.filter(state="published", category=OuterRef("pk")).order_by("price_from")
    cheapest = Subquery(theirs.values("price_from")[:1])
    categories = Category.objects.filter(open=True).annotate(cheapest=cheapest).order_by("position")
    places = Place.objects.exclude(kind="neighbourhood")
    good = Profile.objects.filter(authorised_at__isnull=False, user__is_active=True, user__standing="good")
    best = good.filter(reviews__gt=0).select_related("user").order_by("-rating", "-reviews", "pk")[:4]
    return _page(
        _rows("li", (f"{row.name} {row.cheapest}" for row in categories)),
        _rows("option", places),
        *map(_card, _on_market().order_by("-rank", "-id")[:8]),
        _rows("p", (f"{row.user.display_name} {row.business_name} {row.rating} {row.reviews}" for row in best)),
    )


def _listing(request: HttpRequest, offers: QuerySet[Offer], *before: str) -> HttpResponse:
    asked = request.GET
    for word in words(asked.get("q", "")):
        offers = offers.filter(words__overlap=sorted(forms(word)))
    numbers = {"max": "price_from__lte", "min": "price_from__gte", "days": "days_from__lte", "rating": "rating__gte"}
    times = {"max": 100, "min": 100}
    offers = offers.filter(**{numbers[key]: float(asked[key]) * times.get(key, 1) for key in numbers if key in asked})
    if place := asked.get("place"):
        there = Q(places__slug=place) | Q(places__children__slug=place) | Q(places__parent__slug=place)
        there |= Q(where="online")
        offers = offers.filter(pk__in=Offer.objects.filter(there).values("pk"))
    number = offers.order_by()[:1001].count()
    first = 24 * (int(asked.get("page", 1)) - 1)
    by: tuple[Any, ...] = SORTS.get(asked.get("sort", ""), ("-rank", "-id"))
    if asked.get("sort") == "near":
        here = Place.objects.get(slug=asked["place"])
        north, east = F("provider__profile__place__lat") - here.lat, F("provider__profile__place__lon") - here.lon
        by = (north * north + east * east, *by)
    sorted_ = offers.order_by(*by)
    return _page(*before, f"<h1>{number}</h1>", *map(_card, sorted_[first : first + 24]))


def category(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Category, slug=slug, open=True)
    head = (escape(row.intro), escape(row.price_note), _rows("p", (f"{each['q']} {each['a']}" for each in row.faq)))
    subs = Subcategory.objects.filter(category=row)
    return _listing(request, _on_market().filter(category=row), *head, _rows("li", subs))


def search(request: HttpRequest) -> HttpResponse:
    categories, places = Category.objects.filter(open=True), Place.objects.select_related("parent")
    names = (f"{row.parent.name if row.parent else ''} {row.name}" for row in places)
    return _listing(request, _on_market(), _rows("option", categories), _rows("option", names))


PARTS = ("packages", "extras", "faq", "images", "places", "requirements")


def offer(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    rows = Offer.objects.select_related("category", "subcategory", "provider__profile__place").defer("words")
    row = get_object_or_404(rows.prefetch_related(*PARTS), pk=pk, state="published")
    profile = row.provider.profile
    shown = Review.objects.filter(order__offer=row, party="client", published_at__isnull=False)
    stars = shown.values("stars").annotate(number=Count("pk"))
    means = shown.aggregate(Avg("quality"), Avg("communication"), Avg("value"))
    similar = _on_market().filter(category=row.category).exclude(pk=pk).order_by("-rank")[:4]
    return _page(
        f"<h1>{escape(row.title)}</h1><p>{row.category} {row.subcategory} {row.rating} {row.reviews}</p>",
        "".join(f'<img src="{escape(each.image.url)}">' for each in row.images.all()),
        _rows("p", (row.provider.display_name, profile.business_name, profile.place, profile.completed_orders)),
        _rows("p", (f"{each.name} {each.text} {each.price} {each.days} {each.items}" for each in row.packages.all())),
        _rows("p", (f"{each.title} {each.text} {each.price} {each.days}" for each in row.extras.all())),
        _rows("p", [row.description, *row.tags]),
        _rows("li", (each.text for each in row.requirements.all())),
        _rows("p", (f"{each.question} {each.answer}" for each in row.faq.all())),
        _rows("li", (f"{each['stars']} {each['number']}" for each in stars)),
        _rows("li", means.values()),
        _rows("p", (f"{each.author} {each.stars} {each.text}" for each in shown.select_related("author")[:6])),
        _rows("li", row.places.all()),
        *map(_card, similar),
    )


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def at_once(write: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The floor's writes take their moment as the verbs do."""
    return lambda request, **kwargs: write(request, now=datetime.now(UTC), **kwargs)


urlpatterns = [
    path("", home),
    path("healthz", healthz),
    path("c/<slug:slug>/", category),
    path("search/", search),
    path("offers/<int:pk>-<str:slug>/", offer),
    path("offers/<int:pk>/checkout/", at_once(floor_writes.checkout)),
    path("hooks/local/", at_once(floor_writes.hook)),
    path("errand/<int:pk>/", at_once(floor_writes.errand)),
    path("inbox/<int:pk>/messages/", at_once(floor_writes.message)),
]

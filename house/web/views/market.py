"""Finding: home, category, search, profile. Public, GET, linkable."""

from functools import partial

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from house.catalog.models import Category, Subcategory
from house.catalog.search import find, listed, market, note_miss, priced
from house.people import away
from house.people.models import Place, Profile, ShowcaseEntry, User
from house.reputation.models import Review

from ..cache import for_guests
from ..finding import chips, fewer
from ..forms.search import read
from ..request import Request
from ..seo import person_data, site_data

ON_HOME = 8
PROVIDERS_ON_HOME = 4
ON_PROFILE = 12
REVIEWS = 6


@require_safe
@for_guests
def home(request: Request) -> HttpResponse:
    """Page 1."""
    context = {
        "categories": priced(Category.objects.filter(open=True)).order_by("position"),
        "places": _cities(),
        "offers": listed(market(request.now).order_by("-rank", "-id"))[:ON_HOME],
        "providers": _best_providers(),
        "data": site_data(),
    }
    return render(request, "market/home.html", context)


def _cities() -> list[Place]:
    return list(Place.objects.exclude(kind=Place.Kind.NEIGHBOURHOOD))


def _best_providers() -> list[Profile]:
    good = Profile.objects.filter(authorised_at__isnull=False, user__is_active=True, user__standing=User.Standing.GOOD)
    rows = good.filter(reviews__gt=0).select_related("user", "place").order_by("-rating", "-reviews", "pk")
    return list(rows[:PROVIDERS_ON_HOME])


@require_safe
@for_guests
def category(request: Request, category: str) -> HttpResponse:
    """Page 2: subcategories, price guide, notes, offers."""
    row = get_object_or_404(Category.objects.prefetch_related("subcategories"), slug=category, open=True)
    query = read(request.GET, category=row.slug)
    sub = row.subcategories.filter(slug=query.subcategory).first() if query.subcategory else None
    context = {
        "category": row,
        "sub": sub,
        "query": query,
        "results": find(query, now=request.now),
        "address": _address(request),
    }
    return render(request, "market/category.html", context)


@require_safe
@for_guests
def search(request: Request) -> HttpResponse:
    """Page 3: words, filters, chips, counts, and a way out of an empty page."""
    query = read(request.GET)
    results = find(query, now=request.now)
    if query.text and not results.offers and query.page == 1:
        note_miss(query.text, request.now)
    context = {
        "query": query,
        "query_text": query.text,
        "results": results,
        "chips": chips(query),
        "fewer": fewer(query, partial(find, now=request.now)) if not results.offers else [],
        "categories": Category.objects.filter(open=True),
        "subcategories": Subcategory.objects.filter(category__slug=query.category) if query.category else [],
        "places": Place.objects.values_list("slug", "name", "parent__name"),
        "levels": Profile.Level.choices,
        "address": _address(request),
    }
    template = "market/results.html" if request.headers.get("HX-Target") == "results" else "market/search.html"
    return render(request, template, context)


def _address(request: Request) -> str:
    """The query string without its page, ready to be continued."""
    kept = request.GET.copy()
    kept.pop("page", None)
    text = kept.urlencode()
    return f"{text}&" if text else ""


@require_safe
@for_guests
def profile(request: Request, username: str) -> HttpResponse:
    """Page 7: a provider's public face (PROF). A blocked or closed account has none."""
    shown = ShowcaseEntry.objects.filter(client_agreed=True, taken_off_at=None)
    row = get_object_or_404(
        Profile.objects.select_related("user", "place").prefetch_related(
            "areas", "entries", "portfolio", Prefetch("showcase", shown)
        ),
        username=username,
        user__is_active=True,
    )
    if row.user.standing == User.Standing.BLOCKED:
        return render(request, "market/gone.html", {}, status=410)
    reviews = Review.objects.filter(subject=row.user, party="client", published_at__isnull=False)
    context = {
        "profile": row,
        "offers": listed(market(request.now).filter(provider=row.user).order_by("-rank", "-id"))[:ON_PROFILE],
        "reviews": reviews.select_related("author", "order").order_by("-published_at")[:REVIEWS],
        "data": person_data(row),
        "away": away.of(row.user, request.now),
    }
    return render(request, "market/profile.html", context)

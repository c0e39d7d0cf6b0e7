"""What search engines may find: one file while it is small, an index of files above 10,000 addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from house import clock
from house.catalog.models import Category, Offer
from house.catalog.search import market
from house.people.models import Profile, User

from .seo import absolute

PER_FILE = 10_000
LEGAL = ("terms", "privacy", "accessibility", "cookies")


@dataclass(frozen=True)
class Address:
    """One line."""

    url: str
    changed: date | None = None


def _address(path: str, changed: Any = None) -> Address:
    return Address(absolute(iri_to_uri(path)), changed.date() if changed else None)


def pages() -> list[Address]:
    """What does not grow with the market: home, search, the legal pages, categories."""
    paths = [reverse(name) for name in ("home", "search", "support", "cancel", "licenses")]
    paths += [reverse("legal", args=[page]) for page in LEGAL]
    paths += [
        reverse("category", args=[slug]) for slug in Category.objects.filter(open=True).values_list("slug", flat=True)
    ]
    return [_address(path) for path in paths]


def offers() -> QuerySet[Offer]:
    return market(clock.now()).only("pk", "title", "published_at").order_by("pk")


def profiles() -> QuerySet[Profile]:
    """Providers with something to offer."""
    shown = Profile.objects.filter(user__is_active=True).exclude(user__standing=User.Standing.BLOCKED)
    return shown.filter(user__in=market(clock.now()).values("provider")).only("pk", "username").order_by("pk")


def lines_of_offers(rows: Iterable[Offer]) -> list[Address]:
    return [_address(row.path, row.published_at) for row in rows]


def lines_of_profiles(rows: Iterable[Profile]) -> list[Address]:
    return [_address(reverse("profile", args=[row.username])) for row in rows]


PARTS: dict[str, tuple[Any, Any]] = {"offers": (offers, lines_of_offers), "profiles": (profiles, lines_of_profiles)}


def files() -> list[str]:
    """The files of the index; empty while one file holds everything."""
    counts = {name: rows().count() for name, (rows, _lines) in PARTS.items()}
    if sum(counts.values()) <= PER_FILE:
        return []
    home = absolute(reverse("sitemap"))
    parts = [(name, number + 1) for name, count in counts.items() for number in range(-(-count // PER_FILE))]
    return [f"{home}?part=pages", *(f"{home}?part={name}&page={number}" for name, number in parts)]


def everything() -> list[Address]:
    """The small market in one file."""
    return [*pages(), *(line for rows, lines in PARTS.values() for line in lines(rows()))]


def part(name: str, page: str) -> list[Address] | None:
    """One file of the index; None when there is no such file."""
    if name == "pages":
        return pages()
    if name not in PARTS:
        return None
    rows, lines = PARTS[name]
    try:
        return lines(Paginator(rows(), PER_FILE).page(page or 1).object_list)
    except InvalidPage:
        return None

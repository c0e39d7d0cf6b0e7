"""What stands around a list of results: chips that take a filter away, and what taking it away would give."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from house import hebrew
from house.catalog.models import Category, Subcategory
from house.catalog.search import Query, Results
from house.people.models import Place, Profile

# In the address: the parameter's name for each part of a query.
PARAMETERS = {
    "text": "q",
    "category": "category",
    "subcategory": "sub",
    "place": "place",
    "price_min": "min",
    "price_max": "max",
    "days": "days",
    "rating": "rating",
    "level": "level",
    "verified": "verified",
}
EMPTY = Query()


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address without it; `count` when it was asked for."""

    label: str
    link: str
    count: int | None = None


def address(query: Query) -> str:
    """The query as an address."""
    values: dict[str, object] = {}
    for part, name in PARAMETERS.items():
        value = getattr(query, part)
        if value not in ("", None, False):
            values[name] = value // 100 if name in ("min", "max") else "1" if value is True else value
    if query.sort != EMPTY.sort:
        values["sort"] = query.sort
    return "?" + urlencode(values)


def chips(query: Query) -> list[Chip]:
    """One chip for each filter that is on, words excepted."""
    return [Chip(label, address(less)) for label, less in _less(query) if less.text == query.text]


def fewer(query: Query, find: Callable[..., Results]) -> list[Chip]:
    """For an empty page: what each filter's removal would give, the best first."""
    tried = [Chip(label, address(less), find(less, size=1).count) for label, less in _less(query)]
    return sorted((chip for chip in tried if chip.count), key=lambda chip: -(chip.count or 0))


def _less(query: Query) -> list[tuple[str, Query]]:
    found = []
    for part in PARAMETERS:
        value = getattr(query, part)
        if value in ("", None, False):
            continue
        less = replace(query, **{part: getattr(EMPTY, part), "page": 1})
        if part == "category":
            less = replace(less, subcategory="")
        found.append((LABELS[part](value), less))
    return found


def _name(model: type[Any], slug: str) -> str:
    row = model.objects.filter(slug=slug).first()
    return str(row) if row else slug


LABELS: dict[str, Callable[[Any], str]] = {
    "text": lambda value: f"„{hebrew.isolate(value)}”",
    "category": lambda value: _name(Category, value),
    "subcategory": lambda value: _name(Subcategory, value),
    "place": lambda value: _name(Place, value),
    "price_min": lambda value: _("מ־%(price)s") % {"price": hebrew.price(value)},
    "price_max": lambda value: _("עד %(price)s") % {"price": hebrew.price(value)},
    "days": lambda value: _("מסירה תוך %(days)s") % {"days": hebrew.count(value, "day")},
    "rating": lambda value: _("דירוג %(stars)s ומעלה") % {"stars": value},
    "level": lambda value: str(Profile.Level(value).label),
    "verified": lambda value: _("מאומתים בלבד"),
}

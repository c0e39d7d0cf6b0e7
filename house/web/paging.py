"""Lists in pages without counting: one row more than shown tells whether there is a next page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from house import policy

DEEPEST = 500


@dataclass(frozen=True)
class Page:
    """What `kit.pages` needs."""

    rows: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def number_of(request: HttpRequest) -> int:
    """The page asked for; nonsense is the first."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), DEEPEST) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int = policy.PAGE_SIZE) -> Page:
    """One page of a query."""
    number = number_of(request)
    found = list(rows[(number - 1) * size : number * size + 1])
    return Page(found[:size], number, len(found) > size)

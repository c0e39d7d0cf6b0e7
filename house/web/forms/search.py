"""The filters of a list: all GET, all linkable. A filter that makes no sense is left out, never an error."""

from django.http import QueryDict

from house.catalog.search import NEAR, SORTS, Query
from house.people.models import Profile


def _number(text: str, top: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 and 0 < int(text) <= top else None


def _money(text: str) -> int | None:
    shekels = _number(text, 10_000_000)
    return None if shekels is None else shekels * 100


def _slug(text: str) -> str:
    return text if text.replace("-", "").replace("_", "").isalnum() and len(text) <= 50 else ""


def read(data: QueryDict, *, category: str = "") -> Query:
    """From an address to a query."""
    stars = data.get("rating", "")
    return Query(
        text=data.get("q", "").replace("\x00", "")[:120].strip(),
        category=category or _slug(data.get("category", "")),
        subcategory=_slug(data.get("sub", "")),
        place=_slug(data.get("place", "")),
        price_min=_money(data.get("min", "")),
        price_max=_money(data.get("max", "")),
        days=_number(data.get("days", ""), 365),
        rating=float(stars) if stars in ("4", "4.5", "4.8") else None,
        level=data.get("level", "") if data.get("level", "") in Profile.Level.values else "",
        verified=data.get("verified") == "1",
        sort=data.get("sort", "") if data.get("sort", "") in (*SORTS, NEAR) else "recommended",
        page=_number(data.get("page", ""), 1000) or 1,
    )

"""The door to finding offers. Behind it stands a match of words today, a Hebrew engine later."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet

from house import policy
from house.people.models import Place, User

from .models import Offer, SearchMiss

FINALS = str.maketrans("ךםןףץ", "כמנפצ")
WORD = re.compile(r"[\w\"'״׳]+")
PREFIXES = "והבכלמש"
SHORTEST = 2


def normal(text: str) -> str:
    """Without vowel points, final letters folded, quotes of every kind gone: נדל״ן and נדלן are one."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in ("Mn", "Cf")
    )
    return bare.lower().translate(FINALS).replace("־", " ").replace("-", " ")


def words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    found = (re.sub(r"[\"'״׳_]", "", match) for match in WORD.findall(normal(text)))
    return [word[:40] for word in found if len(word) >= SHORTEST]


def forms(word: str) -> set[str]:
    """A word, and itself without one leading particle when three letters or more remain."""
    return {word, word[1:]} if word[0] in PREFIXES and len(word) > 3 else {word}


def words_of(offer: Offer) -> list[str]:
    """Everything an offer is found by: title, tags, description, category, subcategory, service type."""
    texts = [offer.title, *offer.tags, offer.description]
    texts += [str(part) for part in (offer.category, offer.subcategory, offer.service_type) if part]
    return sorted({form for text in texts for word in words(text) for form in forms(word)})


@dataclass(frozen=True)
class Query:
    """What a person looks for. Empty parts do not narrow; money in minor units."""

    text: str = ""
    category: str = ""
    subcategory: str = ""
    place: str = ""
    price_max: int | None = None
    price_min: int | None = None
    days: int | None = None
    rating: float | None = None
    level: str = ""
    verified: bool = False
    sort: str = "recommended"
    page: int = 1


@dataclass(frozen=True)
class Results:
    """One page. `count` is exact up to policy.COUNT_UP_TO; beyond, `more` is true and it is a floor."""

    offers: list[Offer]
    count: int
    more: bool
    number: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.more or self.number * self.size < self.count

    @property
    def has_previous(self) -> bool:
        return self.number > 1


SORTS: dict[str, tuple[Any, ...]] = {
    "recommended": ("-rank", "-id"),
    "price": ("price_from", "-rank", "-id"),
    "rating": (F("rating").desc(nulls_last=True), "-rank", "-id"),
    "new": ("-published_at", "-id"),
}
NEAR = "near"  # rounded coordinates are close enough for an order of distance (DEC-17)
DEEPEST_PAGE = 40  # pages further down are nobody's: narrowing helps more


def market() -> QuerySet[Offer]:
    """Everything that may be shown in lists: published, its category open, its provider in good standing."""
    return Offer.objects.filter(state=Offer.State.PUBLISHED, category__open=True, provider__is_active=True).exclude(
        provider__standing__in=[User.Standing.SUSPENDED, User.Standing.BLOCKED]
    )


def find(query: Query, *, size: int = policy.PAGE_SIZE) -> Results:
    """One page of what fits. Every word must match; when nothing has them all, any of them may.

    A short list is sorted whole. A long one is walked in the order of an index and ends with the page.
    """
    narrowed = _narrow(market(), query)
    sought = words(query.text)
    chosen = _having_all(narrowed, sought) if sought else narrowed
    found = _counted(chosen)
    if not found and len(sought) > 1:
        chosen = narrowed.filter(words__overlap=sought)
        found = _counted(chosen)
    more = len(found) > policy.COUNT_UP_TO
    number = max(1, min(query.page, DEEPEST_PAGE))
    first = (number - 1) * size
    rows = chosen if more else Offer.objects.filter(pk__in=found)
    offers = list(listed(_sorted(rows, query))[first : first + size])
    return Results(offers, min(len(found), policy.COUNT_UP_TO), more, number, size)


def _sorted(offers: QuerySet[Offer], query: Query) -> QuerySet[Offer]:
    """By the words of the address. Nearness needs a place to be near to, and sorts the best of a long list."""
    here = Place.objects.filter(slug=query.place).first() if query.sort == NEAR else None
    if here is None:
        return offers.order_by(*SORTS.get(query.sort, SORTS["recommended"]))
    best = offers.order_by(*SORTS["recommended"]).values("pk")[: policy.COUNT_UP_TO]
    offers = Offer.objects.filter(pk__in=best)
    north = F("provider__profile__place__lat") - here.lat
    east = F("provider__profile__place__lon") - here.lon
    away = ExpressionWrapper(north * north + east * east, output_field=FloatField())
    return offers.annotate(away=away).order_by(F("away").asc(nulls_last=True), "-rank", "-id")


def _having_all(offers: QuerySet[Offer], sought: list[str]) -> QuerySet[Offer]:
    """Each word as it stands, or without its particle where that is a word of the offer."""
    for word in sought:
        offers = offers.filter(words__overlap=sorted(forms(word)))
    return offers


def listed(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """With everything that a card prints, in a fixed number of queries, and without the long texts."""
    rows = offers.select_related("provider__profile").prefetch_related("images", "places")
    return rows.defer("words", "description", "provider__profile__bio")


def _counted(offers: QuerySet[Offer]) -> list[int]:
    """The offers' ids in no order. Counting stops where an exact number would cost more than the page."""
    return list(offers.order_by().values_list("pk", flat=True)[: policy.COUNT_UP_TO + 1])


def _narrow(offers: QuerySet[Offer], query: Query) -> QuerySet[Offer]:
    exact = {
        "category__slug": query.category,
        "subcategory__slug": query.subcategory,
        "provider__profile__level": query.level,
        "price_from__lte": query.price_max,
        "price_from__gte": query.price_min,
        "days_from__lte": query.days,
        "rating__gte": query.rating,
    }
    offers = offers.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if query.verified:
        offers = offers.filter(provider__profile__authorised_at__isnull=False)
    if query.place:
        offers = offers.filter(Q(where=Offer.Where.ONLINE) | Exists(_done_in(query.place)))
    return offers


def _done_in(place: str) -> QuerySet[Any]:
    """Of an offer: its places that are meant. A city holds its neighbourhoods, and what is done in the whole
    city is done in each of them.
    """
    meant = Place.objects.filter(Q(slug=place) | Q(children__slug=place) | Q(parent__slug=place))
    pks = set(meant.values_list("pk", flat=True))  # known beforehand, so that PostgreSQL can tell many from few
    return Offer.places.through.objects.filter(offer=OuterRef("pk"), place__in=pks)


def note_miss(text: str, now: datetime) -> None:
    """A search that found nothing is the editor's to look at."""
    text = " ".join(text.split())[:120]
    if text:
        row, made = SearchMiss.objects.get_or_create(query=text, defaults={"last_at": now})
        if not made:
            SearchMiss.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)

"""The door to finding offers. Behind it stands a match of words today, a Hebrew engine later."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from house import policy
from house.people import away
from house.people.models import Place, User

from .models import Category, Offer, SearchMiss

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


BEST = ("-rank", "-id")
SORTS: dict[str, tuple[Any, ...]] = {
    "recommended": BEST,
    "price": ("price_from", *BEST),
    "rating": (F("rating").desc(nulls_last=True), *BEST),
    "new": ("-published_at", "-id"),
}
NEAR = "near"  # rounded coordinates are close enough for an order of distance (DEC-17)
NOWHERE = Decimal("Infinity")
DEEPEST_PAGE = 40  # pages further down are nobody's: narrowing helps more


def market(now: datetime) -> QuerySet[Offer]:
    """Everything that may be shown in lists: published, its category open, its provider there and in good standing."""
    rows = Offer.objects.filter(state=Offer.State.PUBLISHED, category__open=True, provider__is_active=True)
    rows = rows.exclude(provider__standing__in=[User.Standing.SUSPENDED, User.Standing.BLOCKED])
    return rows.exclude(provider__in=away.current(now).values("profile__user"))  # SRC-07, AVL-09


def priced(categories: QuerySet[Category]) -> QuerySet[Category]:
    """Each with `price_from`, of its cheapest published offer: one look into `offer_by_price` for each of them."""
    theirs = Offer.objects.filter(state=Offer.State.PUBLISHED, category=OuterRef("pk"))
    return categories.annotate(price_from=Subquery(theirs.order_by("price_from").values("price_from")[:1]))


def find(query: Query, *, now: datetime, size: int = policy.PAGE_SIZE) -> Results:
    """One page of what fits. Every word must match; when nothing has them all, any of them may.

    A short list is sorted whole. A long one is walked in the order of an index and ends with the page; it has
    no index of nearness, so only its best are sorted by that.
    """
    places = Places() if query.place else None
    distances = places.distances(query.place) if places and query.sort == NEAR else {}
    look = _best if distances else _counted
    narrowed, sought = _narrow(market(now), query, places), words(query.text)
    chosen = _having_all(narrowed, sought)
    found = look(chosen)
    if not found and len(sought) > 1:
        chosen = narrowed.filter(words__overlap=sought)
        found = look(chosen)
    more = len(found) > policy.COUNT_UP_TO
    number = max(1, min(query.page, DEEPEST_PAGE))
    shown = slice((number - 1) * size, number * size)
    if distances:
        offers = _nearest(found[: policy.COUNT_UP_TO], distances, shown)
    else:
        rows = chosen if more else Offer.objects.filter(pk__in=_one_array([pk for pk, *_ in found]))
        offers = _sorted(rows, SORTS.get(query.sort, BEST), shown)
    return Results(offers, min(len(found), policy.COUNT_UP_TO), more, number, size)


def _one_array(ids: list[int]) -> RawSQL:
    """A thousand ids as one parameter: a thousand take Django longer to write down than PostgreSQL to find."""
    return RawSQL("SELECT unnest(%s::bigint[])", [ids])


def _sorted(rows: QuerySet[Offer], order: tuple[Any, ...], shown: slice) -> list[Offer]:
    page = rows.order_by(*order).values("pk")[shown]  # sorted before what a card prints is joined
    return list(listed(Offer.objects.filter(pk__in=page)).order_by(*order))


def _nearest(best: list[Any], distances: Mapping[int, Decimal], shown: slice) -> list[Offer]:
    """By how far the provider is, equally far ones by rank; whose place is unknown comes last."""
    page = [pk for pk, _ in sorted(best, key=lambda row: distances.get(row[1], NOWHERE))][shown]
    found = {offer.pk: offer for offer in listed(Offer.objects.filter(pk__in=page))}
    return [found[pk] for pk in page if pk in found]


class Places:
    """All places at once: they are few, and a search asks which are meant and which are near."""

    def __init__(self) -> None:
        self.rows: list[Any] = list(Place.objects.values_list("pk", "slug", "parent_id", "lat", "lon", named=True))
        self.here = {row.slug: row for row in self.rows}

    def meant(self, slug: str) -> set[int]:
        """A city holds its neighbourhoods, and what is done in the whole city is done in each of them."""
        here = self.here.get(slug)
        if here is None:
            return set()
        return {row.pk for row in self.rows if row.pk in (here.pk, here.parent_id) or row.parent_id == here.pk}

    def distances(self, slug: str) -> dict[int, Decimal]:
        """How far each place is from this one, squared, in degrees: enough for an order. Empty: unknown."""
        here = self.here.get(slug)
        if here is None:
            return {}
        return {row.pk: (row.lat - here.lat) ** 2 + (row.lon - here.lon) ** 2 for row in self.rows}


def _having_all(offers: QuerySet[Offer], sought: list[str]) -> QuerySet[Offer]:
    """Each word as it stands, or without its particle where that is a word of the offer."""
    for word in sought:
        offers = offers.filter(words__overlap=sorted(forms(word)))
    return offers


def listed(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """With everything that a card prints, in a fixed number of queries, and without the long texts."""
    rows = offers.select_related("provider__profile").prefetch_related("images", "places")
    return rows.defer("words", "description", "provider__profile__bio")


def _counted(offers: QuerySet[Offer]) -> list[Any]:
    """The offers' ids in no order. Counting stops where an exact number would cost more than the page."""
    return list(offers.order_by().values_list("pk")[: policy.COUNT_UP_TO + 1])


def _best(offers: QuerySet[Offer]) -> list[Any]:
    """The same of the best, each with the place of its provider: what is counted is then sorted by nearness."""
    rows = offers.order_by(*BEST).values_list("pk", "provider__profile__place")
    return list(rows[: policy.COUNT_UP_TO + 1])


def _narrow(offers: QuerySet[Offer], query: Query, places: Places | None) -> QuerySet[Offer]:
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
    if places is not None:
        # Named one by one, so that PostgreSQL can tell many from few.
        done = Offer.places.through.objects.filter(offer=OuterRef("pk"), place__in=places.meant(query.place))
        offers = offers.filter(Q(where=Offer.Where.ONLINE) | Exists(done))
    return offers


def note_miss(text: str, now: datetime) -> None:
    """A search that found nothing is the editor's to look at."""
    text = " ".join(text.split())[:120]
    if text:
        row, made = SearchMiss.objects.get_or_create(query=text, defaults={"last_at": now})
        if not made:
            SearchMiss.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)

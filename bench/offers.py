"""The offers of a loaded market, with everything that hangs on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from house.catalog.models import Category, Extra, Faq, Offer, OfferImage, Package, Requirement, Subcategory
from house.catalog.ranking import rank_offer
from house.catalog.search import words_of
from house.people.models import Place, User

from .copying import copy_in, go_on_after, through
from .words import Words

STATES = {"published": 94, "paused": 2, "pending_approval": 2, "draft": 2}  # weights
SOLD = ((0, 0, 60), (1, 2, 25), (3, 6, 12), (10, 30, 3))  # orders: from, to, weight
BATCH = 2_000


@dataclass(frozen=True)
class Sold:
    """What the history needs to know of an offer: the stars of its orders, None where nobody wrote."""

    pk: int
    provider: int
    title: str
    price: int
    stars: tuple[int | None, ...]


class Shelf:
    """The catalogue as it was shipped, in memory."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.categories = {row.slug: row for row in Category.objects.all() if row.slug in words.categories}
        subs = Subcategory.objects.filter(category__in=self.categories.values())
        self.subcategories = {(row.category_id, row.slug): row for row in subs}
        self.places = list(Place.objects.all())
        self.weights = [1 / (number + 2) ** 0.5 for number in range(len(self.categories))]

    def any_category(self, rng: Random) -> Category:
        """Some are much fuller than others."""
        return rng.choices(list(self.categories.values()), self.weights)[0]


@dataclass
class Made:
    """An offer, the texts it was made of, its orders and its places."""

    offer: Offer
    texts: dict[str, Any]
    sold: Sold
    places: list[Place]


def load_offers(number: int, providers: Sequence[User], words: Words, rng: Random, now: datetime) -> list[Sold]:
    """Copies `number` offers in; returns what was sold of each."""
    shelf = Shelf(words)
    sold: list[Sold] = []
    for first in range(1, number + 1, BATCH):
        numbers = range(first, min(first + BATCH, number + 1))
        made = [_make(pk, shelf, rng.choice(providers), rng, now) for pk in numbers]
        copy_in(Offer, (each.offer for each in made))
        through(Offer.places.through, ((each.offer.pk, place.pk) for each in made for place in each.places))
        for model, parts in PARTS.items():
            copy_in(model, (row for each in made for row in parts(each)))
        sold += [each.sold for each in made]
    go_on_after(Offer, *PARTS)
    return sold


def _make(pk: int, shelf: Shelf, provider: User, rng: Random, now: datetime) -> Made:
    category = shelf.any_category(rng)
    places = rng.sample(shelf.places, rng.randint(1, 4))
    texts = shelf.words.categories[category.slug].offer(rng, places[0].name)
    least, most, _ = rng.choices(SOLD, [weight for *_, weight in SOLD])[0]
    stars = tuple(rng.choice((5, 5, 5, 4, 4, 3, None)) for _ in range(rng.randint(least, most)))
    factor = rng.uniform(0.5, 2)
    texts["package"] = [{**row, "agorot": int(row["price"] * factor) * 100} for row in texts["package"]]
    offer = _offer(pk, texts, category, shelf, provider, [each for each in stars if each], rng, now)
    price = texts["package"][0]["agorot"]
    return Made(offer, texts, Sold(pk, provider.pk, offer.title, price, stars), places)


def _offer(
    pk: int,
    texts: dict[str, Any],
    category: Category,
    shelf: Shelf,
    provider: User,
    stars: list[int],
    rng: Random,
    now: datetime,
) -> Offer:
    published = now - timedelta(days=rng.randint(0, 700), minutes=rng.randint(0, 1440))
    offer = Offer(
        pk=pk,
        provider=provider,
        state=rng.choices(list(STATES), list(STATES.values()))[0],
        title=texts["title"],
        category=category,
        subcategory=shelf.subcategories[category.pk, texts["subcategory"]],
        tags=texts["tags"],
        where=texts["where"],
        extra_unit_days=texts["extra_unit_days"],
        quantity_max=texts["quantity_max"],
        description=texts["description"],
        step=6,
        created_at=published,
        saved_at=published,
        submitted_at=published,
        published_at=published,
        price_from=min(row["agorot"] for row in texts["package"]),
        days_from=min(row["days"] for row in texts["package"]),
        rating=Decimal(sum(stars)) / len(stars) if stars else None,
        reviews=len(stars),
        orders_done=len(stars),
    )
    offer.words = words_of(offer)
    rank_offer(offer, now)
    return offer


def _packages(made: Made) -> Iterator[Package]:
    for position, row in enumerate(made.texts["package"], start=1):
        fast = row.get("fast_days")
        yield Package(
            pk=made.offer.pk * 3 + position,
            offer_id=made.offer.pk,
            position=position,
            name=row.get("name", ""),
            text=row.get("text", ""),
            price=row["agorot"],
            days=row["days"],
            revisions=row["revisions"] if row["revisions"] >= 0 else None,  # -1: unlimited
            items=row.get("items", []),
            fast_days=fast,
            fast_price=row["fast_price"] * 100 if fast else None,
        )


def _extras(made: Made) -> Iterator[Extra]:
    for position, row in enumerate(made.texts.get("extra", [])):
        yield Extra(
            pk=made.offer.pk * 10 + position,
            offer_id=made.offer.pk,
            kind=row["kind"],
            title=row["title"],
            text=row.get("text", ""),
            price=row["price"] * 100,
            days=row.get("days", 0),
            max_quantity=row.get("max_quantity", 1),
            position=position,
        )


def _requirements(made: Made) -> Iterator[Requirement]:
    for position, row in enumerate(made.texts.get("requirement", []), start=1):
        yield Requirement(
            pk=made.offer.pk * 20 + position,
            offer_id=made.offer.pk,
            position=position,
            text=row["text"],
            kind=row["kind"],
            choices=row.get("choices", []),
            multiple=row.get("multiple", False),
            mandatory=row.get("mandatory", False),
        )


def _faq(made: Made) -> Iterator[Faq]:
    for position, row in enumerate(made.texts.get("faq", [])):
        yield Faq(
            pk=made.offer.pk * 20 + position,
            offer_id=made.offer.pk,
            question=row["question"],
            answer=row["answer"],
            position=position,
        )


def _images(made: Made) -> Iterator[OfferImage]:
    """Rows only: nobody fetches the pictures."""
    for position in range(1 + made.offer.pk % 3):
        name = f"offers/2026/11/{made.offer.pk}-{position}"
        yield OfferImage(
            pk=made.offer.pk * 3 + position,
            offer_id=made.offer.pk,
            image=f"{name}.jpg",
            card=f"{name}-card.jpg",
            width=1280,
            height=769,
            position=position,
        )


PARTS: dict[Any, Any] = {
    Package: _packages,
    Extra: _extras,
    Requirement: _requirements,
    Faq: _faq,
    OfferImage: _images,
}

"""The published formula of places in a list (DEC-22): bounded, and no place is sold.

Each part lies between 0 and 1; the weights sum to 1. Text match comes before it (`catalog.search`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from house.people.models import Profile

from .models import Offer

WEIGHTS = {
    "rating": 0.30,
    "completion": 0.15,
    "response": 0.10,
    "level": 0.15,
    "verified": 0.12,
    "freshness": 0.08,
    "newcomer": 0.10,
}
PRIOR_STARS, PRIOR_REVIEWS = 4.3, 6  # one review is not five stars
LEVELS = {"new": 0.2, "level_1": 0.5, "level_2": 0.8, "top_rated": 1.0}
FRESH_FOR = timedelta(days=90)
NEWCOMER_FOR = timedelta(days=60)
NEWCOMER_ORDERS = 5
SLOW_ANSWER = 24 * 60  # minutes that earn nothing


@dataclass(frozen=True)
class Record:
    """What the formula looks at."""

    stars: float | None
    reviews: int
    completion: int | None
    response_minutes: int | None
    level: str
    verified: bool
    published: timedelta
    joined: timedelta
    completed_orders: int


def parts(record: Record) -> dict[str, float]:
    """The parts of the formula, each from 0 to 1."""
    total = (record.stars or 0) * record.reviews + PRIOR_STARS * PRIOR_REVIEWS
    newcomer = record.joined < NEWCOMER_FOR and record.completed_orders < NEWCOMER_ORDERS
    waits = record.response_minutes if record.response_minutes is not None else SLOW_ANSWER // 2
    return {
        "rating": (total / (record.reviews + PRIOR_REVIEWS) - 1) / 4,
        "completion": (90 if record.completion is None else record.completion) / 100,
        "response": max(0.0, 1 - waits / SLOW_ANSWER),
        "level": LEVELS[record.level],
        "verified": float(record.verified),
        "freshness": max(0.0, 1 - record.published / FRESH_FOR),
        "newcomer": float(newcomer),
    }


def score(record: Record) -> float:
    """From 0 to 1."""
    return sum(WEIGHTS[name] * part for name, part in parts(record).items())


def record_of(offer: Offer, profile: Profile, now: datetime) -> Record:
    """The figures of an offer and its provider."""
    return Record(
        stars=float(offer.rating) if offer.rating is not None else None,
        reviews=offer.reviews,
        completion=profile.completion_rate,
        response_minutes=profile.response_minutes,
        level=profile.level,
        verified=profile.is_authorised,
        published=now - (offer.published_at or now),
        joined=now - profile.opened_at,
        completed_orders=profile.completed_orders,
    )


def rank_offer(offer: Offer, now: datetime) -> None:
    """Sets the offer's place; the caller saves it."""
    offer.rank = score(record_of(offer, offer.provider.profile, now))


def rank_all(now: datetime, batch: int = 500) -> None:
    """Recounts the places of everything published; writes only those that moved."""
    rows = Offer.objects.filter(state=Offer.State.PUBLISHED).select_related("provider__profile")
    changed: list[Offer] = []
    for offer in rows.defer("words", "description", "provider__profile__bio").iterator(batch):
        before = offer.rank
        rank_offer(offer, now)
        if offer.rank != before:
            changed.append(offer)
        if len(changed) == batch:
            Offer.objects.bulk_update(changed, ["rank"])
            changed.clear()
    Offer.objects.bulk_update(changed, ["rank"])

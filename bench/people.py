"""The people of a loaded market: providers with their profiles, and clients."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from house.people.models import Place, Profile, User

from .copying import copy_in, go_on_after, through
from .words import Words

OFFERS_EACH = 8  # a provider's, on average
CLIENTS_PER_OFFER = 0.1
CLIENTS_AT_LEAST = 200
LEVELS = {"new": 50, "level_1": 30, "level_2": 15, "top_rated": 5}  # weights


def load_people(offers: int, words: Words, rng: Random, now: datetime) -> tuple[list[User], list[User]]:
    """Providers and clients in the numbers that `offers` offers ask for."""
    providers = [_user(pk, words, rng, now) for pk in range(1, max(20, offers // OFFERS_EACH) + 1)]
    first = len(providers) + 1
    number = max(CLIENTS_AT_LEAST, int(offers * CLIENTS_PER_OFFER))
    clients = [_user(pk, words, rng, now) for pk in range(first, first + number)]
    places = list(Place.objects.all())
    profiles = [_profile(user, places, words, rng, now) for user in providers]
    copy_in(User, providers + clients)
    copy_in(Profile, profiles)
    through(Profile.areas.through, _areas(profiles, places, rng))
    go_on_after(User, Profile)
    return providers, clients


def _user(pk: int, words: Words, rng: Random, now: datetime) -> User:
    """One in two hundred is suspended, so that lists have somebody to leave out."""
    return User(
        pk=pk,
        email=f"person{pk}@example.org",
        password="!",
        first_name=rng.choice(words.first_names),
        last_name=rng.choice(words.last_names),
        picture=f"portraits/2026/11/{pk % 40}.jpg",
        standing=User.Standing.SUSPENDED if rng.random() < 0.005 else User.Standing.GOOD,
        joined_at=now - timedelta(days=rng.randint(1, 900)),
    )


def _profile(user: User, places: list[Place], words: Words, rng: Random, now: datetime) -> Profile:
    bones = rng.choice(words.providers)
    reviews = rng.choice([0, 0, rng.randint(1, 30)])
    return Profile(
        pk=user.pk,
        user=user,
        username=f"{bones['username']}-{user.pk}"[-40:],
        business_name=bones["business"],
        bio=bones["bio"].strip(),
        languages=bones["languages"],
        hours=bones["hours"],
        place=rng.choice(places),
        opened_at=user.joined_at,
        level=rng.choices(list(LEVELS), list(LEVELS.values()))[0],
        authorised_at=now - timedelta(days=rng.randint(1, 300)) if rng.random() < 0.6 else None,
        rating=Decimal(rng.randint(380, 500)) / 100 if reviews else None,
        reviews=reviews,
        completed_orders=reviews * 2,
        completion_rate=rng.randint(80, 100),
        response_rate=rng.randint(70, 100),
        response_minutes=rng.randint(5, 900),
    )


def _areas(profiles: list[Profile], places: list[Place], rng: Random) -> Iterator[tuple[int, int]]:
    for profile in profiles:
        yield from ((profile.pk, place.pk) for place in rng.sample(places, 3))

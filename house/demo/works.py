"""Portfolios: what providers have done before, with a picture of it (PRO-08)."""

from collections import defaultdict
from random import Random

from house.people.models import User
from house.people.showing import add_work

from .offers import Plan
from .people import Cast
from .pictures import Look
from .studio import Studio
from .texts import Deck, Text, words

OFTEN = 0.6  # of providers have a portfolio; Amir always has one
NUMBER = (2, 3, 3)
Works = dict[str, list[tuple[Text, Look]]]  # by username
VIEWS = ("middle", "start", "end")  # the covers of offers show more


def plan(rng: Random, plans: list[Plan], texts: list[Text], amir: str) -> Works:
    """By provider: what was done, and a picture that nobody else shows."""
    decks = {trade: Deck(rng, rows) for trade, rows in words("works").items()}
    own = defaultdict(list)
    for each in plans:
        own[each.username].append(each)
    taken = {look for each in plans for look in each.looks}
    showing = [text for text in texts if text["username"] == amir or rng.random() < OFTEN]
    return {text["username"]: _works(rng, decks[text["category"]], own[text["username"]], taken) for text in showing}


def _works(rng: Random, deck: Deck[Text], plans: list[Plan], taken: set[Look]) -> list[tuple[Text, Look]]:
    """Works in the colours of this provider's offers; what is chosen is taken."""
    wanted = [
        Look(look.scene, look.theme, mirrored, view)
        for look in dict.fromkeys(each.looks[0] for each in plans)
        for mirrored in (False, True)
        for view in VIEWS
    ]
    free = [look for look in dict.fromkeys(wanted) if look not in taken]
    chosen = rng.sample(free, min(len(free), rng.choice(NUMBER)))
    taken.update(chosen)
    return [(deck.draw(), look) for look in chosen]


def hang(works: Works, cast: Cast, studio: Studio) -> None:
    """Adds them to the profiles."""
    for username, rows in works.items():
        user: User = cast.providers[username]
        for row, look in rows:
            add_work(user.profile, title=row["title"], text=row["text"], data=studio[look])

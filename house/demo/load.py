"""Loads the whole demo market in one transaction: it stands complete, or the database is as empty as before.

A load that is killed leaves nothing but picture files that no row names, which do no harm; the next start simply
loads again. `Market.demo_loaded_at` is written last, in the same transaction, and the row is locked from the
beginning, so that of two loads at once the second waits and then sees that nothing is left to do.

Every choice comes from one seeded generator, so two loads at the same moment give the same market, except for what
the market itself draws at random: numbers of orders and cases, tokens, and names of files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import connection, transaction

from house.catalog.models import Offer
from house.catalog.ranking import rank_all
from house.market.models import Market
from house.orders.actions.coupons import give_back_due
from house.orders.actions.earnings import clear_due
from house.orders.models import Order
from house.payments.actions import send_refund
from house.payments.models import Refund
from house.people.models import User
from house.reputation.metrics import recount_all
from house.treasury.membership import remind_due

from . import bank, cases, offers, people, questions, reviews, thanks, unpaid, wishes, works
from .casting import Casting
from .faces import Gallery
from .moments import MINUTE
from .orders import Tools
from .quick import no_savepoints
from .quiet import hush, no_jobs
from .studio import Studio, studio
from .talk import Talk
from .texts import Text, providers

SEED = 2026


class NotEmpty(Exception):
    """There are people already, and they did not come from a load."""


@dataclass(frozen=True)
class Part:
    """How much of the market to load; tests load a little."""

    texts: list[Text]
    share: float = 1.0


def whole() -> Part:
    """Everything."""
    return Part(providers())


def load(now: datetime, part: Part, *, seed: int = SEED, say: Callable[[str], object] = print) -> bool:
    """Loads into an empty database; False when it was loaded before. Raises `NotEmpty`."""
    Market.get()
    with transaction.atomic():
        market = Market.objects.select_for_update().get()
        if market.demo_loaded_at is not None:
            return False
        if User.objects.exists():
            raise NotEmpty
        rng = Random(seed)  # noqa: S311 - a market that looks alive, not a secret
        plans = offers.plan(rng, part.texts)
        shown = works.plan(rng, plans, part.texts, people.AMIR_USERNAME)
        looks = [look for plan in plans for look in (*plan.looks, plan.photo)]
        looks += [look for rows in shown.values() for _, look in rows]
        with no_jobs(), no_savepoints(), studio(looks) as pictures:
            _fill(rng, now, part, plans, shown, pictures, say)
        market.demo, market.demo_loaded_at = True, now
        market.save(update_fields=["demo", "demo_loaded_at"])
    return True


def _fill(
    rng: Random,
    now: datetime,
    part: Part,
    plans: list[offers.Plan],
    shown: works.Works,
    pictures: Studio,
    say: Callable[[str], object],
) -> None:
    gallery = Gallery(rng, pictures)
    cast = people.make(rng, part.texts, gallery, now)
    say(f"  {User.objects.count()} people")
    made = offers.make(rng, plans, cast, pictures, now)
    works.hang(shown, cast, pictures)
    gallery.hang()
    say(f"  {len(made)} offers")
    _analyze()
    talk = Talk(rng)
    published = _published()
    photos = {pk: pictures[plan.photo] for pk, plan in made.items()}
    members = thanks.enrol(rng, cast, now)
    tools = Tools(rng, talk, cast.shira, photos, now)
    casting = Casting(rng, tools, cast, published)
    scripts = casting.scripts(part.share)
    for script in scripts:
        script.play()
    thanks.give(rng, casting, members, cast.noa, now)
    unpaid.leave(tools, cast, published)
    say(f"  {Order.objects.count()} orders")
    wishes.ask(tools, cast, published)
    questions.ask(rng, cast, published, now)
    cases.open_all(rng, cast, published, now)
    reviews.write(rng, talk, {pk: plan.text for pk, plan in made.items()}, cast.noa, now)
    _settle(now)
    bank.fill(rng, cast, now)
    hush(now)


def _published() -> list[Offer]:
    """What may be ordered, with everything that a price and its terms need."""
    rows = Offer.objects.filter(state=Offer.State.PUBLISHED).select_related(
        "provider__profile", "category", "subcategory"
    )
    return list(rows.prefetch_related("packages", "extras", "requirements").order_by("pk"))


def _settle(now: datetime) -> None:
    """What errands, sweeps and chores would have done by now."""
    for refund in Refund.objects.filter(state=Refund.State.ASKED).order_by("asked_at"):
        send_refund(refund.pk, now=refund.asked_at + MINUTE)
    while clear_due(now) or give_back_due(now):
        pass
    remind_due(now)
    recount_all(now)
    rank_all(now)
    _analyze()


def _analyze() -> None:
    """The planner knows nothing of rows that are not committed yet."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

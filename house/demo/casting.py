"""Who orders what from whom, and what becomes of it."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from house import policy
from house.catalog.models import Offer
from house.catalog.pricing import quantity_limit
from house.orders.models import Coupon
from house.people.models import User
from house.process import Party

from . import agreements, milestones, scripts
from .orders import Choice, Life, Tools
from .people import Cast
from .scripts import Fate, Script, Unfit
from .tailored import TailoredLife, suiting
from .texts import Text

TRIES = 400
# How often each fate befalls an order of the market at large.
MARKET: tuple[tuple[Fate, int], ...] = (
    (scripts.done(140, 16), 72),
    (scripts.done(13, 0.3), 14),
    (scripts.silent, 14),
    (scripts.withdrawn, 3),
    (scripts.active, 16),
    (scripts.declined, 2),
    (scripts.late(0.9, 0.1), 3),
    (scripts.late(4, 1.3), 3),
    (scripts.awaiting(12, 0.2), 4),
    (scripts.awaiting(27, 20), 1),
    (scripts.drafted, 4),
    (scripts.delivered(70, 30), 6),
    (scripts.delivered(28, 8), 4),
    (scripts.delivered(7, 4), 2),
    (scripts.in_revision, 6),
    (scripts.cancelled_by_consent, 8),
    (scripts.cancelled_by_silence, 6),
    (scripts.cancelled_by_support, 5),
    (scripts.given_up, 3),
    (scripts.lapsed, 3),
    (scripts.asked_by(Party.CLIENT), 3),
    (scripts.asked_by(Party.PROVIDER), 3),
    (scripts.planned, 4),
    *agreements.MARKET,
)
# Noa and Amir, so that a visitor can click through every page of an order from both sides.
NOA_AND_AMIR: tuple[Fate, ...] = (
    scripts.done(90, 30, late=0),
    scripts.done(2.5, 0.3, late=0, revised=1),
    scripts.awaiting(2, 0.2),
    scripts.active,
    scripts.delivered(40, 26),
    scripts.in_revision,
    scripts.late(0.9, 0.1),
    scripts.cancelled_by_consent,
    scripts.asked_by(Party.PROVIDER),
    scripts.planned,
    *agreements.NOA_AND_AMIR,
)
NOA: tuple[Fate, ...] = (
    scripts.done(120, 60),
    scripts.done(60, 20),
    scripts.done(9, 3.5),
    scripts.done(2.5, 0.3),
    scripts.drafted,
    scripts.active,
    scripts.late(3, 1.3),
    scripts.delivered(7, 4),
    scripts.cancelled_by_silence,
    scripts.cancelled_by_support,
    scripts.lapsed,
    scripts.asked_by(Party.CLIENT),
    *agreements.NOA,
)
AMIR: tuple[Fate, ...] = (
    *(scripts.done(130, 20),) * 5,
    *(scripts.done(12, 0.3),) * 2,
    scripts.silent,
    scripts.active,
    scripts.active,
    scripts.late(3, 1.3),
    scripts.awaiting(10, 7.5),
    scripts.drafted,
    scripts.delivered(60, 30),
    scripts.in_revision,
    scripts.cancelled_by_silence,
    scripts.given_up,
    scripts.asked_by(Party.CLIENT),
    *agreements.AMIR,
)
# Orders from custom offers: in milestones, and simple ones.
MILESTONES_OF_NOA_AND_AMIR: tuple[Fate, ...] = (milestones.in_work(2), milestones.between, milestones.whole)
MILESTONES_OF_NOA: tuple[Fate, ...] = (milestones.delivered, milestones.one_cancelled)
MILESTONES_OF_AMIR: tuple[Fate, ...] = (milestones.in_work(1), milestones.stopped)
MILESTONES: tuple[Fate, ...] = (
    milestones.in_work(1),
    milestones.in_work(2),
    milestones.in_work(3),
    milestones.delivered,
    milestones.between,
    milestones.one_cancelled,
    milestones.stopped,
    milestones.stopped_by_silence,
    *(milestones.whole,) * 3,
)
SIMPLE: tuple[Fate, ...] = (*(milestones.whole,) * 4, *(milestones.in_work(1),) * 2)
BUSY = {"new": 1.0, "level_1": 1.6, "level_2": 2.2, "top_rated": 3.0}  # how much is ordered, by level
DEAR = 3_000_00  # what costs this much is ordered half as often as what costs little
LONG = 40  # days; longer works are rare
PACKAGES = (0.5, 0.35, 0.15)
FAST, MORE_THAN_ONE, EXTRA = 0.12, 0.1, 0.25


@dataclass
class Casting:
    """Finds people and offers whose moments fit."""

    rng: Random
    tools: Tools
    cast: Cast
    offers: list[Offer]
    _ordered: Counter[int] = field(default_factory=Counter)  # so that most offers get their first order
    _said: Counter[str] = field(default_factory=Counter)  # so that no custom offer comes much more often than others

    def scripts(self, share: float = 1.0) -> list[Script]:
        """Every life to be lived, in the order in which they begin; `share` of them, and one of a kind at least."""
        noa, amir = [self.cast.noa], [offer for offer in self.offers if offer.provider_id == self.cast.amir.pk]
        anybody = self.cast.clients[1:]
        others = [offer for offer in self.offers if offer.provider_id != self.cast.amir.pk]
        wanted = [(fate, noa, amir) for fate in _part(NOA_AND_AMIR, share)]
        wanted += [(fate, noa, others) for fate in _part(NOA, share)]
        wanted += [(fate, anybody, amir) for fate in _part(AMIR, share)]
        wanted += [(fate, anybody, others) for fate, number in MARKET for _ in range(max(1, round(number * share)))]
        found = [self._write(*each) for each in wanted]
        found += self._tailored(MILESTONES_OF_NOA_AND_AMIR, noa, amir, simple=False)
        found += self._tailored(MILESTONES_OF_NOA, noa, others, simple=False)
        found += self._tailored(MILESTONES_OF_AMIR, anybody, amir, simple=False)
        found += self._tailored(_part(MILESTONES, share), anybody, others, simple=False)
        found += self._tailored(_part(SIMPLE, share), anybody, others, simple=True)
        return sorted(found, key=lambda script: script.starts)

    def thanked(self, coupon: Coupon, fate: Fate) -> Script | None:
        """What becomes of an order with this coupon; None when nothing that its provider offers fits."""
        least = policy.COUPON_ORDER_MIN[policy.CURRENCY]
        own = [
            each for each in self.offers if each.provider_id == coupon.provider_id and (each.price_from or 0) >= least
        ]
        with suppress(LookupError):
            return self._write(fate, [coupon.client], own, coupon) if own else None
        return None

    def _tailored(
        self, fates: tuple[Fate, ...], clients: list[User], offers: list[Offer], *, simple: bool
    ) -> list[Script]:
        """Custom offers in words that suit the trade of the offer; nothing where no offer has such words."""
        pairs = [pair for pair in suiting(offers) if (len(pair[0]["stages"]) == 1) == simple]
        return [self._tailor(fate, clients, pairs) for fate in fates if pairs]

    def _tailor(self, fate: Fate, clients: list[User], pairs: list[tuple[Text, Offer]]) -> Script:
        for _ in range(TRIES):
            weights = [1 / (1 + self._said[row["text"]]) ** 3 for row, _ in pairs]
            [(row, offer)] = self.rng.choices(pairs, weights)
            script = Script(TailoredLife(self.tools, self.rng.choice(clients), offer, row))
            if _written(fate, script):
                self._said[row["text"]] += 1
                return script
        raise LookupError(f"no custom offer fits {fate}")

    def _write(self, fate: Fate, clients: list[User], offers: list[Offer], coupon: Coupon | None = None) -> Script:
        weights = [_weight(offer) / (1 + self._ordered[offer.pk]) for offer in offers]
        for _ in range(TRIES):
            [offer] = self.rng.choices(offers, weights)
            script = Script(Life(self.tools, self.rng.choice(clients), offer, self._choice(offer), coupon))
            if _written(fate, script):
                self._ordered[offer.pk] += 1
                return script
        raise LookupError(f"no offer fits {fate}")

    def _choice(self, offer: Offer) -> Choice:
        packages = list(offer.packages.all())
        [package] = self.rng.choices(packages, PACKAGES[: len(packages)])
        limit = quantity_limit(offer)
        quantity = self.rng.randrange(2, limit + 1) if limit > 1 and self.rng.random() < MORE_THAN_ONE else 1
        fast = quantity == 1 and package.fast_days is not None and self.rng.random() < FAST
        extras = list(offer.extras.all())
        added = {self.rng.choice(extras).pk: 1} if extras and self.rng.random() < EXTRA else {}
        return Choice(package.position, quantity, added, fast)


def _written(fate: Fate, script: Script) -> bool:
    """Whether this fate fits this life."""
    try:
        fate(script)
    except Unfit:
        return False
    return script.fits()


def _part(fates: tuple[Fate, ...], share: float) -> tuple[Fate, ...]:
    return fates[: max(1, round(len(fates) * share))]


def _weight(offer: Offer) -> float:
    """Busy providers, affordable prices and short works come first."""
    dear = (offer.price_from or 0) / DEAR
    long = 0.2 if (offer.days_from or 0) > LONG else 1
    return BUSY[offer.provider.profile.level] * long / (1 + dear)

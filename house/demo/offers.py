"""The offers of the demo market, through the wizard's verbs and the reviewer's."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from random import Random

from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow, PackageRow, RequirementRow
from house.catalog.models import Category, Offer
from house.clock import ISRAEL
from house.people.models import User

from .moments import DAY, HOUR, by_day
from .people import AMIR_USERNAME, Cast
from .pictures import THEMES, Look
from .studio import Studio
from .texts import Text

PICTURES = (1, 1, 1, 1, 2, 2, 3)  # how many an offer has
CLOSER = ("middle", "start", "end")
OFFERED = (500, 165)  # days ago; what a young provider offers is younger
LATELY = (100, 12)
PUBLISHED_LATELY = 0.15  # of the offers
# Fates of single offers; all others are published.
FATES = (Offer.State.DRAFT,) * 3 + (Offer.State.PENDING,) * 4 + (Offer.State.DENIED,) * 2 + (Offer.State.PAUSED,) * 2
DENIALS = (
    "התמונה הראשונה לא מראה את העבודה שמוצעת כאן. נא להחליף אותה ולהגיש שוב.",
    "הכותרת כללית מדי ולא ברור מה בדיוק מקבלים. כדאי לפרט מה כלול בחבילה ולהגיש שוב.",
)
PAUSED_FOR = (9, 16, 24)  # days
UNFINISHED = "אני אבנה נישות ומדפים מאריחים בחדר הרחצה"


@dataclass(frozen=True)
class Plan:
    """One offer to make: its words, its pictures, and what becomes of it."""

    username: str
    text: Text
    category: str
    looks: tuple[Look, ...]
    fate: Offer.State

    @property
    def photo(self) -> Look:
        """A picture of this trade, as people send it in an order."""
        return Look(self.looks[0].scene, self.looks[0].theme, view="near", small=True)


def plan(rng: Random, texts: list[Text]) -> list[Plan]:
    """Every offer with its pictures chosen; no two offers of a trade look alike as long as colours last."""
    fates = _fates(rng, texts)
    chooser = _Chooser(rng)
    return [
        Plan(
            username=provider["username"],
            text=text,
            category=provider["category"],
            looks=chooser.looks(text["scene"], provider["category"]),
            fate=fates.get((provider["username"], number), Offer.State.PUBLISHED),
        )
        for provider in texts
        for number, text in enumerate(provider["offer"])
    ]


def _fates(rng: Random, texts: list[Text]) -> dict[tuple[str, int], Offer.State]:
    """The last offers of some providers are not on the market; each keeps most of theirs."""
    others = [text for text in texts if text["username"] != AMIR_USERNAME]
    chosen = rng.sample(others, min(len(FATES), len(others)))
    fates = {(text["username"], len(text["offer"]) - 1): fate for text, fate in zip(chosen, FATES, strict=False)}
    amir = next(text for text in texts if text["username"] == AMIR_USERNAME)
    return {**fates, (AMIR_USERNAME, len(amir["offer"]) - 1): Offer.State.PAUSED}


class _Chooser:
    """Deals out variants of scenes, the rarest of a trade first."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[tuple[str, int, bool, str]] = set()
        self._of_trade: Counter[tuple[str, int]] = Counter()

    def looks(self, scene: str, trade: str) -> tuple[Look, ...]:
        """The pictures of one offer: its own variant whole, then closer parts of it, one of them mirrored."""
        theme, mirrored, view = self._variant(scene, trade)
        closer = self._rng.sample(CLOSER, 2)
        rest = (Look(scene, theme, mirrored, closer[0]), Look(scene, theme, not mirrored, closer[1]))
        return (Look(scene, theme, mirrored, view), *rest)[: self._rng.choice(PICTURES)]

    def _variant(self, scene: str, trade: str) -> tuple[int, bool, str]:
        free = [
            (theme, mirrored, view)
            for view, mirrored, theme in product(("whole", "near"), (False, True), range(len(THEMES)))
            if (scene, theme, mirrored, view) not in self._used
        ]
        rare = min(
            free, key=lambda each: (self._of_trade.get((trade, each[0]), 0), each[2] != "whole", self._rng.random())
        )
        self._used.add((scene, *rare))
        self._of_trade[trade, rare[0]] = self._of_trade.get((trade, rare[0]), 0) + 1
        return rare


def make(rng: Random, plans: list[Plan], cast: Cast, studio: Studio, now: datetime) -> dict[int, Plan]:
    """Every planned offer, and a draft that Amir has begun; returns the plans by offer."""
    categories = {row.slug: row for row in Category.objects.prefetch_related("subcategories__service_types")}
    made = {}
    for each in plans:
        provider = cast.providers[each.username]
        begun = _begun(rng, provider, each.fate, now)
        offer = _draft(each, provider, categories[each.category], studio, begun)
        _lead_to_fate(rng, offer, each.fate, cast, begun, now)
        made[offer.pk] = each
    _begin_another(cast.amir, categories["renovation"], now - 20 * HOUR)
    return made


def _begun(rng: Random, provider: User, fate: Offer.State, now: datetime) -> datetime:
    opened = provider.profile.opened_at
    if fate not in (Offer.State.PUBLISHED, Offer.State.PAUSED):
        return now - rng.randrange(60, 90) * HOUR
    most, least = LATELY if rng.random() < PUBLISHED_LATELY else OFFERED
    begun = now - rng.uniform(most, least) * DAY
    return by_day(rng, max(begun, opened + rng.randrange(6, 96) * HOUR))


def _draft(each: Plan, provider: User, category: Category, studio: Studio, now: datetime) -> Offer:
    """The wizard from its first step to its fifth."""
    text = each.text
    subcategory = next(row for row in category.subcategories.all() if row.slug == text["subcategory"])
    types = {row.slug: row for row in subcategory.service_types.all()}
    offer = catalog.create(by=provider, now=now)
    catalog.save_overview(
        offer,
        by=provider,
        now=now,
        title=text["title"],
        category=category,
        subcategory=subcategory,
        service_type=types[text["service_type"]] if text.get("service_type") else None,
        tags=text["tags"],
        where=text["where"],
        places=[] if text["where"] == Offer.Where.ONLINE else provider.profile.areas.all(),
    )
    _price(offer, text, provider, now)
    faq = [(row["question"], row["answer"]) for row in text.get("faq", [])]
    catalog.save_description(offer, by=provider, now=now, description=text["description"], faq=faq)
    rows = [RequirementRow(**row) for row in text.get("requirement", [])]
    catalog.save_requirements(offer, by=provider, now=now, rows=rows)
    for look in each.looks:
        catalog.add_image(offer, data=studio[look], by=provider, now=now)
    return offer


def _price(offer: Offer, text: Text, provider: User, now: datetime) -> None:
    catalog.save_packages(
        offer,
        by=provider,
        now=now,
        packages=[_package(row) for row in text["package"]],
        extras=[ExtraRow(**{**row, "price": row["price"] * 100}) for row in text.get("extra", [])],
        extra_unit_days=text["extra_unit_days"],
        quantity_max=text["quantity_max"],
    )


def _package(row: Text) -> PackageRow:
    """Shekels become agorot; -1 revisions are unlimited."""
    money: Text = {name: row[name] * 100 for name in ("price", "fast_price") if name in row}
    return PackageRow(**{**row, **money, "revisions": None if row["revisions"] < 0 else row["revisions"]})


def _lead_to_fate(rng: Random, offer: Offer, fate: Offer.State, cast: Cast, begun: datetime, now: datetime) -> None:
    """Submitted, judged, perhaps paused."""
    if fate == Offer.State.DRAFT:
        return
    submitted = begun + 2 * HOUR
    catalog.submit(offer, by=offer.provider, now=submitted, rights=True)
    if fate == Offer.State.PENDING:
        return
    decided = by_day(rng, submitted + timedelta(hours=rng.randrange(3, 20)))
    if fate == Offer.State.DENIED:
        catalog.deny(offer, by=cast.shira, reason=rng.choice(DENIALS), now=decided)
        return
    catalog.approve(offer, by=cast.shira, now=decided)
    if fate == Offer.State.PAUSED:
        back = (now.astimezone(ISRAEL) + rng.choice(PAUSED_FOR) * DAY).date()
        catalog.pause(offer, by=offer.provider, now=now - 2 * DAY, returns_on=back)


def _begin_another(provider: User, category: Category, now: datetime) -> None:
    """A draft that stopped after the first step, for the list of offers and the wizard."""
    offer = catalog.create(by=provider, now=now)
    catalog.save_overview(
        offer,
        by=provider,
        now=now,
        title=UNFINISHED,
        category=category,
        subcategory=category.subcategories.get(slug="bathrooms"),
        tags=["נישה", "ריצוף וחיפוי"],
        where=Offer.Where.CLIENT,
        places=provider.profile.areas.all(),
    )

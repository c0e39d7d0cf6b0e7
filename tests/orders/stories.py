"""Stories of an order, told once with the worker up and once with it down: who did what, after how long."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from house.orders.actions import requests, support, work
from house.orders.models import Earning, Order, ResolutionRequest
from house.orders.move import open_request
from house.payments.models import Checkout
from house.people.models import User
from house.process import Refusal
from house.reputation.actions import review
from house.worker.sweep import sweep

from .. import make

HOUR = timedelta(hours=1)
SLEEPS = [
    timedelta(),
    timedelta(minutes=30),
    HOUR,
    timedelta(hours=23),
    timedelta(hours=24),
    timedelta(hours=47, minutes=59),
    timedelta(hours=48),
    timedelta(hours=48, minutes=1),
    timedelta(hours=72),
    timedelta(days=5),
    timedelta(days=7, minutes=1),
]
EXPLANATION = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"
OPINION = "עבודה טובה, נקייה ובזמן, בהחלט נזמין שוב"
FILE = "5f0f3f5e-0000-4000-8000-000000000001"


@dataclass
class Story:
    """One order, its people, and the present moment."""

    order: Order
    support: User
    start: datetime
    now: datetime
    up: bool
    codes: list[str] = field(default_factory=list)

    @property
    def stage(self) -> Any:
        return make.stage(self.order)

    def sleep(self, how_long: timedelta, each: timedelta = HOUR) -> None:
        """Time passes; when the worker is up it sweeps every hour."""
        until = self.now + how_long
        while self.up and self.now + each <= until:
            self.now += each
            sweep(self.now)
        self.now = until
        if self.up:
            sweep(self.now)

    def step(self, name: str) -> None:
        try:
            ACTS[name](self)
            self.codes.append("")
        except Refusal as refusal:
            self.codes.append(refusal.code)


def _ask(story: Story, by: User, whole: bool = True) -> None:
    requests.ask_cancellation(
        story.stage, reason="other", explanation=EXPLANATION, files=[FILE], by=by, now=story.now, whole=whole
    )


def _answer(verb: Callable[..., object], opener: bool) -> Callable[[Story], None]:
    def act(story: Story) -> None:
        request: ResolutionRequest | None = open_request(story.order) or story.order.requests.first()
        if request is None:
            raise Refusal("nothing_asked")
        request.order = story.order
        sides = {"client": story.order.client, "provider": story.order.provider}
        by = sides.pop(request.party) if opener else next(user for side, user in sides.items() if side != request.party)
        verb(request, by=by, now=story.now)

    return act


def _start(story: Story) -> None:
    requirement = story.order.requirements.first()
    if requirement is not None:
        requirement.answer = "2 על 3 מטר"
        work.answer(story.order, {requirement.position: requirement}, by=story.order.client, now=story.now)
    work.start(story.stage, by=story.order.client, now=story.now)


def _review(by_client: bool) -> Callable[[Story], None]:
    def act(story: Story) -> None:
        stars = {"quality": 5, "communication": 4, "value": 5} if by_client else {"stars": 5}
        by = story.order.client if by_client else story.order.provider
        review(story.order, by=by, text=OPINION, now=story.now, **stars)

    return act


def _cancel(story: Story) -> None:
    support.cancel(story.order, reason="by_mistake", why="לבקשת שני הצדדים", by=story.support, now=story.now)


ACTS: dict[str, Callable[[Story], None]] = {
    "start": _start,
    "remind": lambda story: work.remind(story.stage, by=story.order.provider, now=story.now),
    "give_up": lambda story: work.give_up(story.stage, by=story.order.provider, now=story.now),
    "deliver": lambda story: make.deliver(story.order, story.now),
    "accept": lambda story: work.accept(story.stage, by=story.order.client, now=story.now),
    "revise": lambda story: make.revise(story.order, story.now),
    "client_asks": lambda story: _ask(story, story.order.client),
    "provider_asks": lambda story: _ask(story, story.order.provider, whole=False),
    "consent": _answer(requests.consent, opener=False),
    "decline": _answer(requests.decline, opener=False),
    "withdraw": _answer(requests.withdraw, opener=True),
    "support": _cancel,
    "client_reviews": _review(by_client=True),
    "provider_reviews": _review(by_client=False),
}


def told(offer: Any, client: User, staff: User, start: datetime, steps: list[tuple[str, timedelta]], up: bool) -> Story:
    """The whole story, and forty-five days in which everything comes to its end."""
    checkout: Checkout = make.checkout(offer, client, start)
    make.pay(checkout, start)
    story = Story(Order.objects.get(checkout=checkout), staff, start, start, up)
    for name, pause in steps:
        story.sleep(pause)
        story.step(name)
    story.sleep(timedelta(days=4))
    story.sleep(timedelta(days=41), each=timedelta(hours=23))
    sweep(story.now)
    return story


def happened(story: Story) -> dict[str, Any]:
    """All that the story has left in the database, without the names of rows."""
    order = Order.objects.get(pk=story.order.pk)
    stage = story.stage
    diary = order.events.values_list("step", "party", "before", "after", "at")
    earnings = Earning.objects.filter(stage__order=order)
    return {
        "codes": story.codes,
        "diary": sorted(diary, key=lambda row: (row[-1], row[0])),
        "order": (order.state, order.ending, order.ended_at, order.counts_in_rate),
        "stage": (stage.state, stage.due_at, stage.decide_at, stage.due_left, stage.ended_at, stage.revisions_used),
        "requests": list(order.requests.order_by("pk").values_list("party", "state", "opened_at", "ended_at")),
        "earnings": list(earnings.values_list("gross", "provider_share", "released_at", "clears_at", "cleared_at")),
        "books": _books(order),
        "refunds": list(order.checkout.refunds.values_list("amount", "reason", "asked_at")),
        "reviews": list(order.order_reviews.order_by("party").values_list("party", "at", "published_at")),
        "told": _told(order),
    }


def _books(order: Order) -> list[tuple[Any, ...]]:
    from house.ledger.actions import history

    return [(row.kind, row.at, sorted(entry.amount for entry in row.entries.all())) for row in history(order.about)]


def _told(order: Order) -> list[tuple[Any, ...]]:
    """Every notice but the reminders: those are for people who can still act."""
    rows = [*order.client.notices.filter(about=order.about), *order.provider.notices.filter(about=order.about)]
    return sorted((row.kind, row.at) for row in rows if not row.kind.startswith("warn_"))

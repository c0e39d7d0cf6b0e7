"""One order's life through the real verbs: each at its own moment, with the clock acting in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from house.catalog.models import Offer, Requirement
from house.catalog.pricing import Quote, quote
from house.clock import ISRAEL
from house.desk import disputes
from house.desk.models import Case
from house.files.actions import store
from house.orders import deadlines
from house.orders.actions import chat, requests, support, tasks, work
from house.orders.actions.checkout import open_for_offer
from house.orders.models import Coupon, Deadline, Order, OrderRequirement, ResolutionRequest, Stage
from house.payments.models import Checkout
from house.people.models import User
from house.process import Party

from .moments import between
from .talk import Talk
from .texts import Text
from .till import AT_THE_TILL, pay

TYPING_MOST = timedelta(minutes=50)  # between two lines of a conversation
BEFORE_ASKING = "היי, יש אצלנו שינוי. שולחים עכשיו בקשה מסודרת דרך ההזמנה."
CONFIRMED = {"in_scope": "yes", "complete": "yes"}


@dataclass(frozen=True)
class Choice:
    """What a client chooses on an offer's page."""

    package: int
    quantity: int
    extras: Mapping[int, int]
    fast: bool


@dataclass
class Tools:
    """What all lives share."""

    rng: Random
    talk: Talk
    shira: User
    photos: Mapping[int, bytes]  # by offer
    now: datetime


class Life:
    """One order and the people in it. Every method is one thing that happens at a moment."""

    asked: Text = {}  # the words of the latest request that has answers

    def __init__(self, tools: Tools, client: User, offer: Offer, choice: Choice, coupon: Coupon | None = None) -> None:
        self.tools, self.client, self.offer, self.choice, self.coupon = tools, client, offer, choice, coupon
        self.provider = offer.provider
        self.quote: Quote = quote(offer, **vars(choice))
        self.order: Order
        self.stage: Stage
        self.request: ResolutionRequest
        self.case: Case

    @property
    def waits(self) -> bool:
        """Whether the work begins only when something was answered."""
        return any(row.mandatory for row in self.offer.requirements.all())

    @property
    def days(self) -> int:
        """Of work."""
        return self.quote.days

    @property
    def price(self) -> int:
        """What is paid first, in minor units."""
        return self.quote.total

    @property
    def revisions(self) -> int | None:
        """None: unlimited."""
        return self.quote.revisions

    @property
    def window(self) -> timedelta:
        """How long the client may look at a delivery."""
        assert self.offer.category is not None
        return self.offer.category.decision_window

    @property
    def earliest(self) -> datetime:
        """Nothing of it can have happened before."""
        assert self.offer.published_at is not None
        moments = [self.offer.published_at, self.client.joined_at]
        return max([*moments, self.coupon.issued_at] if self.coupon else moments)

    def tick(self, until: datetime) -> None:
        """Lets the clock act at each promised moment, as a worker that never slept would have."""
        open_ones = Deadline.objects.filter(order=self.order, done_at=None, try_at__lte=until).order_by("try_at")
        while (due := open_ones.values_list("try_at", flat=True).first()) is not None:
            if failed := deadlines.catch_up(self.order.pk, now=due):
                raise RuntimeError(f"a deadline failed: {failed}")

    def place(self, at: datetime) -> None:
        """Checkout, the twin's page, its webhook, and the order."""
        checkout = open_for_offer(
            self.offer, client=self.client, now=at - AT_THE_TILL, coupon=self.coupon, **vars(self.choice)
        )
        self._pay(checkout, at)

    def _pay(self, checkout: Checkout, at: datetime) -> None:
        pay(checkout, title=self.offer.title, at=at)
        self.order = Order.objects.select_related("client", "provider", "thread").get(checkout=checkout)
        self._turn_to(self.order.stages.all()[0])

    def _turn_to(self, stage: Stage) -> None:
        self.stage = stage
        self.stage.order = self.order

    # Requirements

    def answer(self, at: datetime, *, only_first: bool = False) -> None:
        """Answers what was asked; `only_first` leaves a draft."""
        self.tick(at)
        rows = list(self.order.requirements.all())
        given = {row.position: self._answered(row, at) for row in rows[: 1 if only_first else None]}
        work.answer(self.order, given, by=self.client, now=at)

    def _answered(self, row: OrderRequirement, at: datetime) -> OrderRequirement:
        rng = self.tools.rng
        if row.kind == Requirement.Kind.FILE:
            row.files = self._files("צילום", rng.randrange(1, 3), self.client, at)
        elif row.kind == Requirement.Kind.CHOICE:
            row.chosen = rng.sample(row.choices, 2 if row.multiple and len(row.choices) > 2 else 1)
        else:
            row.answer = self.tools.talk.answer(row)
        return row

    def _files(self, name: str, number: int, owner: User, at: datetime) -> list[UUID]:
        data = self.tools.photos[self.offer.pk]
        files = [SimpleUploadedFile(f"{name}-{each}.jpg", data) for each in range(1, number + 1)]
        return [row.pk for row in store(files, owner=owner, about=self.order.about, now=at)]

    def start(self, at: datetime) -> None:
        """The answers are sent, and the delivery clock starts."""
        work.start(self.stage, by=self.client, now=at)

    def remind(self, at: datetime) -> None:
        self.tick(at)
        work.remind(self.stage, by=self.provider, now=at)

    def give_up(self, at: datetime) -> None:
        self.tick(at)
        work.give_up(self.stage, by=self.provider, now=at)

    # The thread

    def talk(self, start: datetime, end: datetime, *, after: bool = False) -> None:
        """A conversation within these two moments, as slow as there is time for."""
        rng = self.tools.rng
        at = between(rng, start, start + (end - start) / 2)
        self.tick(at)
        lines = self.tools.talk.thread(self.category, (self.client, self.provider), after=after)
        slow = min(TYPING_MOST, (end - at) / len(lines))
        for side, line in lines:
            self.say(side, line, at)
            at += slow * rng.uniform(0.1, 0.9)

    @property
    def category(self) -> str:
        return self.offer.category.slug if self.offer.category else ""

    def say(self, side: Party, text: str, at: datetime) -> None:
        by = self.client if side is Party.CLIENT else self.provider
        chat.say(self.order, text=text, files=[], by=by, now=at)

    # The work

    def begin_delivery(self, at: datetime) -> None:
        """A draft that the provider has not sent yet."""
        self.tick(at)
        text = self.tools.talk.delivery.draw()
        work.save_draft(self.stage, text=text, links=[], files=[], by=self.provider, now=at)

    def deliver(self, at: datetime) -> None:
        self.tick(at)
        whole = self.stage.is_last  # the last milestone holds the full project, in files (MIL-10)
        files = self._files("אחרי", self.tools.rng.choice((1, 2) if whole else (0, 0, 1, 2)), self.provider, at)
        text = self.tools.talk.delivery.draw()
        work.deliver(self.stage, text=text, links=[], files=files, by=self.provider, now=at, full=whole)

    def revise(self, at: datetime) -> None:
        self.tick(at)
        text = self.tools.talk.revision.draw()
        work.revise(self.stage, text=text, answers=CONFIRMED, files=[], by=self.client, now=at)

    def accept(self, at: datetime) -> None:
        self.tick(at)
        work.accept(self.stage, by=self.client, now=at)

    # Cancelling

    def ask_cancellation(self, side: Party, at: datetime, *, whole: bool = True) -> None:
        """A client's request points at something (DEC-46): at the latest message."""
        self.tick(at)
        reason, text = self.tools.talk.cancellation(side)
        if side is Party.CLIENT and not self.order.thread.messages.exists():
            self.say(side, BEFORE_ASKING, at)
        latest = self.order.thread.messages.last()
        proof = {"message": latest.pk} if latest else {}
        by = self.client if side is Party.CLIENT else self.provider
        self.request = requests.ask_cancellation(
            self.stage, reason=reason, explanation=text, proof=proof, by=by, now=at, whole=whole
        )

    # The Resolution Center

    def ask(self, kind: str, side: Party, at: datetime) -> None:
        """Any other kind of request, in words of `asking.toml`."""
        self.tick(at)
        self.asked = asked = self.tools.talk.request(kind, side, self.category)
        self.request = requests.ask(
            self._fresh_stage(),
            kind=kind,
            reason=asked["reason"],
            explanation=asked["text"],
            change=self._change(asked),
            by=self.client if side is Party.CLIENT else self.provider,
            now=at,
        )

    def _change(self, asked: Text) -> Text:
        """Shekels become agorot, and a share of what was paid a round sum."""
        change: Text = {name: asked[name] for name in ("days", "revisions") if name in asked}
        if "amount" in asked:
            change["amount"] = asked["amount"] * 100
        if "percent" in asked:
            change["amount"] = self.price * asked["percent"] // 1000_00 * 10_00 or 50_00
        if "lines" in asked:
            change["lines"] = [{**row, "price": row["price"] * 100} for row in asked["lines"]]
        return change

    def _fresh_stage(self) -> Stage:
        """Its price may have changed since."""
        stage = self.order.stages.get(pk=self.stage.pk)
        stage.order = self.order
        return stage

    def consent(self, at: datetime) -> None:
        self.tick(at)
        requests.consent(self.request, by=self._other(), now=at, answer=self.asked.get("yes", ""))

    def decline(self, at: datetime) -> None:
        self.tick(at)
        requests.decline(self.request, by=self._other(), now=at, answer=self.asked.get("no", ""))

    def pay_request(self, at: datetime) -> None:
        """What costs is accepted by paying (O-21, O-23)."""
        self.tick(at - AT_THE_TILL)
        checkout = requests.open_for_request(self.request, client=self.client, now=at - AT_THE_TILL)
        pay(checkout, title=self.offer.title, at=at)
        self.order.refresh_from_db()

    def agree(self, at: datetime) -> None:
        """With or without paying, as it was asked."""
        accept = self.pay_request if self.request.change.get("amount") else self.consent
        accept(at)

    def dispute(self, side: Party, at: datetime) -> None:
        """Support is called after a refusal (CAN-10)."""
        self.tick(at)
        by = self.client if side is Party.CLIENT else self.provider
        text = self.tools.talk.request("dispute", side, self.category)["text"]
        self.case = disputes.open_dispute(self.order, by=by, text=text, now=at)

    def decide(self, decision: str, at: datetime) -> None:
        """Support's decision, with its reason."""
        self.tick(at)
        words: Text = {"why": self.tools.talk.decision(decision)}
        if decision == "refund":
            words["amount"] = self.price * 15 // 1000_00 * 10_00 or 50_00
        if decision == "cancel":
            words |= {"reason": "provider_fault", "fault": "provider"}
        disputes.decide(self.case, self.order, decision=decision, by=self.tools.shira, now=at, **words)

    def withdraw(self, at: datetime) -> None:
        self.tick(at)
        requests.withdraw(self.request, by=self.request.by, now=at)

    def _other(self) -> User:
        return self.provider if self.request.party == Party.CLIENT else self.client

    def cancel_by_support(self, reason: str, why: str, at: datetime) -> None:
        self.tick(at)
        support.cancel(self.order, reason=reason, why=why, by=self.tools.shira, now=at)

    # Tasks

    def list_tasks(self, at: datetime) -> None:
        """A list that both sides wrote; what lies in the past is done (INV-04)."""
        self.tick(at)
        rng, now = self.tools.rng, self.tools.now
        day = at
        for row in self.tools.talk.task_list():
            day += timedelta(days=rng.uniform(0.5, max(1.0, self.days / 4)))
            by = self.client if row["by"] == Party.CLIENT else self.provider
            task = tasks.add(self.order, text=row["text"], day=day.astimezone(ISRAEL).date(), by=by, now=at)
            if day < now + timedelta(days=1):
                state = task.State.DONE if day < now else task.State.DOING
                tasks.change(task, text=task.text, day=task.day, state=state, by=by, now=min(day, now))

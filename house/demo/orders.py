"""One order's life through the real verbs: each at its own moment, with the clock acting in between."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from house import policy
from house.catalog.models import Offer, Requirement
from house.catalog.pricing import Quote, quote
from house.files.actions import store
from house.gateways.payments import get_gateway
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinPayment
from house.orders import deadlines
from house.orders.actions import chat, requests, support, work
from house.orders.actions.checkout import open_for_offer
from house.orders.actions.place import place
from house.orders.models import Deadline, Order, OrderRequirement, ResolutionRequest, Stage
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent
from house.people.models import User
from house.process import Party

from .moments import between
from .talk import Talk

ATTEMPTS = 3  # an order's number is random and may be taken; the queue would try again as well
AT_THE_TILL = timedelta(minutes=3)
AT_THE_GATEWAY = timedelta(minutes=2)
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

    def __init__(self, tools: Tools, client: User, offer: Offer, choice: Choice) -> None:
        self.tools, self.client, self.offer, self.choice = tools, client, offer, choice
        self.provider = offer.provider
        self.quote: Quote = quote(offer, **vars(choice))
        self.order: Order
        self.stage: Stage
        self.request: ResolutionRequest

    @property
    def waits(self) -> bool:
        """Whether the work begins only when something was answered."""
        return any(row.mandatory for row in self.offer.requirements.all())

    def tick(self, until: datetime) -> None:
        """Lets the clock act at each promised moment, as a worker that never slept would have."""
        open_ones = Deadline.objects.filter(order=self.order, done_at=None, try_at__lte=until).order_by("try_at")
        while (due := open_ones.values_list("try_at", flat=True).first()) is not None:
            if failed := deadlines.catch_up(self.order.pk, now=due):
                raise RuntimeError(f"a deadline failed: {failed}")

    def place(self, at: datetime) -> None:
        """Checkout, the twin's page, its webhook, and the order."""
        checkout = open_for_offer(self.offer, client=self.client, now=at - AT_THE_TILL, **vars(self.choice))
        payments.begin(
            checkout,
            invoice_name=self.client.display_name,
            invoice_number="",
            terms_version=policy.TERMS_VERSION,
            now=at - AT_THE_GATEWAY,
        )
        payments.send_to_gateway(checkout, return_url="/", title=self.offer.title)
        checkout.refresh_from_db()
        books.settle(checkout.gateway_ref, TwinPayment.State.PAID)
        self.order = self._paid(checkout, at)
        self.stage = self.order.stages.get()
        self.stage.order = self.order

    def _paid(self, checkout: Checkout, at: datetime) -> Order:
        """The gateway's word, through the market's own door."""
        [event] = get_gateway(checkout.gateway).look_up(checkout.gateway_ref)
        payments.store_event(event, gateway=checkout.gateway, raw=json.dumps(asdict(event)), now=at)
        stored = GatewayEvent.objects.get(gateway=checkout.gateway, event_id=event.event_id)
        for attempt in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    payments.apply(stored.pk, now=at, when_paid={Checkout.Purpose.ORDER: place})
                break
            except IntegrityError:
                if attempt == ATTEMPTS - 1:
                    raise
        return Order.objects.select_related("client", "provider", "thread").get(checkout=checkout)

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
        files = self._files("אחרי", self.tools.rng.choice((0, 0, 1, 2)), self.provider, at)
        text = self.tools.talk.delivery.draw()
        work.deliver(self.stage, text=text, links=[], files=files, by=self.provider, now=at)

    def revise(self, at: datetime) -> None:
        self.tick(at)
        text = self.tools.talk.revision.draw()
        work.revise(self.stage, text=text, answers=CONFIRMED, files=[], by=self.client, now=at)

    def accept(self, at: datetime) -> None:
        self.tick(at)
        work.accept(self.stage, by=self.client, now=at)

    # Cancelling

    def ask_cancellation(self, side: Party, at: datetime) -> None:
        """A client's request points at something (DEC-46): at the latest message."""
        self.tick(at)
        reason, text = self.tools.talk.cancellation(side)
        if side is Party.CLIENT and not self.order.thread.messages.exists():
            self.say(side, BEFORE_ASKING, at)
        latest = self.order.thread.messages.last()
        proof = {"message": latest.pk} if latest else {}
        by = self.client if side is Party.CLIENT else self.provider
        self.request = requests.ask_cancellation(
            self.stage, reason=reason, explanation=text, proof=proof, by=by, now=at
        )

    def consent(self, at: datetime) -> None:
        self.tick(at)
        requests.consent(self.request, by=self._other(), now=at)

    def decline(self, at: datetime) -> None:
        self.tick(at)
        requests.decline(self.request, by=self._other(), now=at)

    def withdraw(self, at: datetime) -> None:
        self.tick(at)
        requests.withdraw(self.request, by=self.request.by, now=at)

    def _other(self) -> User:
        return self.provider if self.request.party == Party.CLIENT else self.client

    def cancel_by_support(self, reason: str, why: str, at: datetime) -> None:
        self.tick(at)
        support.cancel(self.order, reason=reason, why=why, by=self.tools.shira, now=at)

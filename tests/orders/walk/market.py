"""The market of a walk: its people, its present moment, and the gateway with its moods."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from house.catalog.actions.edit import ExtraRow
from house.catalog.models import Offer
from house.gateways.payments import GatewayDown, HookEvent
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinFault, TwinPayment
from house.orders.models import Coupon, Deadline, Earning, Order, Stage
from house.orders.process import OPEN_STATES
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from house.people.models import User
from house.process import Refusal
from house.quotes.models import Quote
from house.treasury import membership
from house.worker.errands import WHEN_DISPUTED, WHEN_PAID
from house.worker.sweep import sweep
from tests import make, persons
from tests.treasury import banking

MILLISECOND = timedelta(milliseconds=1)
EXTRAS = (
    ExtraRow("other", "דלת הזזה", 300_00, days=2, max_quantity=3),
    ExtraRow("revisions", "סבב נוסף", 90_00, max_quantity=2),
)


@dataclass(frozen=True)
class Town:
    """Who and what is there before a walk begins; every walk leaves it as it was."""

    client: User
    provider: User
    stranger: User
    support: User
    finance: User
    plain: Offer
    asking: Offer


def town(client: User, provider: User, stranger: User, support: User, now: datetime) -> Town:
    """A member with two offers, one of which waits for requirements, and a client who may get a coupon."""
    owner = persons.staff("owner", "בעלת", "הבית", now, "owner")
    make.order(client, provider, now - timedelta(days=20), state=Stage.State.APPROVED)
    membership.grant(provider, months=12, why="פתיחה", by=owner, now=now)
    plain = make.offer(provider, now, packages=3, extras=EXTRAS, extra_unit_days=1)
    asking = make.offer(provider, now, requirements=make.REQUIREMENTS)
    sweep(now)
    banking.with_bank(provider, now)
    return Town(client, User.objects.get(pk=provider.pk), stranger, support, owner, plain, asking)


@dataclass
class Market:
    """One walk. `mail` holds what the gateway has said and the market has not heard yet."""

    town: Town
    now: datetime
    before: dict[Any, int] = field(default_factory=dict)
    mail: list[HookEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        for model in (Checkout, Order, Quote, Coupon, GatewayEvent, Refund, TwinPayment, Earning):
            self.before[model] = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def new(self, model: Any) -> QuerySet[Any]:
        """The rows that this walk has made."""
        return model.objects.filter(pk__gt=self.before[model]).order_by("pk")

    def order(self, pick: int) -> Order:
        """One of the orders, the open ones first."""
        rows = sorted(self.new(Order), key=lambda row: (not row.is_open, row.pk))
        if not rows:
            raise Refusal("nothing_yet")
        return rows[pick % len(rows)]

    def who(self, side: str) -> User:
        return getattr(self.town, side)

    # Time

    def moments(self) -> list[datetime]:
        """Every instant at which something is due."""
        return sorted(
            {
                *Deadline.objects.filter(done_at=None).values_list("due_at", flat=True),
                *self.new(Checkout).filter(state__in=["open", "paying"]).values_list("expires_at", flat=True),
                *self.new(Quote).filter(state="sent").values_list("expires_at", flat=True),
                *self.new(Earning).filter(cleared_at=None).values_list("clears_at", flat=True),
            }
        )

    def jump(self, to: datetime, *, sweeps: bool) -> None:
        """Time only goes on; when the worker sleeps, people act first."""
        self.now = max(self.now, to)
        if sweeps:
            sweep(self.now)

    # The gateway

    def go_to_gateway(self, checkout: Checkout) -> Checkout:
        """open → paying, as the page of the checkout does it."""
        if checkout.state == Checkout.State.OPEN:
            words = {"invoice_name": "נועה ברק", "invoice_number": "", "terms_version": "1"}
            payments.begin(checkout, **words, now=self.now)
            payments.send_to_gateway(checkout, return_url="/", title="הזמנה")
            checkout.refresh_from_db()
        if not checkout.gateway_ref:
            raise Refusal("nothing_to_pay")
        return checkout

    def settle(self, checkout: Checkout, how: str) -> None:
        """The gateway charges or declines; its word is on its way."""
        payment = books.settle(self.go_to_gateway(checkout).gateway_ref, how)
        if payment is not None:
            self.mail.append(word(payment))

    def charge_twice(self, checkout: Checkout) -> None:
        """The same card charged again for the same thing."""
        paid = TwinPayment.objects.filter(market_key=checkout.key, state="paid")
        payment = paid.first()
        if payment is None or paid.count() > 1:
            raise Refusal("nothing_paid")
        self.mail.append(word(books.charge_again(payment)))

    def disputed(self, pick: int, decided: str = "") -> None:
        """The payer's bank takes back a payment of this walk, or all but some of it; or it decides."""
        rows = TwinPayment.objects.filter(pk__gt=self.before[TwinPayment], state="paid").order_by("pk")
        rows = rows.filter(dispute="charged_back" if decided else "")
        if not rows.exists():
            raise Refusal("nothing_paid")
        row = rows[pick % rows.count()]
        if decided:
            payment = books.decide(row.ref, TwinPayment.Dispute(decided))
        else:
            payment = books.charge_back(row.ref, amount=row.amount - pick * 7 if pick % 3 == 2 else 0)
        assert payment is not None
        self.mail.append(_event(books.dispute_events(payment)[-1]))

    def hear(self, pick: int, *, again: bool = False) -> None:
        """One letter of the gateway comes in, in any order, maybe twice."""
        if self.mail:
            letter = self.mail[pick % len(self.mail)]
            payments.store_event(letter, gateway="local", raw="{}", now=self.now)
            if not again:
                self.mail.remove(letter)

    def apply(self, pick: int) -> None:
        """One errand of those that wait; the queue keeps no order."""
        waiting = list(GatewayEvent.objects.filter(applied_at=None).values_list("pk", flat=True))
        if waiting:
            self._apply(waiting[pick % len(waiting)])

    def _apply(self, pk: int) -> None:
        with suppress(payments.TooEarly):  # the end of a thing before its beginning; the errand is tried again
            payments.apply(pk, now=self.now, when_paid=WHEN_PAID, when_disputed=WHEN_DISPUTED)

    def errands(self) -> None:
        """All that waits, in the order in which it came."""
        for _ in range(2):  # what came too early is tried again
            for pk in GatewayEvent.objects.filter(applied_at=None).order_by("pk").values_list("pk", flat=True):
                self._apply(pk)
        for pk in Refund.objects.filter(state="asked").values_list("pk", flat=True):
            with suppress(GatewayDown):  # the answer was lost; the errand is tried again
                payments.send_refund(pk, now=self.now)

    def bad_day(self, operation: str, kind: str) -> None:
        TwinFault.objects.create(operation=operation, kind=kind)


def word(payment: TwinPayment) -> HookEvent:
    """What the gateway says of a payment."""
    return _event(books.event(payment))


def _event(told: dict[str, Any]) -> HookEvent:
    return HookEvent(**{("event_id" if key == "id" else key): value for key, value in told.items()})


def current(order: Order) -> Stage:
    """The stage that is open, else the next planned one, else the last."""
    rows = list(order.stages.all())
    for row in rows:
        row.order = order
    open_or_planned = [row for row in rows if row.state in OPEN_STATES] + [
        row for row in rows if row.state == "planned"
    ]
    return [*open_or_planned, rows[-1]][0]


Act = Callable[..., object]

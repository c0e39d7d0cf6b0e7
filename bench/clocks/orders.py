"""Open orders whose deadlines come due, by COPY: the rows that their verbs would have written."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from house import policy
from house.gateways.payments.twin.models import TwinPayment
from house.inbox.models import Conversation
from house.ledger.models import Account, Entry, Transfer
from house.orders.models import Charge, Deadline, Delivery, Order, OrderEvent, ResolutionRequest, Stage
from house.payments.models import Checkout

from ..copying import copy_in, go_on_after
from ..history import terms_of
from ..offers import Sold

BATCH = 2_000
DAY = timedelta(days=1)
S = Stage.State
MIX = {"decide": 45, "late": 25, "very_late": 10, "warn": 10, "requirements": 5, "expire": 5}  # weights
# In the order in which they refer to each other.
TABLES: tuple[type[Model], ...] = (
    Checkout,
    TwinPayment,
    Conversation,
    Order,
    Stage,
    Charge,
    Transfer,
    Entry,
    OrderEvent,
    Delivery,
    ResolutionRequest,
    Deadline,
)


@dataclass(frozen=True)
class Plan:
    """What kind of deadline of one order comes due, and when."""

    kind: str
    due: datetime
    sold: Sold
    client: int


def plans(
    number: int, sold: Sequence[Sold], clients: Sequence[int], rng: Random, begin: datetime, end: datetime
) -> Iterator[Plan]:
    """As many orders of all kinds, due between two moments, evenly."""
    kinds = rng.choices(list(MIX), list(MIX.values()), k=number)
    for place, kind in enumerate(kinds):
        yield Plan(kind, begin + (end - begin) * place / number, rng.choice(sold), rng.choice(clients))


def fill(planned: Sequence[Plan], *, awake: datetime) -> int:
    """Copies the orders in; what was to be announced until `awake` has been. Returns how many deadlines wait."""
    maker, waiting = Maker(awake), 0
    for first in range(0, len(planned), BATCH):
        rows: dict[type[Model], list[Model]] = defaultdict(list)
        for plan in planned[first : first + BATCH]:
            for row in maker.rows(plan):
                rows[type(row)].append(row)
        with transaction.atomic():  # an entry is written in the transaction that makes its transfer
            for model in TABLES:
                copy_in(model, rows[model])
        waiting += sum(isinstance(row, Deadline) and row.done_at is None for row in rows[Deadline])
    go_on_after(*TABLES)
    return waiting


class Maker:
    """Makes the rows of one order after another; ids go on after those that are there."""

    def __init__(self, awake: datetime) -> None:
        self.awake = awake
        self.ids = {model: count((model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1) for model in _models()}
        kinds = (Account.Kind.GATEWAY, Account.Kind.ESCROW)
        self.accounts = [
            Account.objects.get_or_create(kind=kind, owner=None, currency=policy.CURRENCY)[0].pk for kind in kinds
        ]

    def make(self, model: Any, **values: Any) -> Any:
        return model(pk=next(self.ids[model]), **values)

    def rows(self, plan: Plan) -> list[Model]:
        """Everything about one order that is paid and stands where its deadline waits."""
        state, placed, changes, clocks = KINDS[plan.kind](plan.due)
        checkout = self._checkout(plan, placed)
        order = self._order(plan, checkout, placed)
        stage = self._stage(order, state, changes)
        rows = [checkout, order.thread, order, stage, *self._paid(order, stage), *self._worked(order, stage, plan)]
        subject = f"stage:{stage.pk}"
        if plan.kind == "expire":
            request = self._cancellation(order, stage, plan.due)
            order.rests_since = request.opened_at
            rows.append(request)
            subject = f"request:{request.pk}"
        return rows + [self._deadline(order, kind, subject, due) for kind, due in clocks.items()]

    def _checkout(self, plan: Plan, placed: datetime) -> Checkout:
        row: Checkout = self.make(
            Checkout,
            purpose=Checkout.Purpose.ORDER,
            client_id=plan.client,
            provider_id=plan.sold.provider,
            amount=plan.sold.price,
            currency=policy.CURRENCY,
            terms=terms_of(plan.sold),
            state=Checkout.State.PAID,
            opened_at=placed,
            expires_at=placed + policy.CHECKOUT_EXPIRY,
            ended_at=placed,
            gateway="local",
        )
        row.token, row.gateway_ref, row.about = f"{row.pk:022}", f"tw_{row.pk}", f"order:LD-{row.pk:07}"
        return row

    def _order(self, plan: Plan, checkout: Checkout, placed: datetime) -> Order:
        a, b = sorted((plan.client, plan.sold.provider))
        thread = self.make(Conversation, a_id=a, b_id=b, about=checkout.about, opened_at=placed, last_at=placed)
        row: Order = self.make(
            Order,
            number=checkout.about.removeprefix("order:"),  # no new order draws one of these
            client_id=plan.client,
            provider_id=plan.sold.provider,
            offer_id=plan.sold.pk,
            checkout=checkout,
            thread=thread,
            title=plan.sold.title,
            terms=checkout.terms,
            total=checkout.amount,
            currency=checkout.currency,
            placed_at=placed,
        )
        return row

    def _stage(self, order: Order, state: str, changes: dict[str, Any]) -> Stage:
        agreed = order.terms["stages"][0]
        row: Stage = self.make(
            Stage,
            **{**agreed, "price": order.total},
            order=order,
            revision_days=order.terms["revision_days"],
            decision_window=timedelta(seconds=order.terms["decision_window"]),
            state=state,
            **changes,
        )
        return row

    def _paid(self, order: Order, stage: Stage) -> list[Model]:
        """The payment at the gateway and in the books, the charge of the stage, the first line of the diary."""
        checkout = order.checkout
        outside = self.make(
            TwinPayment,
            key=checkout.key,
            market_key=checkout.key,
            ref=checkout.gateway_ref,
            amount=order.total,
            currency=order.currency,
            description=order.title[:160],
            return_url="/",
            state=TwinPayment.State.PAID,
            at=order.placed_at,
            settled_at=order.placed_at,
        )
        paid = self.make(Transfer, key=f"{order.checkout.key}:paid", kind="paid", about=order.about, at=order.placed_at)
        sums = (-order.total, order.total)
        entries = [
            self.make(Entry, transfer=paid, account_id=account, amount=amount)
            for account, amount in zip(self.accounts, sums, strict=True)
        ]
        charge = self.make(
            Charge, stage=stage, checkout=order.checkout, amount=order.total, title=stage.name, at=order.placed_at
        )
        first = self.make(
            OrderEvent,
            order=order,
            stage=stage,
            step="place",
            party="client",
            by_id=order.client_id,
            after=stage.state,
            at=order.placed_at,
        )
        return [outside, charge, paid, *entries, first]

    def _worked(self, order: Order, stage: Stage, plan: Plan) -> list[Model]:
        at = stage.delivered_at
        if at is None:
            return []
        text = "העבודה הושלמה, התמונות מצורפות."
        return [self.make(Delivery, stage=stage, number=1, text=text, saved_at=at, sent_at=at)]

    def _cancellation(self, order: Order, stage: Stage, due: datetime) -> ResolutionRequest:
        row: ResolutionRequest = self.make(
            ResolutionRequest,
            order=order,
            stage=stage,
            kind=ResolutionRequest.Kind.CANCELLATION,
            party="client",
            by_id=order.client_id,
            reason="changed_plans",
            explanation="התוכניות השתנו.",
            opened_at=due - policy.CANCELLATION_WINDOW,
            due_at=due,
        )
        return row

    def _deadline(self, order: Order, kind: str, subject: str, due: datetime) -> Deadline:
        done = due if due <= self.awake else None
        row: Deadline = self.make(
            Deadline, order=order, kind=kind, subject=subject, due_at=due, try_at=due, done_at=done
        )
        return row


def _models() -> tuple[Any, ...]:
    return TABLES


Standing = tuple[str, datetime, dict[str, Any], dict[str, datetime]]  # state, placed at, the stage, its clocks


def _warned(kind: str, due: datetime) -> dict[str, datetime]:
    """A promise and its reminders (DEC-48)."""
    ahead = {f"{kind}.warn{int(each.total_seconds() // 3600)}": due - each for each in policy.REMINDERS_BEFORE}
    return {**ahead, kind: due}


def _delivered(decide_at: datetime) -> Standing:
    """Silence accepts (ORD-10)."""
    at = decide_at - policy.DECISION_WINDOW
    left = {"due_at": at + DAY, "due_left": DAY, "started_at": at - 2 * DAY}
    return S.DELIVERED, at - 2 * DAY, {**left, "delivered_at": at, "decide_at": decide_at}, _warned("decide", decide_at)


def _working(due: datetime) -> Standing:
    """Late, and a day later very late (ORD-11, ORD-12)."""
    placed = due - 5 * DAY
    clocks = {"late": due, "very_late": due + policy.VERY_LATE_AFTER}
    return S.ACTIVE, placed, {"started_at": placed, "due_at": due}, clocks


def _awaiting(due: datetime) -> Standing:
    """Requirements that never came (DEC-15)."""
    return S.AWAITING, due - policy.REQUIREMENTS_LAPSE, {}, _warned("requirements", due)


def _cancelling(due: datetime) -> Standing:
    """A request for cancellation that nobody answers (CAN-03); the stage's own clocks rest."""
    placed = due - policy.CANCELLATION_WINDOW - DAY
    return S.ACTIVE, placed, {"started_at": placed, "due_at": due + DAY}, _warned("expire", due)


# How an order stands whose next deadline comes due at a moment.
KINDS: dict[str, Callable[[datetime], Standing]] = {
    "decide": _delivered,
    "late": _working,
    "very_late": lambda due: _working(due - policy.VERY_LATE_AFTER),
    "warn": lambda due: _delivered(due + policy.REMINDERS_BEFORE[0]),
    "requirements": _awaiting,
    "expire": _cancelling,
}

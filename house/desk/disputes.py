"""Disputes: an order that the two sides could not settle, with support (CAN-10, DEC-32)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from house import clock, policy
from house.orders.actions import support
from house.orders.models import Order
from house.people import audit
from house.people.models import User
from house.process import Refusal
from house.text import visible_length

from .actions import close, new_case
from .models import Case

KIND, OPEN = Case.Kind.DISPUTE, Case.State.OPEN


def open_dispute(order: Order, *, by: User, text: str, now: datetime) -> Case:
    """After a decline either side may call support; the order's clocks rest until it is decided.

    Refusals: those of `orders.actions.support.hold`, `explanation_missing`.
    """
    if visible_length(text) < policy.EXPLANATION_MIN:
        raise Refusal("explanation_missing", least=policy.EXPLANATION_MIN)
    with transaction.atomic():
        support.hold(order, by=by, now=now)
        due = clock.due(now, policy.DISPUTE_WINDOW, order)
        return new_case(KIND, by=by, about=order.about, subject=order.title, text=text, now=now, due_at=due)


Decision = Callable[..., None]
DECISIONS: dict[str, Decision] = {
    "continue": support.continue_order,
    "revision": support.grant_revision,
    "refund": support.refund_part,
    "cancel": support.cancel,
}


def decide(case: Case, order: Order, *, decision: str, by: User, now: datetime, **words: Any) -> Case:
    """Support decides: continue, one more revision, a partial refund, or cancel; then the case is closed.

    Refusals: `case_closed` (somebody was faster), `order_over`, and those of the decision.
    """
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        if row.state != OPEN or row.kind != KIND or decision not in DECISIONS:
            raise Refusal("case_closed")
        if not Order.objects.get(pk=order.pk).is_open:
            raise Refusal("order_over")
        DECISIONS[decision](order, by=by, now=now, **words)
        return close(row, by=by, now=now)


def close_over(case: Case, order: Order, *, by: User, now: datetime) -> Case:
    """The order ended meanwhile (the sides agreed, or the client accepted): nothing is left to decide. Refusals:
    `dispute_needs_decision` (else the order would rest for ever), those of `close`.
    """
    if Order.objects.get(pk=order.pk).is_open:
        raise Refusal("dispute_needs_decision")
    return close(case, by=by, now=now)


def escalate_due(now: datetime) -> int:
    """A dispute that nobody decided in five days is the owner's."""
    late = Case.objects.filter(kind=KIND, state=OPEN, escalated_at=None, due_at__lte=now)
    for case in late:
        audit.record(by=None, what="dispute_escalated", about=f"case:{case.number}", now=now)
    return late.update(escalated_at=now)

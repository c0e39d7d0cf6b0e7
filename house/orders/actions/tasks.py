"""The verbs of an order's task list (INV-04, INV-07): either side adds and changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import transaction

from house import clock, policy
from house.people.models import User
from house.process import Party, Refusal
from house.text import clean_line

from ..models import Order, Task
from ..parties import party_of


def may_change(order: Order, now: datetime) -> bool:
    """While the order is open, and for a while after it."""
    return order.ended_at is None or now < clock.due(order.ended_at, policy.TASKS_AFTER, order)


@contextmanager
def _listed(order: Order, by: User, now: datetime) -> Iterator[Order]:
    """The order's list, one change at a time. Refusals: `stranger`, `tasks_over`."""
    with transaction.atomic():
        row = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if party_of(row, by) not in (Party.CLIENT, Party.PROVIDER):
            raise Refusal("stranger")
        if not may_change(row, now):
            raise Refusal("tasks_over")
        yield row


def _words(text: str) -> str:
    line = clean_line(text)
    if not line:
        raise Refusal("task_empty")
    if len(line) > policy.TASK_LENGTH_MAX:
        raise Refusal("task_too_long", most=policy.TASK_LENGTH_MAX)
    return line


def _day(order: Order, day: date) -> date:
    placed = order.placed_at.astimezone(clock.ISRAEL).date()
    first = placed - timedelta(days=policy.TASK_DAYS_BEFORE)
    last = placed + timedelta(days=policy.TASK_DAYS_AFTER)
    if not first <= day <= last:
        raise Refusal("bad_task_day", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    return day


def add(order: Order, *, text: str, day: date, by: User, now: datetime) -> Task:
    """A new task. Refusals: `stranger`, `tasks_over`, `task_empty`, `task_too_long`, `bad_task_day`,
    `too_many_tasks`.
    """
    with _listed(order, by, now) as row:
        if row.tasks.count() >= policy.TASKS_MAX:
            raise Refusal("too_many_tasks", most=policy.TASKS_MAX)
        return Task.objects.create(order=row, text=_words(text), day=_day(row, day), by=by, made_at=now, changed_at=now)


def change(task: Task, *, text: str, day: date, state: str, by: User, now: datetime) -> Task:
    """Other words, another day, another state. Refusals: those of `add`, and `unknown_task_state`."""
    if state not in Task.State:
        raise Refusal("unknown_task_state")
    with _listed(task.order, by, now) as order:
        row = Task.objects.get(pk=task.pk)
        row.text, row.day, row.state, row.changed_at = _words(text), _day(order, day), state, now
        row.save()
        return row

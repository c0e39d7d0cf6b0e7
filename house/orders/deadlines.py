"""Deadlines: derived from the tables, carried out by the clock through the same verbs that people use."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from house import policy
from house.process import Timer

from .models import Deadline, Order, ResolutionRequest, Stage
from .process import REQUEST, STAGE

log = logging.getLogger(__name__)


class DeadlineFailed(Exception):
    """A deadline whose verb failed; the transaction around it is rolled back."""

    def __init__(self, deadline: Deadline, error: Exception) -> None:
        super().__init__(str(deadline))
        self.deadline = deadline
        self.error = error


@dataclass(frozen=True)
class Promise:
    """What the tables ask for: `kind` of `subject` at `due_at`; a warning stands before its `main` one."""

    kind: str
    subject: str
    due_at: datetime


def _of(
    timers: tuple[Timer, ...], thing: Stage | ResolutionRequest, subject: str, since: datetime
) -> Iterator[Promise]:
    for timer in timers:
        due = timer.due(thing)
        if due is None:
            continue
        yield Promise(timer.kind, subject, due)
        for ahead in timer.warn:
            if due - ahead > since:
                yield Promise(f"{timer.kind}.warn{hours(ahead)}", subject, due - ahead)


def hours(window: timedelta) -> int:
    """Whole hours of a window."""
    return int(window.total_seconds() // 3600)


def promises(order: Order) -> Iterator[Promise]:
    """Everything the clock owes this order now. While it rests, its stages' clocks owe nothing (AMB-10)."""
    if not order.is_open or order.held_at is not None:
        return
    request = order.requests.filter(state=ResolutionRequest.State.OPEN).first()
    if request is not None:
        yield from _of(REQUEST.timers[request.state], request, f"request:{request.pk}", request.opened_at)
    if order.rests_since is not None:
        return
    stages = list(order.stages.all())
    moments = [order.placed_at, *(row.ended_at for row in stages), *(row.delivered_at for row in stages)]
    since = max(moment for moment in moments if moment is not None)
    for stage in stages:
        stage.order = order
        yield from _of(STAGE.timers.get(stage.state, ()), stage, f"stage:{stage.pk}", since)


def go_on(order: Order, subject: str, later: timedelta, still_due: datetime | None = None) -> None:
    """What was carried out stays so for a promise that is now `later`; with `still_due`, only where the new
    moment has passed as well: what lies ahead again is promised anew.
    """
    done = Deadline.objects.filter(order=order, subject=subject).exclude(done_at=None)
    if still_due is not None:
        done = done.filter(due_at__lte=still_due - later)
    done.update(due_at=F("due_at") + later)


def reset(order: Order) -> None:
    """Makes the stored deadlines equal to what the tables ask for; writes only the difference. While the
    clocks rest, what was carried out is kept, so that it is not carried out again.
    """
    wanted = {(p.kind, p.subject): p.due_at for p in promises(order)}
    stored = {(d.kind, d.subject): d for d in Deadline.objects.filter(order=order)}
    rests = order.is_open and order.rests_since is not None
    gone = [row.pk for key, row in stored.items() if key not in wanted and not (rests and row.done_at)]
    if gone:
        Deadline.objects.filter(pk__in=gone).delete()
    for key, row in stored.items():
        if key in wanted and row.due_at != wanted[key]:
            row.due_at = row.try_at = wanted[key]
            row.done_at, row.failures, row.error = None, 0, ""
            row.save()
    Deadline.objects.bulk_create(
        Deadline(order=order, kind=kind, subject=subject, due_at=due, try_at=due)
        for (kind, subject), due in wanted.items()
        if (kind, subject) not in stored
    )


def carry_out(deadline: Deadline, order: Order, *, now: datetime) -> None:
    """Does what was promised, as of the promised instant (DEC-30). The order is locked by the caller."""
    from .actions.timed import TIMED, warn  # the verbs import this module for `reset`

    kind, _, warning = deadline.kind.partition(".")
    if warning:
        warn(order, kind, deadline.subject, warning, at=deadline.due_at, now=now)
    else:
        TIMED[kind](order, deadline.subject, deadline.due_at)
    Deadline.objects.filter(pk=deadline.pk, due_at=deadline.due_at).update(done_at=deadline.due_at)


def _due(order_pk: int, now: datetime) -> QuerySet[Deadline]:
    due = Deadline.objects.filter(order=order_pk, done_at=None, due_at__lte=now, try_at__lte=now)
    return due.order_by("due_at", "kind")


def run_due(order: Order, *, now: datetime) -> int:
    """Lets the clock have its due in order of (due_at, kind); returns how many were carried out (DEC-30). `order`
    is locked by the caller, who reads it anew when there were any; a failure is for the caller to roll back.
    """
    done = 0
    while (deadline := _due(order.pk, now).first()) is not None:
        if done:
            order.refresh_from_db()
        try:
            carry_out(deadline, order, now=now)
        except Exception as error:
            raise DeadlineFailed(deadline, error) from error
        done += 1
    return done


def catch_up(order_pk: int, *, now: datetime, skip_locked: bool = False) -> list[tuple[Deadline, int]]:
    """Runs what is due in a transaction of its own, so that a person's refused step does not undo it.

    A deadline that fails is put off and the rest goes on; returns (deadline, failures) of those. With
    `skip_locked` an order that somebody else is working on is left to them.
    """
    failed: list[tuple[Deadline, int]] = []
    waiting = _due(order_pk, now).exists()
    while waiting:
        try:
            with transaction.atomic():
                order = (
                    Order.objects.select_for_update(of=("self",), skip_locked=skip_locked).filter(pk=order_pk).first()
                )
                if order is not None:
                    run_due(order, now=now)
            waiting = False
        except DeadlineFailed as failure:
            log.exception("deadline %s of order %s failed", failure.deadline, order_pk)
            failed.append((failure.deadline, put_off(failure.deadline, failure.error, now=now)))
    return failed


def put_off(deadline: Deadline, error: Exception, *, now: datetime) -> int:
    """A deadline that failed is tried again later (DEC-49); returns how often it has failed."""
    failures = deadline.failures + 1
    wait = policy.DEADLINE_RETRIES[min(failures, len(policy.DEADLINE_RETRIES)) - 1]
    Deadline.objects.filter(pk=deadline.pk).update(failures=failures, try_at=now + wait, error=repr(error)[:200])
    return failures

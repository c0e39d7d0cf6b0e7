"""Batches: collected → approved, by two people above a limit → sent → returns come back one by one (DEC-20)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from house import policy
from house.people import audit
from house.people.models import Role, User
from house.process import Party, Refusal

from .models import Approval, Batch, Payout
from .payouts import mark_sent
from .process import BATCH, PAYOUT, Pay, Step


def _finance(by: User) -> None:
    if not by.has_role(Role.FINANCE, Role.OWNER):
        raise Refusal("wrong_party")


@transaction.atomic
def collect(*, by: User, now: datetime) -> Batch:
    """Takes every waiting payout into a new batch; those of blocked people stay (DEC-37).

    Refusals: `wrong_party`, `nothing_to_pay_out`.
    """
    _finance(by)
    waiting = Payout.objects.filter(state=Payout.State.WAITING).exclude(provider__standing=User.Standing.BLOCKED)
    rows = list(waiting.select_for_update(of=("self",), skip_locked=True).order_by("asked_at"))
    if not rows:
        raise Refusal("nothing_to_pay_out")
    batch = Batch.objects.create(total=sum(row.amount for row in rows), made_by=by, made_at=now)
    Payout.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=PAYOUT.path(Step.COLLECT, state=Payout.State.WAITING), batch=batch
    )
    _record(batch, "batch_collected", by, now)
    return batch


def approvals_needed(batch: Batch) -> int:
    """Two people above the limit, else one."""
    return 2 if batch.total > policy.BATCH_TWO_ABOVE else 1


@contextmanager
def _locked(batch: Batch, step: Pay, by: User) -> Iterator[Batch]:
    _finance(by)
    with transaction.atomic():
        row = Batch.objects.select_for_update().get(pk=batch.pk)
        BATCH.check(step, state=row.state, party=Party.STAFF)
        yield row
        row.save()


def approve(batch: Batch, *, by: User, now: datetime) -> Batch:
    """One person's yes; the last that is needed approves the batch. Refusals: `wrong_party`, `approved_before`."""
    with _locked(batch, Pay.APPROVE, by) as row:
        if row.approvals.filter(by=by).exists():
            raise Refusal("approved_before")
        Approval.objects.create(batch=row, by=by, at=now)
        if row.approvals.count() >= approvals_needed(row):
            row.state = BATCH.path(Pay.APPROVE, state=row.state)
        _record(row, "batch_approved", by, now)
    return row


def drop(batch: Batch, *, why: str, by: User, now: datetime) -> Batch:
    """Takes a batch apart before it is sent: its payouts wait again. Refusals: `wrong_party`, `reason_missing`."""
    if not why.strip():
        raise Refusal("reason_missing")
    with _locked(batch, Pay.DROP, by) as row:
        row.state, row.ended_at = BATCH.path(Pay.DROP, state=row.state), now
        row.payouts.update(state=PAYOUT.path(Step.DROP, state=Payout.State.BATCHED), batch=None)
        _record(row, "batch_dropped", by, now, why=why)
    return row


def send(batch: Batch, *, by: User, now: datetime) -> Batch:
    """The file was handed to the bank: each payout leaves the books."""
    with _locked(batch, Pay.SEND, by) as row:
        row.state, row.ended_at = BATCH.path(Pay.SEND, state=row.state), now
        for payout in row.payouts.order_by("pk"):
            mark_sent(payout, now=now)
        _record(row, "batch_sent", by, now)
    return row


def _record(batch: Batch, what: str, by: User, now: datetime, why: str = "") -> None:
    audit.record(by=by, what=what, about=f"batch:{batch.pk}", why=why, now=now, total=batch.total)

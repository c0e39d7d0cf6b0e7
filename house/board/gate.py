"""The gate of requests: lock, clock, table, party."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from house.notices.actions import tell
from house.people.models import Role, User
from house.process import CLOCK, Clock, Party, Refusal

from .models import Request
from .process import REQUEST, Step

Actor = User | Clock
RUNNING = frozenset(state for state in REQUEST.timers)


def party_of(request: Request, by: Actor) -> Party:
    """Its client, a reviewer or moderator, or the clock; others are refused with `stranger`."""
    if isinstance(by, Clock):
        return Party.CLOCK
    if by.pk == request.client_id:
        return Party.CLIENT
    if by.has_role(Role.REVIEWER, Role.MODERATOR):
        return Party.STAFF
    raise Refusal("stranger")


def locked(request: Request) -> Request:
    """The request's row, locked until the transaction ends: before quotes, orders and profiles."""
    return Request.objects.select_for_update(of=("self",)).select_related("client", "category").get(pk=request.pk)


@contextmanager
def move(request: Request, step: Step, *, by: Actor, now: datetime) -> Iterator[Request]:
    """Locks the request, lets the clock have its due (DEC-30), checks the table, yields for the body, writes, tells."""
    with transaction.atomic():
        row = locked(request)
        if not isinstance(by, Clock):
            let_the_clock(row, now)
        rule = REQUEST.check(step, state=row.state, party=party_of(row, by))
        yield row
        row.state = rule.end or row.state
        row.save()
        if Party.CLIENT in rule.tell:
            _tell(row, step, now)


def let_the_clock(row: Request, now: datetime) -> None:
    """Under the row's lock: whose thirty days are over has ended, though the worker has not come by."""
    if row.state in RUNNING and row.closes_at is not None and row.closes_at <= now:
        with move(row, Step.EXPIRE, by=CLOCK, now=row.closes_at) as fresh:
            fresh.ended_at = fresh.closes_at
        row.refresh_from_db()


def _tell(row: Request, step: Step, now: datetime) -> None:
    tell(
        row.client,
        f"board_{step}",
        key=f"{row.about}:{step}:{now.isoformat()}",
        about=row.about,
        path=f"/requests/{row.pk}/",
        now=now,
        title=row.title,
        reason=row.reason,
    )

"""A payment begun before a deadline counts as the answer (DEC-31): the deadline waits until it has ended.

A thing with a deadline (a quote, a request, a planned stage) has `waits_for` and `waits_left`. While its
checkout lives, the deadline stands at the checkout's own end; when that fails, what was left goes on, at
least one hour.
"""

from datetime import datetime, timedelta
from typing import Protocol

from house import policy

from .models import Checkout

ASK_AGAIN = timedelta(seconds=10)  # the money is reported and its errand is on its way


class Waits(Protocol):
    """What has a deadline that can wait."""

    waits_for: Checkout | None
    waits_left: timedelta | None


def begin(thing: Waits, checkout: Checkout, *, due: datetime, now: datetime) -> datetime:
    """Notes the payment; returns the deadline's new instant. A second payment keeps what the first had left."""
    if thing.waits_for is None or thing.waits_left is None:
        thing.waits_left = due - now
    thing.waits_for = checkout
    return checkout.expires_at


def after_rest(thing: Waits, since: datetime, now: datetime) -> datetime | None:
    """The deadline's new instant after a rest that began at `since`; None when it waits for no payment. A
    payment is not held up by a rest; one that failed meanwhile leaves what was left then.
    """
    checkout = thing.waits_for
    if checkout is None:
        return None
    checkout.refresh_from_db()
    heard = checkout.events.filter(applied_at=None).exists()
    if checkout.is_live and (heard or not checkout.is_over(now)):
        return checkout.expires_at
    ended = checkout.ended_at or checkout.expires_at
    left = (thing.waits_left or timedelta()) - max(since - ended, timedelta())
    thing.waits_for, thing.waits_left = None, None
    return now + max(left, policy.ANSWER_AGAIN_AT_LEAST)


def until(thing: Waits, due: datetime) -> datetime | None:
    """At the deadline: None when it really is over, else the instant at which it now stands."""
    checkout = thing.waits_for
    if checkout is None:
        return None
    checkout.refresh_from_db()
    if checkout.is_live and checkout.events.filter(applied_at=None).exists():
        return due + ASK_AGAIN
    left = max(thing.waits_left or timedelta(), policy.ANSWER_AGAIN_AT_LEAST)
    thing.waits_for, thing.waits_left = None, None
    ended = checkout.ended_at or checkout.expires_at
    return ended + left if ended + left > due else None

"""A payment begun before a deadline counts as the answer (DEC-31): the deadline waits until it has ended.

A thing with a deadline (a quote, a request, a planned stage) has `waits_for`. As the payment begins, the deadline
moves to where it will stand if nothing comes of it: the payment's own end and what was left, at least an hour.
So it never moves nearer, and never again while the payment lives.
"""

from datetime import datetime, timedelta
from typing import Protocol

from house import policy

from .models import Checkout


class Waits(Protocol):
    """What has a deadline that can wait."""

    waits_for: Checkout | None


def begin(thing: Waits, checkout: Checkout, *, due: datetime, now: datetime) -> datetime:
    """Notes the payment; returns the instant at which the deadline stands from now on. A second payment beside one
    that lives adds only what it lives longer; the same one adds nothing.
    """
    beside, thing.waits_for = thing.waits_for, checkout
    if beside is not None and beside.is_live and not beside.is_over(now):
        return due + max(checkout.expires_at - beside.expires_at, timedelta())
    return checkout.expires_at + max(due - now, policy.ANSWER_AGAIN_AT_LEAST)


def until(thing: Waits, due: datetime) -> datetime | None:
    """At the deadline: None when it really is over, else when to look again: the money was reported, and its errand
    is on its way. Each pause is as long as all that went before, so that a day without a worker is caught up fast.
    """
    checkout = thing.waits_for
    if checkout is None:
        return None
    checkout.refresh_from_db()
    reported = checkout.is_live and checkout.events.filter(applied_at=None).exists()
    return due + max(due - checkout.expires_at, policy.ANSWER_AGAIN_AT_LEAST) if reported else None

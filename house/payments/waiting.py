"""A payment begun before a deadline counts as the answer (DEC-31): the deadline waits until it has ended.

A thing with a deadline (a quote, a request, a planned stage) has `waits_for`. What was left stays left, and is
never less than an hour after the payment could last have failed. A deadline never moves nearer.
"""

from datetime import datetime
from typing import Protocol

from house import policy

from .models import Checkout


class Waits(Protocol):
    """What has a deadline that can wait."""

    waits_for: Checkout | None


def begin(thing: Waits, checkout: Checkout, *, due: datetime) -> datetime:
    """Notes the payment; returns the instant at which the deadline stands from now on."""
    thing.waits_for = checkout
    return max(due, checkout.expires_at + policy.ANSWER_AGAIN_AT_LEAST)


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

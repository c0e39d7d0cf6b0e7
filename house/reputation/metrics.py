"""What a provider's record says; computed here, written down to people and catalog."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Avg, Count

from house import policy
from house.catalog.models import Offer
from house.orders.models import Order
from house.people.models import Profile, User
from house.process import Party

from .models import Review


def completion_rate(provider: User, now: datetime) -> int | None:
    """MET-01: completed ÷ all orders that ended in the last 60 days, in percent; MET-05's are left out."""
    ended = Order.objects.filter(
        provider=provider, counts_in_rate=True, ended_at__gt=now - policy.METRIC_WINDOW, ended_at__lte=now
    )
    states = dict(ended.values_list("state").annotate(number=Count("pk")))
    total = sum(states.values())
    return round(100 * states.get(Order.State.COMPLETED, 0) / total) if total else None


def rating(now: datetime, **about: object) -> tuple[Decimal | None, int]:
    """The public average of the last two years and the number of its reviews (DEC-10)."""
    shown = Review.objects.filter(
        party=Party.CLIENT, published_at__gt=now - policy.REVIEWS_COUNT_FOR, published_at__lte=now, **about
    ).aggregate(average=Avg("stars"), number=Count("pk"))
    average = shown["average"]
    return (round(average, 2) if average is not None else None), shown["number"]


FIRST_ANSWERS = """
WITH firsts AS (
    SELECT c.id, min(m.at) FILTER (WHERE m.author_id <> %(me)s) AS asked,
           min(m.at) FILTER (WHERE m.author_id = %(me)s AND m.at > coalesce(c.unanswered_at, '-infinity')) AS answered
    FROM inbox_conversation c JOIN inbox_message m ON m.conversation_id = c.id
    WHERE (c.a_id = %(me)s OR c.b_id = %(me)s) AND c.about = '' GROUP BY c.id
)
SELECT asked, answered FROM firsts
WHERE asked > %(since)s AND asked <= %(now)s AND (answered IS NULL OR answered >= asked)
AND NOT EXISTS (SELECT FROM inbox_filing f WHERE f.conversation_id = firsts.id AND f.owner_id = %(me)s
                AND f.folder = 'spam' AND f.at <= asked + %(within)s)
"""


def response(provider: User, now: datetime) -> tuple[int | None, int | None]:
    """AMB-19: (rate in percent, mean minutes to the first answer) over first messages of 60 days; what was called spam
    within a day is left out (DEC-16), and what was no answer to whoever asked is none (AMB-20).
    """
    with connection.cursor() as cursor:
        since = now - policy.METRIC_WINDOW
        facts: dict[str, Any] = {"me": provider.pk, "since": since, "now": now, "within": policy.RESPONSE_WITHIN}
        cursor.execute(FIRST_ANSWERS, facts)
        pairs: list[tuple[datetime, datetime | None]] = cursor.fetchall()
    due = [pair for pair in pairs if pair[1] or now - pair[0] >= policy.RESPONSE_WITHIN]
    waits = [answered - asked for asked, answered in due if answered is not None]
    in_time = sum(wait <= policy.RESPONSE_WITHIN for wait in waits)
    mean = sum(waits, timedelta()) / len(waits) if waits else None
    return (round(100 * in_time / len(due)) if due else None), (int(mean.total_seconds() // 60) if mean else None)


UNANSWERED = """
WITH alive AS (
    SELECT id, thread_id, ended_at FROM orders_order
    WHERE provider_id = %(me)s AND placed_at <= %(now)s AND (ended_at IS NULL OR ended_at > %(since)s)
), asked AS (
    SELECT o.id, m.at FROM alive o JOIN inbox_message m ON m.conversation_id = o.thread_id
    WHERE m.author_id <> %(me)s AND m.text LIKE '%%?%%'
    UNION ALL SELECT o.id, r.opened_at FROM alive o JOIN orders_resolutionrequest r ON r.order_id = o.id
    WHERE r.party = 'client'
    UNION ALL SELECT o.id, v.at FROM alive o JOIN orders_stage s ON s.order_id = o.id
    JOIN orders_delivery d ON d.stage_id = s.id JOIN orders_revisionrequest v ON v.delivery_id = d.id
), answered AS (
    SELECT o.id, m.at FROM alive o JOIN inbox_message m ON m.conversation_id = o.thread_id WHERE m.author_id = %(me)s
    UNION ALL SELECT o.id, e.at FROM alive o JOIN orders_orderevent e ON e.order_id = o.id WHERE e.party = 'provider'
)
SELECT count(*), count(*) FILTER (WHERE EXISTS (
    SELECT FROM asked q WHERE q.id = alive.id AND q.at > %(since)s
    AND q.at + %(within)s <= least(%(now)s, coalesce(alive.ended_at, %(now)s))
    AND NOT EXISTS (SELECT FROM answered a WHERE a.id = q.id AND a.at > q.at AND a.at <= q.at + %(within)s)))
FROM alive
"""


def unresponsive(provider: User, now: datetime) -> int | None:
    """MET-11…13: in percent, orders of the last 60 days in which a question (a message with a question mark), a
    request or a revision waited 24 hours for an answer of any kind; None without orders. It moves no level (MET-15).
    """
    facts: dict[str, Any] = {
        "me": provider.pk,
        "now": now,
        "since": now - policy.METRIC_WINDOW,
        "within": policy.RESPONSE_WITHIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNANSWERED, facts)
        total, late = cursor.fetchone()
    return round(100 * late / total) if total else None


@transaction.atomic
def recount_provider(provider: User, now: datetime) -> None:
    """Writes the provider's figures and those of their offers down (TRS-09, MET-02). The profile is locked:
    an order that is completed meanwhile is counted after us, not lost.
    """
    profile = Profile.objects.select_for_update().filter(user=provider).first()
    if profile is None:
        return
    profile.rating, profile.reviews = rating(now, subject=provider)
    profile.completion_rate = completion_rate(provider, now)
    profile.response_rate, profile.response_minutes = response(provider, now)
    profile.completed_orders = Order.objects.filter(provider=provider, state=Order.State.COMPLETED).count()
    profile.save(
        update_fields=["rating", "reviews", "completion_rate", "response_rate", "response_minutes", "completed_orders"]
    )
    for offer in Offer.objects.filter(provider=provider).exclude(state=Offer.State.DRAFT):
        average, number = rating(now, order__offer=offer)
        done = offer.orders.filter(state=Order.State.COMPLETED).count()
        Offer.objects.filter(pk=offer.pk).update(rating=average, reviews=number, orders_done=done)


def recount_all(now: datetime) -> None:
    """Every provider, one after another."""
    for provider in User.objects.filter(profile__isnull=False).iterator():
        recount_provider(provider, now)

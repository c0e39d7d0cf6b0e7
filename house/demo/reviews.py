"""What both sides wrote about each other afterwards, and what providers answered (DEC-10)."""

from collections import defaultdict
from datetime import datetime
from random import Random

from house import policy
from house.orders.models import Order
from house.people.models import User
from house.process import Party
from house.reputation import actions as reputation
from house.reputation.models import Review

from .moments import DAY, HOUR, MINUTE, between
from .talk import RATINGS, REVIEW_STARS, Talk
from .texts import Text

BY_CLIENTS, BY_PROVIDERS, ANSWERED = 0.85, 0.6, 0.35
FRESH = 3 * DAY  # after so short a time most clients have not written yet


def write(rng: Random, talk: Talk, texts: dict[int, Text], noa: User, now: datetime) -> None:
    """`texts` are the offers' own words, which hold what clients wrote of each. Noa never forgets to write."""
    left = defaultdict(list, {pk: list(text.get("review", [])) for pk, text in texts.items()})
    completed = Order.objects.filter(state=Order.State.COMPLETED).select_related("client", "provider")
    for order in completed.order_by("ended_at", "pk"):
        share = 1.0 if order.client_id == noa.pk else BY_CLIENTS
        _both_sides(rng, talk, order, left[order.offer_id or 0], share, now)
    while reputation.publish_due(now):
        pass
    _answer(rng, talk, now)


def _both_sides(rng: Random, talk: Talk, order: Order, texts: list[Text], share: float, now: datetime) -> None:
    assert order.ended_at is not None
    written = []
    fresh = now - order.ended_at < FRESH
    if texts and not fresh and rng.random() < share:
        written.append((_moment(rng, order, now), Party.CLIENT))
    if rng.random() < BY_PROVIDERS:
        written.append((_moment(rng, order, now), Party.PROVIDER))
    for at, side in sorted(written):
        if side is Party.CLIENT:
            text = texts.pop(0)
            quality, communication, value = rng.choice(RATINGS[text["stars"]])
            reputation.review(
                order,
                by=order.client,
                text=text["text"],
                quality=quality,
                communication=communication,
                value=value,
                now=at,
            )
        else:
            stars = rng.choice(REVIEW_STARS)
            reputation.review(order, by=order.provider, text=talk.provider_review.draw(), stars=stars, now=at)


def _moment(rng: Random, order: Order, now: datetime) -> datetime:
    """Within the window, and not in the future; many write soon."""
    assert order.ended_at is not None
    days = policy.REVIEW_WINDOW * 0.9 * rng.random() ** 2
    return between(rng, order.ended_at + MINUTE, min(now, order.ended_at + days + 2 * MINUTE))


def _answer(rng: Random, talk: Talk, now: datetime) -> None:
    """Some providers thank, some explain."""
    shown = Review.objects.filter(party=Party.CLIENT, published_at__lt=now - DAY).select_related("subject")
    for row in shown.order_by("published_at", "pk"):
        if rng.random() < ANSWERED:
            assert row.published_at is not None
            at = between(rng, row.published_at + HOUR, min(now, row.published_at + 4 * DAY))
            reputation.reply(row, by=row.subject, text=talk.reply.draw(), now=at)

"""Reviews: written by both sides, published together (DEC-10)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from house import clock, policy
from house.notices.actions import tell
from house.orders.models import Order, OrderEvent
from house.orders.move import locked
from house.orders.parties import party_of, person
from house.orders.process import Step
from house.people.models import User
from house.process import Party, Refusal
from house.text import clean_text, visible_length

from .metrics import recount_provider
from .models import Review

STARS = range(1, 6)


def window_ends(order: Order) -> datetime | None:
    """The instant after which nobody may review; None while the order is open."""
    return order.ended_at and clock.due(order.ended_at, policy.REVIEW_WINDOW, order)


def may_review(order: Order, now: datetime) -> bool:
    """After completion; after a cancellation only where the provider was very late (DEC-10)."""
    ends = window_ends(order)
    if ends is None or now >= ends:
        return False
    return order.state == Order.State.COMPLETED or was_very_late(order)


def was_very_late(order: Order) -> bool:
    """The diary knows (ORD-12)."""
    return OrderEvent.objects.filter(order=order, step=Step.NOTE_VERY_LATE).exists()


def review(
    order: Order,
    *,
    by: User,
    text: str,
    now: datetime,
    quality: int | None = None,
    communication: int | None = None,
    value: int | None = None,
    stars: int | None = None,
    photos: Sequence[UUID] = (),
) -> Review:
    """A client gives three ratings, a provider one. Published when both are in (DEC-10).

    Refusals: `review_closed`, `reviewed_before`, `bad_stars`, `review_too_short`, `stranger`.
    """
    with locked(order, by=by, now=now) as order:
        party = party_of(order, by)
        if party not in (Party.CLIENT, Party.PROVIDER):
            raise Refusal("stranger")
        if not may_review(order, now):
            raise Refusal("review_closed")
        if order.order_reviews.filter(party=party).exists():
            raise Refusal("reviewed_before")
        if visible_length(text) < policy.REVIEW_TEXT_MIN:
            raise Refusal("review_too_short", least=policy.REVIEW_TEXT_MIN)
        given = [quality, communication, value] if party is Party.CLIENT else [stars]
        if any(each not in STARS for each in given):
            raise Refusal("bad_stars")
        other = Party.PROVIDER if party is Party.CLIENT else Party.CLIENT
        row = Review.objects.create(
            order=order,
            party=party,
            author=by,
            subject=person(order, other),
            quality=quality if party is Party.CLIENT else None,
            communication=communication if party is Party.CLIENT else None,
            value=value if party is Party.CLIENT else None,
            stars=Decimal(sum(each or 0 for each in given)) / len(given),
            text=clean_text(text),
            photos=list(photos),
            at=now,
        )
        if order.order_reviews.count() == 2:
            publish(order, at=now, now=now)
        else:
            _tell(order, "review_written", other, f"review:{row.pk}", now)
    return row


def publish(order: Order, *, at: datetime, now: datetime) -> None:
    """Shows the order's reviews as of `at`, and recounts who was reviewed as things stand now."""
    shown = order.order_reviews.filter(published_at=None).update(published_at=at)
    if not shown:
        return
    recount_provider(order.provider, now)
    for party in (Party.CLIENT, Party.PROVIDER):
        _tell(order, "review_published", party, "reviews:published", at)


def publish_due(now: datetime, limit: int = 200) -> int:
    """Publishes lonely reviews whose window has closed, as of that moment."""
    waiting = Review.objects.filter(published_at=None, order__ended_at__lte=now - policy.REVIEW_WINDOW)
    orders = list(dict.fromkeys(waiting.order_by("at").values_list("order_id", flat=True)[:limit]))
    for pk in orders:
        with transaction.atomic():
            order = (
                Order.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("client", "provider")
                .filter(pk=pk)
                .first()
            )
            if order is not None:
                publish(order, at=window_ends(order) or now, now=now)
    return len(orders)


def reply(row: Review, *, by: User, text: str, now: datetime) -> Review:
    """The provider's one public answer. Refusals: `wrong_party`, `replied_before`, `not_published`."""
    with transaction.atomic():
        row = Review.objects.select_for_update(of=("self",)).select_related("order__client").get(pk=row.pk)
        if by.pk != row.subject_id or row.party != Party.CLIENT:
            raise Refusal("wrong_party")
        if row.published_at is None:
            raise Refusal("not_published")
        if row.reply:
            raise Refusal("replied_before")
        if not visible_length(text):
            raise Refusal("message_empty")
        row.reply, row.replied_at = clean_text(text), now
        row.save()
        _tell(row.order, "review_reply", Party.CLIENT, f"reply:{row.pk}", now)
    return row


def _tell(order: Order, kind: str, party: Party, key: str, now: datetime) -> None:
    other = Party.PROVIDER if party is Party.CLIENT else Party.CLIENT
    tell(
        person(order, party),
        kind,
        key=f"{order.about}:{key}",
        about=order.about,
        path=f"/orders/{order.number}/rate/" if kind == "review_written" else f"/orders/{order.number}/",
        now=now,
        number=order.number,
        title=order.title,
        other=person(order, other).display_name,
    )

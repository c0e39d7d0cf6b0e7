"""Reviews: written by both sides, published together or when the window closes (DEC-10)."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from house import policy
from house.orders.actions import requests, support
from house.orders.models import Order, Stage
from house.process import Refusal
from house.reputation.actions import may_review, publish_due, reply, review, window_ends
from house.reputation.models import Review
from house.worker.sweep import sweep_orders
from tests import make
from tests.orders.racing import TWENTY, at_once, empty_queue

pytestmark = pytest.mark.django_db
INSTANT = timedelta(milliseconds=1)
BEFORE_AT_AFTER = pytest.mark.parametrize("drift", [-INSTANT, timedelta(), INSTANT], ids=["before", "at", "after"])
WORDS = "עבודה טובה, נקייה ובזמן"
STARS = {"quality": 5, "communication": 4, "value": 4}


def by_client(order: Order, now, **changes) -> Review:
    return review(order, by=order.client, now=now, **{"text": WORDS, **STARS, **changes})


def by_provider(order: Order, now, **changes) -> Review:
    return review(order, by=order.provider, now=now, **{"text": WORDS, "stars": 5, **changes})


@pytest.fixture
def done(noa, amir, now) -> Order:
    """A completed order."""
    return make.order(noa, amir, now, state=Stage.State.APPROVED)


@pytest.fixture
def later(done):
    return done.ended_at + timedelta(days=1)


def test_the_first_review_stays_unseen_until_the_second(done, later):
    """Double-blind: the other side learns that it was written, not what."""
    first = by_client(done, later)
    assert first.published_at is None
    notice = done.provider.notices.get(kind="review_written")
    assert (notice.path, WORDS in str(notice.data)) == (f"/orders/{done.number}/rate/", False)
    done.provider.profile.refresh_from_db()
    assert (done.provider.profile.rating, done.provider.profile.reviews) == (None, 0)
    second = by_provider(done, later + timedelta(days=2))
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.published_at == second.published_at == later + timedelta(days=2)
    assert {done.client.notices.first().kind, done.provider.notices.first().kind} == {"review_published"}


def test_a_client_gives_three_ratings_and_a_provider_one(done, later):
    mine, theirs = by_client(done, later), by_provider(done, later)
    assert (mine.quality, mine.communication, mine.value, mine.subject) == (5, 4, 4, done.provider)
    assert (theirs.quality, theirs.stars, theirs.subject) == (None, 5, done.client)
    mine.refresh_from_db()
    assert mine.stars == Decimal("4.33")
    done.provider.profile.refresh_from_db()
    assert (done.provider.profile.rating, done.provider.profile.reviews) == (Decimal("4.33"), 1)
    done.offer.refresh_from_db()
    assert (done.offer.rating, done.offer.reviews, done.offer.orders_done) == (Decimal("4.33"), 1, 1)


@BEFORE_AT_AFTER
def test_the_window_is_ten_days_and_its_last_instant_belongs_to_the_clock(done, drift):
    end = done.ended_at + policy.REVIEW_WINDOW
    assert window_ends(done) == end
    assert may_review(done, end + drift) == (drift < timedelta())
    if drift < timedelta():
        by_client(done, end + drift)
    else:
        with pytest.raises(Refusal, match="review_closed"):
            by_client(done, end + drift)


@BEFORE_AT_AFTER
def test_a_lonely_review_is_published_when_the_window_closes(done, later, drift):
    row = by_client(done, later)
    end = done.ended_at + policy.REVIEW_WINDOW
    publish_due(end + drift)
    row.refresh_from_db()
    assert row.published_at == (end if drift >= timedelta() else None)


def test_catching_up_publishes_as_of_the_close_and_counts_what_was_published_since(noa, amir, now):
    """The worker was down: the recount looks at now, not at the moment that is caught up with."""
    first, second = (make.order(noa, amir, now, state=Stage.State.APPROVED) for _ in range(2))
    by_client(first, now + timedelta(days=3), quality=1, communication=1, value=1)
    second.ended_at = first.ended_at + timedelta(days=5)
    second.save()
    by_client(second, now + timedelta(days=15))
    by_provider(second, now + timedelta(days=15))
    publish_due(now + timedelta(days=20))
    amir.profile.refresh_from_db()
    assert amir.profile.reviews == 2
    assert Review.objects.get(order=first).published_at == first.ended_at + policy.REVIEW_WINDOW


def test_nothing_is_published_twice(done, later):
    by_client(done, later)
    for _ in range(2):
        publish_due(later + timedelta(days=30))
    assert done.client.notices.filter(kind="review_published").count() == 1


def test_silence_that_completed_the_order_lets_both_review_though_the_worker_was_down(noa, amir, now):
    """DEC-30: the clock has its due before a review is judged."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    by_provider(order, decide + timedelta(days=1))
    order.refresh_from_db()
    assert order.ended_at == decide


def test_an_open_order_is_not_reviewed(noa, amir, now):
    with pytest.raises(Refusal, match="review_closed"):
        by_client(make.order(noa, amir, now), now)


@pytest.mark.parametrize(("days", "code"), [(1, "review_closed"), (7, "")], ids=["in time", "very late"])
def test_a_cancelled_order_is_reviewed_only_where_the_provider_was_very_late(noa, amir, shira, now, days, code):
    """DEC-10: cancelling never dodges a review."""
    order = make.order(noa, amir, now)
    at = now + timedelta(days=days)
    sweep_orders(at)
    support.cancel(order, reason="provider_fault", why="העבודה לא בוצעה", by=shira, now=at)
    if code:
        with pytest.raises(Refusal, match=code):
            by_client(order, at)
    else:
        by_client(order, at)
        by_provider(order, at)


def test_a_late_provider_who_asks_to_cancel_is_reviewed_all_the_same(noa, amir, now):
    order = make.order(noa, amir, now)
    at = now + timedelta(days=7)
    words = {"reason": "cannot_deliver", "explanation": "לא נצליח לסיים את העבודה"}
    requests.consent(requests.ask_cancellation(make.stage(order), **words, by=amir, now=at), by=noa, now=at)
    assert by_client(order, at, quality=1).quality == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "קצר מדי"}, "review_too_short"),
        ({"text": "\u200b" * 40}, "review_too_short"),
        ({"quality": 0}, "bad_stars"),
        ({"value": 6}, "bad_stars"),
        ({"communication": None}, "bad_stars"),
    ],
)
def test_what_a_client_s_review_is_refused_for(done, later, changes, code):
    with pytest.raises(Refusal, match=code):
        by_client(done, later, **changes)
    assert not Review.objects.exists()


@pytest.mark.parametrize("stars", [None, 0, 6])
def test_a_provider_s_rating_is_from_one_to_five(done, later, stars):
    with pytest.raises(Refusal, match="bad_stars"):
        by_provider(done, later, stars=stars)


def test_each_side_writes_once(done, later):
    by_client(done, later)
    with pytest.raises(Refusal, match="reviewed_before"):
        by_client(done, later)


@pytest.mark.parametrize("who", ["dana", "shira"])
def test_only_the_two_sides_review(done, later, who, request):
    with pytest.raises(Refusal, match="stranger"):
        review(done, by=request.getfixturevalue(who), text=WORDS, now=later, **STARS)


# The provider's one answer


def test_the_provider_answers_once_in_public(done, later):
    row = by_client(done, later)
    with pytest.raises(Refusal, match="not_published"):
        reply(row, by=done.provider, text="תודה רבה!", now=later)
    by_provider(done, later)
    with pytest.raises(Refusal, match="message_empty"):
        reply(row, by=done.provider, text=" \u200b ", now=later)
    assert reply(row, by=done.provider, text="תודה רבה!", now=later).reply == "תודה רבה!"
    with pytest.raises(Refusal, match="replied_before"):
        reply(row, by=done.provider, text="ועוד משהו", now=later)
    assert done.client.notices.filter(kind="review_reply").count() == 1


@pytest.mark.parametrize("who", ["noa", "dana", "shira"])
def test_nobody_else_answers(done, later, who, request):
    row = by_client(done, later)
    by_provider(done, later)
    with pytest.raises(Refusal, match="wrong_party"):
        reply(row, by=request.getfixturevalue(who), text="תודה", now=later)


def test_the_client_does_not_answer_the_provider_s_review(done, later):
    by_client(done, later)
    row = by_provider(done, later)
    with pytest.raises(Refusal, match="wrong_party"):
        reply(row, by=done.client, text="תודה", now=later)


# At once


@pytest.fixture
def queue(transactional_db):
    empty_queue()
    yield
    empty_queue()


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_twenty_reviews_at_once_are_one(queue, noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    at = order.ended_at
    assert at_once([partial(by_client, order, at)] * TWENTY) == {"done": 1, "reviewed_before": TWENTY - 1}
    assert amir.notices.filter(kind="review_written").count() == 1


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_both_sides_and_the_clock_at_once_publish_once(queue, noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    last = order.ended_at + policy.REVIEW_WINDOW - INSTANT
    acts = [
        *[partial(by_client, order, last)] * 6,
        *[partial(by_provider, order, last)] * 6,
        *[partial(publish_due, last + INSTANT)] * 4,
    ]
    assert at_once(acts) == {"done": 6, "reviewed_before": 10}
    publish_due(last + INSTANT)
    assert Review.objects.filter(published_at__isnull=False).count() == 2
    for person in (noa, amir):
        assert person.notices.filter(kind="review_published").count() == 1
    amir.profile.refresh_from_db()
    assert amir.profile.reviews == 1

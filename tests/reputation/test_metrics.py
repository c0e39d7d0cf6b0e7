"""What a provider's record says (MET, AMB-19): computed, then written down."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from house import policy
from house.catalog.models import Offer
from house.inbox.actions import open_conversation, say
from house.inbox.models import Message
from house.orders.actions import chat, requests, support, work
from house.orders.models import Order, Stage
from house.reputation.actions import review
from house.reputation.metrics import completion_rate, rating, recount_all, recount_provider, response, unresponsive
from house.worker.timetable import recount
from tests import make, persons
from tests.orders.racing import at_once, empty_queue

pytestmark = pytest.mark.django_db
INSTANT = timedelta(milliseconds=1)
WORDS = "עבודה טובה, נקייה ובזמן"


def done(noa, amir, now) -> Order:
    return make.order(noa, amir, now, state=Stage.State.APPROVED)


def cancelled(noa, amir, shira, now, reason: str = "provider_fault") -> Order:
    order = make.order(noa, amir, now)
    support.cancel(order, reason=reason, why="נבדק עם הצדדים", by=shira, now=now)
    return order


# Completion (MET-01…05)


def test_the_rate_is_of_orders_that_ended_in_sixty_days(noa, amir, shira, now):
    assert completion_rate(amir, now) is None
    order = done(noa, amir, now)
    cancelled(noa, amir, shira, now)
    make.order(noa, amir, now)  # still open: counts nowhere
    assert completion_rate(amir, now + timedelta(days=3)) == 50
    edge = order.ended_at + policy.METRIC_WINDOW
    assert completion_rate(amir, now + policy.METRIC_WINDOW) == 100  # the cancelled one has just left
    assert (completion_rate(amir, edge - INSTANT), completion_rate(amir, edge)) == (100, None)


@pytest.mark.parametrize("reason", ["fraud", "by_mistake", "missing_information"])
def test_what_was_nobody_s_fault_is_left_out(noa, amir, shira, now, reason):
    """MET-05"""
    done(noa, amir, now)
    cancelled(noa, amir, shira, now, reason)
    assert completion_rate(amir, now + timedelta(days=3)) == 100


# Orders without an answer (MET-11…13)

DAY = policy.RESPONSE_WITHIN


def asks(order: Order, how: str, at) -> None:
    """The client wants to know something."""
    if how == "question":
        chat.say(order, text="מתי אפשר להתחיל?", files=[], by=order.client, now=at)
    elif how == "revision":
        make.deliver(order, at)
        make.revise(order, at)
    else:
        words = {"reason": "no_news", "explanation": "אין חדשות כבר כמה ימים"}
        requests.ask(make.stage(order), kind="progress_update", by=order.client, now=at, **words)


@pytest.mark.parametrize("how", ["question", "revision", "request"])
def test_a_question_unanswered_for_a_day_makes_an_order_unresponsive(noa, amir, now, how):
    """MET-11, MET-12, MET-13"""
    assert unresponsive(amir, now) is None
    order = make.order(noa, amir, now)
    make.order(noa, amir, now)
    asked = now + timedelta(hours=1)
    asks(order, how, asked)
    assert unresponsive(amir, asked + DAY - INSTANT) == 0
    assert unresponsive(amir, asked + DAY) == 50
    chat.say(order, text="מחר בבוקר.", files=[], by=amir, now=asked + DAY + INSTANT)
    assert unresponsive(amir, asked + 2 * DAY) == 50
    assert unresponsive(amir, asked + policy.METRIC_WINDOW) == 0


@pytest.mark.parametrize("answer", ["words", "delivery", "update"])
def test_an_answer_of_any_kind_within_a_day_counts(noa, amir, now, answer):
    """MET-11, MET-18: a message, a delivery, an answer to the request."""
    order = make.order(noa, amir, now)
    asks(order, "request" if answer == "update" else "question", now)
    at = now + DAY
    if answer == "words":
        chat.say(order, text="מחר בבוקר.", files=[], by=amir, now=at)
    elif answer == "delivery":
        make.deliver(order, at)
    else:
        requests.consent(order.requests.get(), by=amir, now=at, answer="הריצוף הושלם אתמול בערב.")
    assert unresponsive(amir, now + 3 * DAY) == 0


def test_thanks_and_a_question_after_the_end_want_no_answer(noa, amir, now):
    """MET-11: of a question or a request, in an active order."""
    order = make.order(noa, amir, now)
    chat.say(order, text="תודה רבה, נראה מצוין", files=[], by=noa, now=now)
    support.cancel(order, reason="fraud", why="נבדק עם הצדדים", by=persons.staff("s", "ס", "", now, "support"), now=now)
    chat.say(order, text="מה קרה?", files=[], by=noa, now=now + INSTANT)
    assert unresponsive(amir, now + 3 * DAY) == 0


# The public average (DEC-10)


def reviewed(order: Order, at, stars: int) -> None:
    ratings = {"quality": stars, "communication": stars, "value": stars}
    review(order, by=order.client, text=WORDS, now=at, **ratings)
    review(order, by=order.provider, text=WORDS, now=at, stars=1)


def test_the_average_is_of_two_years_and_of_clients_only(noa, amir, now):
    old, new = done(noa, amir, now), done(noa, amir, now + timedelta(days=700))
    reviewed(old, now + timedelta(days=3), 2)
    reviewed(new, now + timedelta(days=703), 5)
    leaves = now + timedelta(days=3) + policy.REVIEWS_COUNT_FOR
    assert rating(leaves - INSTANT, subject=amir) == (Decimal("3.50"), 2)
    assert rating(leaves, subject=amir) == (Decimal("5.00"), 1)
    assert rating(leaves, subject=noa) == (None, 0)


def test_an_unpublished_review_counts_nowhere(noa, amir, now):
    order = done(noa, amir, now)
    review(order, by=noa, text=WORDS, now=now + timedelta(days=3), quality=1, communication=1, value=1)
    assert rating(now + timedelta(days=4), subject=amir) == (None, 0)


# Answers (AMB-19, DEC-16)


def asked(one, other, at) -> None:
    say(open_conversation(one, other, now=at), author=one, text="שלום, יש זמן בשבוע הבא?", now=at)


def test_first_messages_of_new_people_are_what_counts(noa, dana, amir, now):
    assert response(amir, now) == (None, None)
    asked(noa, amir, now)
    asked(dana, amir, now)
    asked(amir, noa, now + timedelta(minutes=30))
    assert response(amir, now + timedelta(hours=1)) == (100, 30)  # Dana's still has time
    assert response(amir, now + policy.RESPONSE_WITHIN - INSTANT) == (100, 30)
    assert response(amir, now + policy.RESPONSE_WITHIN) == (50, 30)
    asked(amir, dana, now + timedelta(hours=30))
    assert response(amir, now + timedelta(hours=31)) == (50, (30 + 30 * 60) // 2)


@pytest.mark.parametrize(("wait", "rate"), [(timedelta(), 100), (INSTANT, 0)])
def test_an_answer_at_the_last_instant_is_in_time(noa, amir, now, wait, rate):
    asked(noa, amir, now)
    asked(amir, noa, now + policy.RESPONSE_WITHIN + wait)
    assert response(amir, now + timedelta(days=2))[0] == rate


def test_a_conversation_that_the_provider_began_counts_nowhere(noa, amir, now):
    asked(amir, noa, now)
    asked(noa, amir, now + timedelta(hours=1))
    assert response(amir, now + timedelta(days=3)) == (None, None)


def test_after_sixty_days_a_conversation_counts_no_more(noa, amir, now):
    asked(noa, amir, now)
    edge = now + policy.METRIC_WINDOW
    assert (response(amir, edge - INSTANT)[0], response(amir, edge)[0]) == (0, None)


def test_the_thread_of_an_order_is_no_first_message(noa, amir, now):
    order = make.order(noa, amir, now)
    Message.objects.create(conversation=order.thread, author=noa, text="מתי?", at=now)
    assert response(amir, now + timedelta(days=3)) == (None, None)


# Written down


def test_a_recount_writes_the_figures_to_people_and_catalog(noa, amir, shira, now):
    order = done(noa, amir, now)
    reviewed(order, now + timedelta(days=3), 4)
    cancelled(noa, amir, shira, now + timedelta(days=3))
    asked(noa, amir, now + timedelta(days=3))
    asked(amir, noa, now + timedelta(days=3, minutes=9))
    recount_all(now + timedelta(days=4))
    profile = type(amir.profile).objects.get(user=amir)
    assert (profile.rating, profile.reviews, profile.completed_orders) == (Decimal("4.00"), 1, 1)
    assert (profile.completion_rate, profile.response_rate, profile.response_minutes) == (50, 100, 9)
    order.offer.refresh_from_db()
    assert (order.offer.rating, order.offer.reviews, order.offer.orders_done) == (Decimal("4.00"), 1, 1)


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_a_recount_beside_orders_that_are_completed_loses_none(noa, amir, now):
    """Both write the public count (AMB-18)."""
    empty_queue()
    orders = [make.order(noa, amir, now, state=Stage.State.DELIVERED) for _ in range(6)]
    at = now + timedelta(days=3)
    accepts = [partial(work.accept, make.stage(order), by=noa, now=at) for order in orders]
    assert at_once([*accepts, *[partial(recount_provider, amir, at)] * 6]) == {"done": 12}
    amir.profile.refresh_from_db()
    assert amir.profile.completed_orders == 6
    empty_queue()


def test_who_sells_nothing_has_no_figures(noa, now):
    recount_provider(noa, now)


def test_the_timetable_recounts_and_ranks(noa, amir, now):
    row = make.offer(amir, now)
    Offer.objects.update(rank=0)
    recount(timestamp=0)
    row.refresh_from_db()
    assert row.rank > 0


def test_two_providers_are_counted_apart(noa, amir, now):
    other = persons.provider("yael", "יעל", "כץ", now)
    done(noa, amir, now)
    recount_all(now + timedelta(days=3))
    amir.profile.refresh_from_db()
    other.profile.refresh_from_db()
    assert (amir.profile.completed_orders, other.profile.completed_orders) == (1, 0)

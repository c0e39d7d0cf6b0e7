"""Every window one millisecond before, at, and after its end; the exact instant belongs to the clock (DEC-30)."""

from datetime import UTC, datetime, timedelta

import pytest

from house import clock, policy
from house.clock import ISRAEL
from house.orders import deadlines
from house.orders.actions import requests, work
from house.orders.models import Deadline, Order, ResolutionRequest, Stage
from house.orders.process import requirements_lapse
from house.process import Refusal
from house.worker.sweep import sweep_orders

from .. import make

pytestmark = pytest.mark.django_db
INSTANT = timedelta(milliseconds=1)
BEFORE_AT_AFTER = pytest.mark.parametrize("drift", [-INSTANT, timedelta(), INSTANT], ids=["before", "at", "after"])
DAY = timedelta(days=1)
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


def ask(order: Order, by, now) -> ResolutionRequest:
    proof = {"late": True} if by.pk == order.client_id else {}
    return requests.ask_cancellation(make.stage(order), by=by, now=now, **WORDS, proof=proof)


def steps_of(order: Order) -> list[tuple[str, datetime]]:
    return list(order.events.values_list("step", "at"))


def told(person, kind: str) -> int:
    return person.notices.filter(kind=kind).count()


# A window is elapsed time (DEC-14)

FORWARD = datetime(2026, 3, 26, 12, 0, tzinfo=ISRAEL)  # the night of Friday, 27 March, has 23 hours
BACK = datetime(2026, 10, 24, 12, 0, tzinfo=ISRAEL)  # Sunday, 25 October, has 25


@pytest.mark.parametrize("start", [FORWARD, BACK], ids=["spring", "autumn"])
@pytest.mark.parametrize("window", [policy.CANCELLATION_WINDOW, policy.DECISION_WINDOW, timedelta(days=7)])
def test_a_window_is_elapsed_time_over_a_night_that_is_longer_or_shorter(start, window):
    """DEC-14, AMB-2: 48 hours are 48 × 60 minutes, in whatever time zone the caller counts."""
    for told_in in (start, start.astimezone(UTC)):
        assert clock.due(told_in, window).astimezone(UTC) - start.astimezone(UTC) == window


@pytest.mark.parametrize(("start", "shown"), [(FORWARD, "13:00"), (BACK, "11:00")], ids=["spring", "autumn"])
def test_an_order_over_the_change_of_the_clock_ends_after_elapsed_hours(noa, amir, start, shown):
    """ORD-10: three days of silence; the wall clock shows another hour."""
    order = make.order(noa, amir, start - 2 * DAY, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    assert decide - make.stage(order).delivered_at == policy.DECISION_WINDOW
    assert decide.astimezone(ISRAEL).strftime("%H:%M") == shown
    sweep_orders(decide - INSTANT)
    assert make.stage(order).state == Stage.State.DELIVERED
    sweep_orders(decide)
    assert make.stage(order).state == Stage.State.APPROVED


@pytest.mark.parametrize("start", [FORWARD, BACK], ids=["spring", "autumn"])
def test_a_revision_and_a_rest_over_the_change_give_elapsed_time(noa, amir, start):
    """DEC-33"""
    order = make.order(noa, amir, start - 2 * DAY, state=Stage.State.IN_REVISION)
    stage = make.stage(order)
    revised = order.events.get(step="revise").at
    assert stage.due_at - revised == 3 * DAY
    request = ask(order, amir, start + timedelta(hours=2))
    requests.withdraw(request, by=amir, now=start + timedelta(hours=26))
    rested = (start + timedelta(hours=26)).astimezone(UTC) - (start + timedelta(hours=2)).astimezone(UTC)
    assert make.stage(order).due_at - stage.due_at == rested


# Requirements (DEC-15)


@BEFORE_AT_AFTER
def test_the_provider_may_give_up_after_seven_days(noa, amir, now, drift):
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    at = now + policy.REQUIREMENTS_PROVIDER_MAY_CANCEL + drift
    if drift < timedelta():
        with pytest.raises(Refusal, match="too_early_to_give_up") as refused:
            work.give_up(make.stage(order), by=amir, now=at)
        assert refused.value.facts == {"until": now + policy.REQUIREMENTS_PROVIDER_MAY_CANCEL}
    else:
        work.give_up(make.stage(order), by=amir, now=at)
    order.refresh_from_db()
    assert order.is_open == (drift < timedelta())
    assert order.counts_in_rate == (drift < timedelta())


@BEFORE_AT_AFTER
def test_the_clock_gives_up_after_thirty_days(noa, amir, now, drift):
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    sweep_orders(now + policy.REQUIREMENTS_LAPSE + drift)
    order.refresh_from_db()
    assert order.is_open == (drift < timedelta())
    if drift >= timedelta():
        assert (order.ending, order.ended_at) == ("no_requirements", now + policy.REQUIREMENTS_LAPSE)


@BEFORE_AT_AFTER
def test_a_second_reminder_waits_for_a_day(noa, amir, now, drift):
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    work.remind(make.stage(order), by=amir, now=now)
    if drift < timedelta():
        with pytest.raises(Refusal, match="reminded_today"):
            work.remind(make.stage(order), by=amir, now=now + DAY + drift)
    else:
        work.remind(make.stage(order), by=amir, now=now + DAY + drift)
    assert told(noa, "remind_client") == (1 if drift < timedelta() else 2)


def test_the_time_of_a_cancellation_request_is_given_back_to_the_requirements(noa, amir, now):
    """AMB-10, DEC-33: nothing could be sent meanwhile, so the thirty days rest as well."""
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    asked = now + timedelta(days=29, hours=12)
    requests.decline(ask(order, amir, asked), by=noa, now=asked + timedelta(hours=40))
    assert requirements_lapse(make.stage(order)) == now + timedelta(days=30, hours=40)
    sweep_orders(now + timedelta(days=30, hours=40) - INSTANT)
    assert make.stage(order).state == Stage.State.AWAITING
    sweep_orders(now + timedelta(days=30, hours=40))
    assert make.stage(order).state == Stage.State.CANCELLED


# Acceptance (ORD-10)


@BEFORE_AT_AFTER
def test_the_client_decides_until_three_days_are_over(noa, amir, now, drift):
    """REV-08: changes until a millisecond before; the exact instant is silence."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    if drift < timedelta():
        make.revise(order, decide + drift)
        assert make.stage(order).state == Stage.State.IN_REVISION
    else:
        with pytest.raises(Refusal, match="wrong_state"):
            make.revise(order, decide + drift)
        assert steps_of(order)[-1] == ("accept", decide)


def test_a_category_may_give_longer_and_the_order_keeps_what_was_agreed(noa, amir, now):
    """DEC-4, DEC-5"""
    category = make.category()
    category.decision_window = timedelta(days=7)
    category.save()
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    category.decision_window = timedelta(days=1)
    category.save()
    assert make.stage(order).decide_at == now + timedelta(days=9)


# Lateness (O-3, O-4, ORD-12)


@BEFORE_AT_AFTER
@pytest.mark.parametrize(("step", "window"), [("note_late", timedelta()), ("note_very_late", policy.VERY_LATE_AFTER)])
def test_lateness_is_noted_at_its_instant(noa, amir, now, step, window, drift):
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at + window
    sweep_orders(due + drift)
    assert ((step, due) in steps_of(order)) == (drift >= timedelta())
    assert make.stage(order).lateness(due + drift) == max(drift + window, timedelta())


def test_a_delivery_at_the_instant_it_is_due_comes_after_the_note(noa, amir, now):
    """DEC-30: the clock first, then the provider's step, which is still allowed."""
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at
    make.deliver(order, due)
    assert steps_of(order)[-2:] == [("note_late", due), ("deliver", due)]
    assert make.stage(order).due_left == timedelta()


def test_what_was_noted_before_a_cancellation_request_is_not_noted_again(noa, amir, now):
    """O-3, O-4: told once; the request only made the clock rest."""
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at
    very_late = due + policy.VERY_LATE_AFTER + timedelta(hours=1)
    sweep_orders(very_late)
    requests.decline(ask(order, noa, very_late), by=amir, now=very_late + timedelta(hours=5))
    sweep_orders(very_late + timedelta(days=3))
    assert [step for step, _ in steps_of(order)].count("note_late") == 1
    assert [step for step, _ in steps_of(order)].count("note_very_late") == 1
    assert (told(noa, "note_late_client"), told(amir, "note_very_late_provider")) == (1, 1)


def test_what_was_not_yet_noted_comes_later_by_the_time_of_the_request(noa, amir, now):
    """DEC-33"""
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at
    requests.withdraw(ask(order, amir, due - timedelta(hours=1)), by=amir, now=due + timedelta(hours=9))
    sweep_orders(due + timedelta(hours=10) - INSTANT)
    assert "note_late" not in dict(steps_of(order))
    sweep_orders(due + timedelta(hours=10))
    assert steps_of(order)[-1] == ("note_late", due + timedelta(hours=10))


def test_a_delivery_that_came_due_while_cancelling_is_not_noted_by_the_consent(noa, amir, now):
    """AMB-10: the stage's own clocks rest until the answer, and the answer ends them."""
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at
    requests.consent(ask(order, amir, due - timedelta(hours=1)), by=noa, now=due + timedelta(hours=30))
    assert [step for step, _ in steps_of(order)] == ["place", "cancellation_open", "cancellation_consent", "cancel"]


def test_a_consent_after_the_thirtieth_day_cancels_what_was_asked(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    asked = now + timedelta(days=29)
    requests.consent(ask(order, amir, asked), by=noa, now=asked + timedelta(hours=47))
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "mutual", True)


# Cancellation (CAN-03, DEC-32)


@BEFORE_AT_AFTER
def test_an_answer_counts_until_forty_eight_hours_are_over(noa, amir, now, drift):
    """CAN-03"""
    order = make.order(noa, amir, now)
    request = ask(order, amir, now)
    at = now + policy.CANCELLATION_WINDOW + drift
    if drift < timedelta():
        assert requests.decline(request, by=noa, now=at).state == "declined"
    else:
        with pytest.raises(Refusal, match="wrong_state"):
            requests.decline(request, by=noa, now=at)
    order.refresh_from_db()
    assert order.is_open == (drift < timedelta())
    if not order.is_open:
        assert (order.ending, order.ended_at) == ("no_response", now + policy.CANCELLATION_WINDOW)


@BEFORE_AT_AFTER
def test_asking_again_waits_for_seventy_two_hours(noa, amir, now, drift):
    """DEC-32"""
    order = make.order(noa, amir, now)
    requests.decline(ask(order, amir, now), by=noa, now=now + timedelta(hours=1))
    at = now + timedelta(hours=1) + policy.CANCELLATION_AGAIN_AFTER + drift
    if drift < timedelta():
        with pytest.raises(Refusal, match="cancellation_too_soon") as refused:
            ask(order, amir, at)
        assert refused.value.facts == {"until": at - drift}
    else:
        assert ask(order, amir, at).state == "open"


def test_a_withdrawn_request_may_be_made_again_at_once(noa, amir, now):
    """DEC-32 speaks of a decline only."""
    order = make.order(noa, amir, now)
    requests.withdraw(ask(order, amir, now), by=amir, now=now)
    assert ask(order, amir, now).state == "open"


# Reminders (DEC-48)


def test_both_reminders_come_before_each_silence_that_decides(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    for ahead, number in ((24, 1), (6, 2)):
        sweep_orders(decide - timedelta(hours=ahead) - INSTANT)
        assert told(noa, "warn_decide_client") == number - 1
        sweep_orders(decide - timedelta(hours=ahead))
        assert told(noa, "warn_decide_client") == number
    assert told(amir, "warn_decide_provider") == 0


def test_a_second_delivery_is_reminded_of_as_well(noa, amir, now):
    """Each silence that decides is announced, not only the first of its kind."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    first = make.stage(order).decide_at
    sweep_orders(first - timedelta(hours=5))
    make.revise(order, first - timedelta(hours=4))
    make.deliver(order, first)
    second = make.stage(order).decide_at
    sweep_orders(second - timedelta(hours=24))
    assert told(noa, "warn_decide_client") == 3


def test_a_reminder_is_not_repeated_after_a_rest(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    sweep_orders(decide - timedelta(hours=20))
    requests.decline(ask(order, amir, decide - timedelta(hours=20)), by=noa, now=decide)
    sweep_orders(decide + timedelta(hours=1))
    assert told(noa, "warn_decide_client") == 1
    sweep_orders(decide + timedelta(hours=14))
    assert told(noa, "warn_decide_client") == 2


def test_the_other_side_alone_is_reminded_of_a_request(noa, amir, now):
    order = make.order(noa, amir, now)
    ask(order, amir, now)
    sweep_orders(now + timedelta(hours=24))
    sweep_orders(now + timedelta(hours=42))
    assert (told(noa, "warn_expire_client"), told(amir, "warn_expire_provider")) == (2, 0)


def test_the_client_is_reminded_of_the_requirements(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.AWAITING)
    sweep_orders(now + policy.REQUIREMENTS_LAPSE - timedelta(hours=6))
    assert told(noa, "warn_requirements_client") == 2
    assert order.events.count() == 1


def test_a_reminder_whose_silence_has_decided_says_nothing(noa, amir, now):
    """The worker was down: nobody is warned of what has happened."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    sweep_orders(make.stage(order).decide_at + DAY)
    assert told(noa, "warn_decide_client") == 0
    assert told(noa, "accept_client") == 1


# The worker was down (DEC-30)


def test_a_late_person_meets_everything_that_time_did_before(noa, amir, now):
    """Two deadlines passed: the request expired, so the provider's delivery finds no order to deliver."""
    order = make.order(noa, amir, now)
    ask(order, amir, now + timedelta(days=4))
    with pytest.raises(Refusal, match="wrong_state"):
        make.deliver(order, now + timedelta(days=9))
    assert [(step, at - now) for step, at in steps_of(order)[1:]] == [
        ("cancellation_open", timedelta(days=4)),
        ("cancellation_expire", timedelta(days=6)),
        ("cancel", timedelta(days=6)),
    ]


def test_the_clocks_due_stays_done_when_the_person_is_refused(noa, amir, now):
    order = make.order(noa, amir, now)
    with pytest.raises(Refusal, match="delivery_empty"):
        work.deliver(make.stage(order), text="", links=[], files=[], by=amir, now=now + timedelta(days=7))
    assert [step for step, _ in steps_of(order)] == ["place", "note_late", "note_very_late"]


def test_stored_deadlines_are_what_the_table_asks_for(noa, amir, now):
    """`reset` writes only the difference: a second call changes nothing."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    stored = list(Deadline.objects.filter(order=order).order_by("pk").values())
    deadlines.reset(order)
    assert list(Deadline.objects.filter(order=order).order_by("pk").values()) == stored
    assert sorted(row["kind"] for row in stored) == ["decide", "decide.warn24", "decide.warn6"]


def test_an_ended_order_has_no_deadlines(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    assert not Deadline.objects.filter(order=order).exists()

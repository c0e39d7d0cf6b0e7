"""Who may not: each verb judges the person by itself, whatever page let them come so far."""

from datetime import timedelta

import pytest

from house.inbox.actions import open_conversation
from house.orders.actions import coupons, milestones, requests, work
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Coupon, Order, ResolutionRequest, Stage
from house.payments import actions as payments
from house.payments.models import Checkout
from house.people.models import User
from house.process import Refusal
from house.quotes import actions as quotes
from house.treasury import membership
from house.worker.errands import WHEN_PAID
from tests import make, persons

from .test_coupons import buy
from .test_milestones import ROWS, begin, deliver, ordered, quote, stages
from .test_resolution import Kind, ask

pytestmark = pytest.mark.django_db
TEXT = "כמו שדיברנו, העבודה מחולקת לשלבים."


@pytest.fixture
def later(now):
    return now + timedelta(days=3)


@pytest.fixture
def member(amir, now) -> User:
    owner = persons.staff("owner", "בעלת", "הבית", now, "owner")
    membership.grant(amir, months=12, why="פתיחה", by=owner, now=now)
    return User.objects.get(pk=amir.pk)


@pytest.fixture
def coupon(noa, member, now, later) -> Coupon:
    make.order(noa, member, now, state=Stage.State.APPROVED)
    return coupons.give(member, clients=[noa], percent=20, note="", now=later)[0]


def suspended(user: User) -> User:
    User.objects.filter(pk=user.pk).update(standing=User.Standing.SUSPENDED)
    return User.objects.get(pk=user.pk)


# --- coupons (COU) and membership (DEC-21)


def test_a_coupon_of_one_provider_is_not_taken_by_another(coupon, noa, now, later):
    """COU-15"""
    rival = persons.provider("rival", "יריב", "גל", now)
    with pytest.raises(Refusal, match="coupon_taken"):
        make.checkout(make.offer(rival, now), noa, later, coupon=coupon)


def test_a_discount_whose_coupon_is_gone_buys_nothing(coupon, later):
    """DEC-31: the money goes back."""
    checkout = buy(coupon, later)
    Coupon.objects.update(state="issued", checkout=None)
    assert make.pay(checkout, later) == "coupon_taken"
    assert checkout.refunds.get().amount == checkout.amount


def test_who_is_suspended_gives_no_coupon(noa, member, now, later):
    """DEC-37"""
    make.order(noa, member, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="suspended"):
        coupons.give(suspended(member), clients=[noa], percent=10, note="", now=later)


def test_membership_is_for_providers_in_good_standing(noa, amir, now):
    """MEM-01, DEC-37"""
    with pytest.raises(Refusal, match="not_a_provider"):
        membership.open_for_membership(noa, months=1, now=now)
    with pytest.raises(Refusal, match="suspended"):
        membership.open_for_membership(suspended(amir), months=1, now=now)


@pytest.mark.parametrize("role", ["support", "moderator", "reviewer", "editor", "finance"])
def test_membership_is_given_by_the_owner(amir, now, role):
    """DEC-21, DEC-20"""
    by = persons.staff("somebody", "מישהי", "", now, role)
    with pytest.raises(Refusal, match="wrong_party"):
        membership.grant(amir, months=1, why="כי כך", by=by, now=now)


# --- custom offers (COF)


def test_only_a_side_of_the_conversation_sends_a_custom_offer(noa, amir, dana, now):
    """COF-03"""
    rival = persons.provider("rival", "יריב", "גל", now)
    talk = open_conversation(noa, amir, now=now)
    with pytest.raises(Refusal, match="stranger"):
        quotes.send(talk, by=rival, offer=make.offer(rival, now), text=TEXT, stages=ROWS, now=now)


def test_a_thread_of_an_order_carries_no_custom_offer(noa, amir, now):
    """COF-03, DEC-40"""
    order = make.order(noa, amir, now)
    with pytest.raises(Refusal, match="stranger"):
        quotes.send(order.thread, by=amir, offer=order.offer, text=TEXT, stages=ROWS, now=now)


def test_a_custom_offer_stands_on_an_offer_of_ones_own(noa, amir, now):
    """COF-03"""
    rival = persons.provider("rival", "יריב", "גל", now)
    talk = open_conversation(noa, amir, now=now)
    with pytest.raises(Refusal, match="not_your_offer"):
        quotes.send(talk, by=amir, offer=make.offer(rival, now), text=TEXT, stages=ROWS, now=now)


def test_who_is_suspended_neither_sends_nor_buys_a_custom_offer(noa, amir, now):
    """DEC-37"""
    row = quote(noa, amir, now)
    with pytest.raises(Refusal, match="suspended"):
        open_for_quote(row, client=suspended(noa), now=now)
    with pytest.raises(Refusal, match="suspended"):
        quotes.send(row.conversation, by=suspended(amir), offer=row.offer, text=TEXT, stages=ROWS, now=now)


# --- milestones (MIL)


def between(noa, amir, now) -> Order:
    """The first milestone is approved, the second may be begun."""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize("who", ["amir", "shira"])
def test_only_the_client_begins_the_next_milestone(noa, amir, shira, now, who):
    """M-7, MIL-13"""
    order = between(noa, amir, now)
    with pytest.raises(Refusal, match="wrong_party"):
        milestones.open_for_stage(stages(order)[1], client={"amir": amir, "shira": shira}[who], now=now)
    assert not Checkout.objects.filter(purpose="stage").exists()


def test_the_provider_does_not_stop_the_rest(noa, amir, now):
    """M-8, MIL-14"""
    order = between(noa, amir, now)
    with pytest.raises(Refusal, match="wrong_party"):
        milestones.stop(stages(order)[1], by=amir, now=now)


def test_who_was_suspended_while_paying_begins_no_milestone(noa, amir, now):
    """DEC-37: the money goes back."""
    order = between(noa, amir, now)
    checkout = milestones.open_for_stage(stages(order)[1], client=noa, now=now)
    payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="שלב")
    suspended(noa)
    assert make.hear(checkout, now, event="late", when_paid=WHEN_PAID) == "suspended"
    assert stages(order)[1].state == Stage.State.PLANNED


def test_while_a_cancellation_is_open_no_milestone_is_begun(noa, amir, now):
    """DEC-33: the first milestone is cancelled alone, then the whole order is asked for."""
    order = between(noa, amir, now)
    begin(order, now, "second")
    stage = stages(order)[1]
    requests.consent(
        requests.ask_cancellation(stage, whole=False, reason="other", explanation=TEXT, by=amir, now=now),
        by=noa,
        now=now,
    )
    # The request is planted: with no stage at work no verb opens one, and the guard must hold all the same.
    ResolutionRequest.objects.update(state="open", ended_at=None, due_at=now + timedelta(days=2))
    with pytest.raises(Refusal, match="cancellation_open"):
        milestones.open_for_stage(stages(order)[2], client=noa, now=now)


# --- requests that cost (RES)


def test_support_opens_no_request(noa, amir, shira, now):
    """R-1, RES-18"""
    order = make.order(noa, amir, now)
    words = {"reason": "other", "explanation": TEXT, "now": now}
    with pytest.raises(Refusal, match="wrong_party"):
        requests.ask(make.stage(order), kind=Kind.EXTENSION, change={"days": 2}, by=shira, **words)


@pytest.mark.parametrize("who", ["amir", "shira"])
def test_only_the_client_pays_for_a_change(noa, amir, shira, now, who):
    """O-21, O-23"""
    order = make.order(noa, amir, now)
    asked = ask(order, Kind.EXTRA, now)
    with pytest.raises(Refusal, match="wrong_party"):
        requests.open_for_request(asked, client={"amir": amir, "shira": shira}[who], now=now)


def test_a_change_that_was_withdrawn_is_not_paid_for(noa, amir, now):
    """R-4, DEC-31"""
    order = make.order(noa, amir, now)
    asked = ask(order, Kind.EXTRA, now)
    requests.withdraw(asked, by=amir, now=now)
    with pytest.raises(Refusal, match="wrong_state"):
        requests.open_for_request(asked, client=noa, now=now)

"""What silence does is read first: whose money moves and when, with the days left, by both sides (DEC-48, AMB-2)."""

from datetime import timedelta

import pytest

from house import hebrew
from house.orders.actions import requests, work
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.money import Sums, sums
from house.orders.process import ASKINGS
from house.process import Party
from house.web import room
from house.web.plan import plan
from tests import make

from ..orders.test_milestones import begin, deliver, ordered, stages
from ..orders.test_resolution import WHY, ask, of
from .page import Page

pytestmark = pytest.mark.django_db
Kind, S = ResolutionRequest.Kind, Stage.State
HOUR = timedelta(hours=1)
PANEL = "מה יקרה בלי תשובה"


def read(browser, order: Order) -> str:
    return Page(browser.get(f"/orders/{order.number}/")).text


def test_a_delivery_says_what_silence_releases_and_to_whom(noa, amir, noa_web, amir_web, moments, now):
    """ORD-10, DEC-48"""
    order = make.order(noa, amir, now, state=S.DELIVERED)
    moments.go(days=2)
    client, provider = read(noa_web, order), read(amir_web, order)
    for text in (client, provider):
        assert "בלי תגובה עד אז, המסירה תיחשב מאושרת" in text
        assert hebrew.exactly(make.stage(order).decide_at) in text
        assert "נותרו 3 ימים" in text
    assert "ישוחררו אל" in client
    assert "ישוחררו מהנאמנות" in provider


def test_missing_requirements_say_that_the_money_returns(noa, amir, noa_web, amir_web, now):
    """DEC-15"""
    order = make.order(noa, amir, now, state=S.AWAITING)
    assert "בלי דרישות עד אז, ההזמנה תתבטל" in read(noa_web, order)
    assert "לאמצעי התשלום שלך" in read(noa_web, order)
    assert "ועל העבודה לא יתקבל תשלום" in read(amir_web, order)


@pytest.mark.parametrize("kind", [Kind.CANCELLATION, Kind.PROGRESS_UPDATE, Kind.SCOPE_CHANGE])
def test_both_sides_count_the_same_days(noa, amir, noa_web, amir_web, moments, now, kind):
    """CAN-05, AMB-2: two days left, then one; hours in the sentence never contradict them."""
    order = of(noa, amir, now, kind)
    ask(order, kind, moments.go(hours=12), max(ASKINGS[kind].by))
    moments.go(hours=1)
    for browser in (noa_web, amir_web):
        text = read(browser, order)
        assert "נותרו יומיים" in text
        assert "47 שעות" in text
    moments.go(hours=24)
    assert "נותר יום" in read(noa_web, order)
    assert hebrew.amount(order.total) in read(noa_web, order)


def test_a_request_that_lapses_moves_no_money(noa, amir, amir_web, moments, now):
    """RES-06"""
    order = of(noa, amir, now, Kind.EXTENSION)
    ask(order, Kind.EXTENSION, moments.go(hours=12), Party.PROVIDER)
    text = read(amir_web, order)
    assert "אף סכום לא יזוז" in text
    assert "לא יתקבל תשלום" not in text


def test_work_in_time_threatens_nobody(noa, amir, noa_web, now):
    order = make.order(noa, amir, now)
    assert PANEL not in noa_web.get(f"/orders/{order.number}/").content.decode()


@pytest.mark.parametrize(
    ("hours", "said"),
    [(49, "נותרו 3 ימים"), (48, "נותרו יומיים"), (25, "נותרו יומיים"), (24, "נותר יום"), (1, "נותר יום")],
)
def test_days_left_are_rounded_up(now, hours, said):
    """AMB-2"""
    assert " ".join(room.days_left(now + hours * HOUR, now).split()) == said


@pytest.mark.parametrize(
    ("hours", "said"), [(96, "נותרו 4 ימים"), (48, "נותרו יומיים"), (47.5, "נותרו 47 שעות"), (1, "נותרה שעה")]
)
def test_under_two_days_the_sentence_counts_hours(hours, said):
    """AMB-2"""
    assert " ".join(hebrew.left_in_hours(hours * HOUR).split()) == said


def test_a_plan_accounts_for_every_agora(noa, amir, noa_web, now, moments):
    """MIL-16, M-11: paid is held, released and given back; what is to come was never charged."""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    asked = requests.ask_cancellation(
        stages(order)[1], whole=False, reason="out_of_scope", explanation=WHY, by=amir, now=now
    )
    requests.consent(asked, by=noa, now=now)
    found = Order.objects.get(pk=order.pk)
    seen = plan(found, None, sums(found), now)
    assert seen is not None
    assert seen.sums == Sums(paid=10_000_00, held=0, released=4_000_00, refunded=6_000_00, to_come=8_000_00)
    assert [row.mark.state for row in seen.rows] == ["done", "gone", "now"]
    moments.go(hours=1)
    text = read(noa_web, order)
    assert "הוחזר" in text and "שלב 3 מתוך 3 טרם התחיל" in text

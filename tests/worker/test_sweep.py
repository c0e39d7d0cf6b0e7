"""One round of the clock, and the round after a bad one."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from house import clock
from house.desk.models import Case
from house.market.models import Market
from house.orders.models import Order, Stage
from house.payments.models import Checkout
from house.reputation.actions import review
from house.worker import sweep
from tests import make

pytestmark = pytest.mark.django_db
WORDS = "עבודה טובה, נקייה ובזמן, בהחלט נזמין שוב"


def test_one_round_brings_everything_that_time_brings(noa, amir, now):
    delivered = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    waiting = make.checkout(make.offer(amir, now), noa, now)
    released = make.order(noa, amir, now, state=Stage.State.APPROVED)
    review(released, by=noa, text=WORDS, quality=5, communication=5, value=5, now=now + timedelta(days=3))
    assert sweep.sweep(now + timedelta(days=40)) >= 4
    delivered.refresh_from_db()
    waiting.refresh_from_db()
    assert delivered.state == Order.State.COMPLETED
    assert waiting.state == Checkout.State.EXPIRED
    assert make.stage(released).earning.cleared_at is not None
    assert released.order_reviews.get().published_at is not None
    sweep.sweep(now + timedelta(days=60))  # the money of the first order clears as well
    assert sweep.sweep(now + timedelta(days=60)) == 0


def test_a_part_that_fails_calls_staff_once_a_day_and_does_not_stop_the_others(noa, amir, now, monkeypatch):
    def broken(now):
        raise RuntimeError("a bad day")

    waiting = make.checkout(make.offer(amir, now), noa, now)
    monkeypatch.setattr(sweep, "SWEEPS", (broken, *sweep.SWEEPS))
    for hour in range(5):
        sweep.sweep(now + timedelta(hours=hour + 1))
    sweep.sweep(now + timedelta(days=1))
    waiting.refresh_from_db()
    assert waiting.state == Checkout.State.EXPIRED
    assert Case.objects.filter(subject__contains="broken").count() == 2


class Rounds:
    """Stops the loop after so many rounds, and notes how long it was told to wait."""

    def __init__(self, monkeypatch, *answers):
        self.answers = list(answers)
        self.waits: list[float] = []
        self.stop = threading.Event()
        monkeypatch.setattr(self.stop, "wait", self.waits.append)
        monkeypatch.setattr(sweep, "sweep", self)
        monkeypatch.setattr(sweep, "close_old_connections", lambda: None)
        monkeypatch.setattr(sweep.connection, "close", lambda: None)

    def __call__(self, now):
        answer = self.answers.pop(0)
        if not self.answers:
            self.stop.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_it_rests_when_nothing_was_due_and_waits_for_a_lost_database(db, monkeypatch):
    rounds = Rounds(monkeypatch, 3, 0, OperationalError("gone"), 0)
    sweep.run(rounds.stop)
    assert rounds.waits == [0.01, sweep.PAUSE, sweep.PAUSE_AFTER_ERROR, sweep.PAUSE]


def test_any_other_failure_ends_the_loop_so_that_the_worker_is_started_anew(db, monkeypatch):
    rounds = Rounds(monkeypatch, RuntimeError("a defect"), 0)
    with pytest.raises(RuntimeError):
        sweep.run(rounds.stop)


def test_a_lost_database_ends_the_round(db, monkeypatch, now):
    def gone(now):
        raise OperationalError("gone")

    monkeypatch.setattr(sweep, "SWEEPS", (gone,))
    with pytest.raises(OperationalError):
        sweep.sweep(now)


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demo_market_travels(db, settings, demo):
    settings.DEMO = demo
    Market.get()
    Market.objects.update(travelled=timedelta(days=3))
    clock.travel(timedelta())
    ahead = sweep.market_now() - datetime.now(UTC)
    assert abs(ahead - (timedelta(days=3) if demo else timedelta())) < timedelta(seconds=5)
    clock.travel(timedelta())

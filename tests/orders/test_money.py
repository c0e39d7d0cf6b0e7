"""What an order's steps do to its money (DEC-12): escrow, commission, VAT, clearing, refunds."""

from datetime import datetime, timedelta

import pytest

from house import policy
from house.clock import ISRAEL
from house.desk.models import Case
from house.gateways.payments import GatewayDown
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinFault, TwinPayment, TwinRefund
from house.ledger.actions import Kind, balance, history
from house.orders import money
from house.orders.actions import requests, support, work
from house.orders.actions.earnings import clear_due
from house.orders.models import Earning, Order, Stage
from house.orders.proof import prove
from house.payments.models import Refund
from house.people.models import Profile
from house.process import Refusal
from house.worker import errands
from tests import make

pytestmark = pytest.mark.django_db
INSTANT = timedelta(milliseconds=1)
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


@pytest.mark.parametrize("state", ["awaiting_requirements", "active", "delivered", "in_revision"])
def test_the_escrow_of_an_open_order_is_what_its_stages_say(noa, amir, now, state):
    order = make.order(noa, amir, now, state=state)
    assert money.held(order) == make.stage(order).price == order.total == 1000_00
    assert (balance(Kind.PENDING, amir), balance(Kind.COMMISSION)) == (0, 0)
    assert prove().faults == []


def test_a_release_is_eighty_and_twenty_with_the_vat_inside(noa, amir, now):
    """COU-14, DEC-12"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    assert money.held(order) == 0
    assert balance(Kind.PENDING, amir) == 800_00
    assert (balance(Kind.COMMISSION), balance(Kind.VAT)) == (169_49, 30_51)
    earning = make.stage(order).earning
    assert (earning.gross, earning.provider_share) == (1000_00, 800_00)
    assert [row.kind for row in history(order.about)] == ["paid", "release"]


def test_commission_is_on_all_that_the_client_pays_in_the_order(noa, amir, now):
    """PAY-10, AMB-23: package × quantity + fast delivery."""
    row = make.checkout(make.offer(amir, now, fast_quantity_max=2), noa, now, quantity=2, fast=True)
    assert row.amount == 2 * 1000_00 + 2 * 200_00
    make.pay(row, now)
    order = Order.objects.get()
    make.deliver(order, now)
    work.accept(make.stage(order), by=noa, now=now)
    assert balance(Kind.PENDING, amir) == 1920_00


LAST_OF_17 = datetime(2024, 12, 31, 23, 59, 59, 999_000, tzinfo=ISRAEL)


@pytest.mark.parametrize(("at", "vat"), [(LAST_OF_17, 29_06), (LAST_OF_17 + INSTANT, 30_51)], ids=["17 %", "18 %"])
def test_the_vat_is_that_of_the_day_of_release_in_israel(noa, amir, at, vat):
    """Midnight in Israel, not in Greenwich, and the day of the release, not of the order."""
    order = make.order(noa, amir, at - timedelta(days=3), state=Stage.State.DELIVERED)
    work.accept(make.stage(order), by=noa, now=at)
    assert balance(Kind.VAT) == vat


def test_what_was_agreed_does_not_change_with_the_offer_or_the_policy(noa, amir, now, monkeypatch):
    """DEC-4"""
    order = make.order(noa, amir, now)
    monkeypatch.setattr(policy, "COMMISSION_PERCENT", 50)
    monkeypatch.setattr(policy, "REVISION_DAYS", 9)
    order.offer.packages.update(price=9_00, days=99, revisions=9)
    make.deliver(order, now + timedelta(days=5))
    make.revise(order, now + timedelta(days=5))
    assert make.stage(order).due_at == now + timedelta(days=7)
    make.deliver(order, now + timedelta(days=6))
    work.accept(make.stage(order), by=noa, now=now + timedelta(days=6))
    assert balance(Kind.PENDING, amir) == 800_00


# Clearing


@pytest.mark.parametrize(("level", "days"), [("new", 14), ("level_1", 14), ("level_2", 14), ("top_rated", 7)])
@pytest.mark.parametrize("drift", [-INSTANT, timedelta(), INSTANT], ids=["before", "at", "after"])
def test_released_money_clears_by_the_level_of_its_day(noa, amir, now, level, days, drift):
    """DEC-12: fourteen days, seven for top rated; a level that changes later moves nothing."""
    Profile.objects.update(level=level)
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    Profile.objects.update(level="level_2" if level == "top_rated" else "top_rated")
    earning = make.stage(order).earning
    due = earning.released_at + timedelta(days=days)
    assert earning.clears_at == due
    assert clear_due(due + drift) == (drift >= timedelta())
    assert balance(Kind.CLEARED, amir) == (800_00 if drift >= timedelta() else 0)
    assert prove().faults == []


def test_money_clears_as_of_its_moment_however_late_the_worker_comes(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    clear_due(now + timedelta(days=300))
    earning = make.stage(order).earning
    assert earning.cleared_at == earning.clears_at
    assert history(order.about)[-1].at == earning.clears_at
    assert clear_due(now + timedelta(days=300)) == 0


def test_many_earnings_clear_in_portions(noa, amir, now):
    for _ in range(3):
        make.order(noa, amir, now, state=Stage.State.APPROVED)
    later = now + timedelta(days=30)
    assert [clear_due(later, limit=2) for _ in range(3)] == [2, 1, 0]
    assert Earning.objects.filter(cleared_at=None).count() == 0


# Refunds


def ended(order: Order, noa, amir, now) -> Refund:
    """Cancelled by consent; the money is on its way."""
    request = requests.ask_cancellation(make.stage(order), **WORDS, by=amir, now=now)
    requests.consent(request, by=noa, now=now)
    return order.checkout.refunds.get()


@pytest.fixture
def charged(noa, amir, now) -> Order:
    """An order that the twin, too, knows to be paid."""
    order = make.order(noa, amir, now)
    books.settle(order.checkout.gateway_ref, "paid")
    return order


def test_a_cancellation_returns_the_whole_sum(charged, noa, amir, now):
    """PAY-09, O-12: to the means it was paid with, and the books show it at once."""
    refund = ended(charged, noa, amir, now)
    assert (refund.amount, refund.reason, refund.state) == (charged.total, "mutual", "asked")
    assert (money.held(charged), balance(Kind.GATEWAY)) == (0, 0)
    errands.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "done"
    assert TwinPayment.objects.get().refunded == charged.total


@pytest.mark.parametrize("faults", [["unreached"], ["timed_out"], ["timed_out", "unreached", "timed_out"]])
def test_a_gateway_that_is_silent_returns_the_money_once(charged, noa, amir, now, faults):
    """Whether it happened is unknown, so it is asked again with the same key."""
    refund = ended(charged, noa, amir, now)
    for kind in faults:
        TwinFault.objects.create(operation="refund", kind=kind)
        with pytest.raises(GatewayDown):
            errands.send_refund(refund.pk)
        refund.refresh_from_db()
        assert refund.state == "asked"
    for _ in range(3):
        errands.send_refund(refund.pk)
    assert TwinRefund.objects.get().amount == charged.total
    assert TwinPayment.objects.get().refunded == charged.total
    assert prove().faults == []


def test_money_is_never_given_up(charged):
    """A gateway that is down for days is asked for days."""
    strategy = errands.PATIENCE
    for attempts in (1, 100, 10_000):
        assert strategy.get_retry_decision(exception=GatewayDown(), job=_job(attempts)) is not None


def _job(attempts: int):
    from procrastinate.jobs import Job

    return Job(
        id=1, queue="money", lock=None, queueing_lock=None, task_name="x", attempts=attempts, priority=0, task_kwargs={}
    )


def test_a_final_no_of_the_gateway_is_a_case_for_staff(noa, amir, now):
    """The books say that the money went back: somebody must see to it."""
    order = make.order(noa, amir, now)  # never charged at the twin
    refund = ended(order, noa, amir, now)
    for _ in range(2):
        errands.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.state == "failed"
    case = Case.objects.get(kind="machine")
    assert (case.about, str(order.total) in case.text) == (order.about, True)


def test_the_fee_of_a_refunded_order_stays_the_market_s(noa, amir, now):
    """DEC-12"""
    from house.gateways.payments import HookEvent
    from house.payments import actions as payments
    from house.payments.models import GatewayEvent

    row = make.checkout(make.offer(amir, now), noa, now)
    row = payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    word = HookEvent("ev", "paid", row.gateway_ref, row.key, row.amount, row.currency, fee=books.fee(row.amount))
    payments.store_event(word, gateway="local", raw="{}", now=now)
    errands.apply_event(GatewayEvent.objects.get().pk)
    ended(Order.objects.get(), noa, amir, now)
    assert (balance(Kind.FEES), balance(Kind.GATEWAY)) == (-15_00, 15_00)
    assert prove().faults == []


# Support (O-24)


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("fraud", False), ("by_mistake", False), ("missing_information", False), ("provider_fault", True)],
)
def test_support_ends_an_order_with_a_refund_and_only_three_reasons_spare_the_rate(
    noa, amir, shira, now, reason, counts
):
    """MET-05, SUP-08"""
    order = make.order(noa, amir, now)
    support.cancel(order, reason=reason, why="לבקשת הלקוחה", by=shira, now=now)
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "support", counts)
    assert order.checkout.refunds.get().amount == order.total
    assert {noa.notices.first().kind, amir.notices.first().kind} == {"cancel_client", "cancel_provider"}


def test_support_says_why_and_it_is_written_down(noa, amir, shira, now):
    """DEC-20"""
    from house.people.models import AuditEntry

    order = make.order(noa, amir, now)
    support.cancel(order, reason="fraud", why="הכרטיס היה גנוב", by=shira, now=now)
    entry = AuditEntry.objects.get(what="order_cancelled")
    said = {"reason": "fraud", "fault": "nobody", "whole": True}
    assert (entry.by, entry.about, entry.why, entry.data) == (shira, order.about, "הכרטיס היה גנוב", said)


@pytest.mark.parametrize(
    ("reason", "who", "code"),
    [("because", "shira", "unknown_reason"), ("fraud", "noa", "wrong_party"), ("fraud", "dana", "stranger")],
)
def test_what_support_is_refused(noa, amir, dana, shira, now, reason, who, code):
    order = make.order(noa, amir, now)
    by = {"noa": noa, "dana": dana, "shira": shira}[who]
    with pytest.raises(Refusal, match=code):
        support.cancel(order, reason=reason, why="", by=by, now=now)


def test_an_order_that_has_ended_is_not_cancelled_and_nothing_is_written(noa, amir, shira, now):
    """CAN-07, O-25: support as well."""
    from house.people.models import AuditEntry

    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="wrong_state"):
        support.cancel(order, reason="fraud", why="", by=shira, now=now)
    assert not AuditEntry.objects.filter(what="order_cancelled").exists()

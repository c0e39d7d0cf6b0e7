"""Killed at each named point of paying, releasing, refunding, sweeping and paying out: nothing is lost and nothing doubled."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from house.catalog.models import Offer
from house.desk.models import Case
from house.gateways.payments import HookEvent
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinPayment, TwinRefund
from house.inbox.actions import open_conversation
from house.ledger.actions import Kind as Ledger
from house.ledger.actions import balance
from house.ledger.models import Transfer
from house.notices.models import Notice
from house.orders import deadlines
from house.orders.actions import milestones, requests, work
from house.orders.actions.checkout import open_for_quote
from house.orders.actions.earnings import clear_due
from house.orders.models import Charge, Deadline, Earning, Order, ResolutionRequest, Stage
from house.payments import actions as payments
from house.payments.models import Chargeback, Checkout, GatewayEvent, Refund
from house.people.models import AuditEntry, Role, User
from house.process import Refusal
from house.quotes import actions as quotes
from house.treasury import batches, payouts
from house.treasury.models import Payout
from house.treasury.proof import prove
from house.worker.errands import WHEN_PAID
from house.worker.timetable import rescue_stalled
from tests import make, persons
from tests.orders.racing import empty_queue
from tests.orders.test_milestones import ROWS
from tests.orders.walk.market import word
from tests.treasury import banking

from .crashing import ACTS, in_a_process
from .processes import environment

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


@dataclass
class Market:
    """Two people and an offer."""

    noa: User
    amir: User
    offer: Offer
    env: dict[str, str]

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def now() -> datetime:
    """When the people came; the processes read the real clock."""
    return datetime.now(UTC) - timedelta(days=20)


@pytest.fixture
def market(transactional_db, noa, amir, now, tmp_path) -> Iterator[Market]:
    """One market for all points of a scene: each has an order of its own."""
    empty_queue()
    yield Market(noa, amir, make.offer(amir, now), {**environment(tmp_path), "CRASHING": "1"})
    empty_queue()


# What is under way when the process dies: each returns (the act, its arguments, what must have happened once)

Scene = tuple[str, tuple[Any, ...], Callable[[], None]]


def paying(market: Market, checkout: Checkout) -> Checkout:
    """Its client has paid at the gateway."""
    row = payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=market.now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    books.settle(row.gateway_ref, "paid")
    return row


def told(row: Checkout) -> dict[str, Any]:
    return vars(word(TwinPayment.objects.get(ref=row.gateway_ref)))


def store(market: Market, row: Checkout) -> int:
    payments.store_event(word(TwinPayment.objects.get(ref=row.gateway_ref)), gateway="local", raw="{}", now=market.now)
    return GatewayEvent.objects.latest("pk").pk


def placed(market: Market, at: datetime) -> Order:
    row = paying(market, make.checkout(market.offer, market.noa, market.now))
    event = store(market, row)
    GatewayEvent.objects.filter(pk=event).update(received_at=at)
    Checkout.objects.filter(pk=row.pk).update(opened_at=at, expires_at=at + timedelta(minutes=30))
    payments.apply(event, now=at, when_paid=WHEN_PAID)
    return Order.objects.get(checkout=row)


def a_call_of_the_gateway(market: Market) -> Scene:
    row = paying(market, make.checkout(market.offer, market.noa, market.now))
    return "hear", (told(row),), lambda: assert_placed(row)


def an_order_to_place(market: Market) -> Scene:
    row = paying(market, make.checkout(market.offer, market.noa, market.now))
    store(market, row)
    return "work", (), lambda: assert_placed(row)


def a_stage_to_begin(market: Market) -> Scene:
    checkout = open_for_quote(quote_of(market), client=market.noa, now=market.now)
    payments.apply(store(market, paying(market, checkout)), now=market.now, when_paid=WHEN_PAID)
    order = Order.objects.get(checkout=checkout)
    first, second = order.stages.all()[:2]
    text = "השלב הושלם, התמונות מצורפות."
    work.deliver(first, text=text, links=[], files=[], by=market.amir, now=market.now)
    work.accept(first, by=market.noa, now=market.now)
    row = paying(market, milestones.open_for_stage(second, client=market.noa, now=market.now))
    store(market, row)

    def begun() -> None:
        assert Stage.objects.get(pk=second.pk).state == Stage.State.ACTIVE
        assert moved(order) == {"paid": 2, "fee": 2, "release": 1}
        assert steps(order)["begin"] == 1
        assert told_of(order, "begin") == ["begin_provider"]

    return "work", (), begun


def quote_of(market: Market) -> Any:
    talk = open_conversation(market.noa, market.amir, now=market.now)
    words = {"text": "כמו שדיברנו, העבודה מחולקת לשלבים.", "stages": ROWS}
    return quotes.send(talk, by=market.amir, offer=market.offer, now=market.now, **words)


def a_change_to_accept(market: Market) -> Scene:
    order = placed(market, market.now)
    asked = ask(market, order, "extra", market.amir, change={"lines": [LINE], "days": 2})
    row = paying(market, requests.open_for_request(asked, client=market.noa, now=market.now))
    store(market, row)
    before = make.stage(order)

    def accepted() -> None:
        after = make.stage(order)
        assert ResolutionRequest.objects.get(pk=asked.pk).state == "accepted"
        assert (after.price, after.due_at) == (before.price + 300_00, before.due_at + timedelta(days=2))
        assert moved(order) == {"paid": 2, "fee": 2}
        assert Charge.objects.filter(stage=after).count() == 2
        assert told_of(order, "request_consent") == ["request_consent_provider"]

    return "work", (), accepted


LINE = {"title": "מדף", "price": 300_00, "quantity": 1}


def ask(market: Market, order: Order, kind: str, by: User, **more: Any) -> ResolutionRequest:
    return requests.ask(make.stage(order), kind=kind, **WORDS, by=by, now=market.now, **more)


def a_delivery_to_accept(market: Market) -> Scene:
    order = placed(market, market.now)
    make.deliver(order, market.now)
    return "accept", (make.stage(order).pk,), lambda: assert_released(order, ["accept_provider"])


def a_silence_to_sweep(market: Market) -> Scene:
    order = placed(market, market.now - timedelta(days=4))
    make.deliver(order, market.now - timedelta(days=3))
    return "sweep", (), lambda: assert_released(order, ["accept_client", "accept_provider"])


def a_cancellation_to_agree_to(market: Market) -> Scene:
    order = placed(market, market.now)
    asked = ask(market, order, "cancellation", market.amir)
    return "consent", (asked.pk,), lambda: assert_refunded(order, ["cancellation_consent_provider"])


def a_cancellation_to_sweep(market: Market) -> Scene:
    order = placed(market, market.now - timedelta(days=3))
    stage, since = make.stage(order), market.now - timedelta(days=2)
    requests.ask_cancellation(stage, **WORDS, by=market.amir, now=since)
    told = ["cancellation_expire_client", "cancellation_expire_provider"]
    return "sweep", (), lambda: assert_refunded(order, told)


def a_refund_to_send(market: Market) -> Scene:
    order = placed(market, market.now)
    requests.consent(ask(market, order, "cancellation", market.amir), by=market.noa, now=market.now)
    return "work", (), lambda: assert_refunded(order, ["cancellation_consent_provider"])


def released(market: Market, days: int) -> Order:
    """Work that was accepted so many days ago; after fourteen its money clears."""
    at = market.now - timedelta(days=days)
    order = placed(market, at - timedelta(days=2))
    make.deliver(order, at - timedelta(days=1))
    work.accept(make.stage(order), by=market.noa, now=at)
    return order


def a_chargeback_to_apply(market: Market) -> Scene:
    order = released(market, 5)
    payment = books.charge_back(order.checkout.gateway_ref)
    assert payment is not None
    told_ = books.dispute_events(payment)[-1]
    event = HookEvent(**{("event_id" if key == "id" else key): value for key, value in told_.items()})
    payments.store_event(event, gateway="local", raw="{}", now=market.now)
    before = balance(Ledger.CLEARED, market.amir)

    def taken() -> None:
        assert moved(order) == {"paid": 1, "fee": 1, "release": 1, "chargeback": 1}
        assert Chargeback.objects.get(payment_ref=order.checkout.gateway_ref).loss == 0
        assert Earning.objects.get(stage__order=order).to_clear == 0
        assert balance(Ledger.CLEARED, market.amir) == before
        assert told_of(order, "chargeback") == ["chargeback_provider"]
        assert Case.objects.filter(key=f"chargeback:{order.checkout.gateway_ref}").count() == 1

    return "work", (), taken


def cleared(market: Market) -> int:
    """All that may be withdrawn, in minor units."""
    released(market, 17)
    clear_due(market.now)
    banking.with_bank(market.amir, market.now)
    return balance(Ledger.CLEARED, market.amir)


def a_withdrawal_to_ask_for(market: Market) -> Scene:
    amount, before = cleared(market), Payout.objects.count()

    def asked() -> None:
        assert Payout.objects.count() == before + 1
        assert (Payout.objects.latest("pk").amount, balance(Ledger.CLEARED, market.amir)) == (amount, 0)

    return "withdraw", (market.amir.pk, amount), asked


def approved(market: Market) -> Payout:
    row = payouts.withdraw(market.amir, amount=cleared(market), now=market.now)
    finance = User.objects.filter(email="ora@example.org").first()
    finance = finance or persons.staff("ora", "אורה", "שמש", market.now, Role.FINANCE)
    batches.approve(batches.collect(by=finance, now=market.now), by=finance, now=market.now)
    row.refresh_from_db()
    return row


def a_batch_to_send(market: Market) -> Scene:
    row, before = approved(market), balance(Ledger.BANK)

    def sent() -> None:
        row.refresh_from_db()
        assert (row.state, balance(Ledger.BANK) - before) == ("sent", row.amount)
        assert Notice.objects.filter(about=row.about, kind="payout_sent").exclude(mailed_at=None).count() == 1
        assert AuditEntry.objects.filter(about=f"batch:{row.batch_id}", what="batch_sent").count() == 1

    return "send_batch", (row.batch_id,), sent


def a_payout_to_come_back(market: Market) -> Scene:
    row = approved(market)
    batches.send(row.batch, by=row.batch.made_by, now=market.now)
    before = balance(Ledger.BANK)

    def returned() -> None:
        row.refresh_from_db()
        assert (row.state, before - balance(Ledger.BANK)) == ("returned", row.amount)
        assert Notice.objects.filter(about=row.about, kind="payout_returned").count() == 1

    return "come_back", (row.pk,), returned


# What must be true in the end, wherever it died


def moved(order: Order) -> Counter[str]:
    return Counter(Transfer.objects.filter(about=order.about).values_list("kind", flat=True))


def steps(order: Order) -> Counter[str]:
    return Counter(order.events.values_list("step", flat=True))


def told_of(order: Order, step: str) -> list[str]:
    rows = Notice.objects.filter(about=order.about, kind__startswith=step)
    assert not rows.filter(mailed_at=None).exists()
    return sorted(rows.values_list("kind", flat=True))


def assert_placed(row: Checkout) -> None:
    row.refresh_from_db()
    order = Order.objects.get(checkout=row)
    assert row.state == Checkout.State.PAID
    assert list(row.events.values_list("outcome", flat=True)) == ["paid"]
    assert moved(order) == {"paid": 1, "fee": 1}
    assert steps(order) == {"place": 1}
    assert told_of(order, "place") == ["place_client", "place_provider"]
    assert order.deadlines.count() == len(list(deadlines.promises(order)))


def assert_released(order: Order, told: list[str]) -> None:
    order.refresh_from_db()
    assert order.state == Order.State.COMPLETED
    assert moved(order) == {"paid": 1, "fee": 1, "release": 1}
    assert Earning.objects.filter(stage__order=order).count() == 1
    assert steps(order)["accept"] == 1
    assert told_of(order, "accept") == told
    assert not order.deadlines.exists()


def assert_refunded(order: Order, told: list[str]) -> None:
    order.refresh_from_db()
    assert order.state == Order.State.CANCELLED
    assert moved(order) == {"paid": 1, "fee": 1, "refund": 1}
    assert list(order.checkout.refunds.values_list("state", flat=True)) == ["done"]
    assert TwinRefund.objects.filter(payment__ref=order.checkout.gateway_ref).count() == 1
    assert steps(order)["cancel"] == 1
    assert sorted(kind for kind in told_of(order, "cancellation") if "open" not in kind) == told
    assert not order.deadlines.exists()


# The table: (scene, name of the point, function, before or after, which call)

EVENTS, PLACE, REFUNDS = "house.payments.actions.events", "house.orders.actions.place", "house.payments.actions.refunds"
DISPUTES, PAYOUTS = "house.payments.actions.chargebacks", "house.treasury.payouts"
DEFER = "procrastinate.jobs:JobDeferrer.defer"
POST, WRITE, RESET = "house.orders.money:post", "house.orders.diary:write", "house.orders.deadlines:reset"
TELL = "house.orders.diary:tell"
POINTS: list[tuple[Callable[[Market], Scene], str, str, str, int]] = [
    (a_call_of_the_gateway, "before the event is stored", "house.payments.actions:store_event", "before", 1),
    (a_call_of_the_gateway, "event stored, errand not deferred", DEFER, "before", 1),
    (a_call_of_the_gateway, "errand deferred, not committed", DEFER, "after", 1),
    (a_call_of_the_gateway, "event committed", "house.payments.actions:store_event", "after", 1),
    (an_order_to_place, "errand taken", "house.payments.actions:apply", "before", 1),
    (an_order_to_place, "checkout not yet marked paid", f"{EVENTS}:_end", "before", 1),
    (an_order_to_place, "checkout marked paid", f"{EVENTS}:_end", "after", 1),
    (an_order_to_place, "order without a stage", f"{PLACE}:_stages", "before", 1),
    (an_order_to_place, "order with its stage", f"{PLACE}:_stages", "after", 1),
    (an_order_to_place, "ledger not posted", f"{PLACE}:ledger_paid", "before", 1),
    (an_order_to_place, "first entry of the ledger posted", "house.payments.actions.books:post", "after", 1),
    (an_order_to_place, "ledger posted", f"{PLACE}:ledger_paid", "after", 1),
    (an_order_to_place, "diary written", WRITE, "after", 1),
    (an_order_to_place, "deadlines set", RESET, "after", 1),
    (an_order_to_place, "one side told", TELL, "after", 1),
    (an_order_to_place, "order placed, not committed", f"{EVENTS}:_carry_out", "after", 1),
    (an_order_to_place, "order committed, errand not done", "house.payments.actions:apply", "after", 1),
    (a_stage_to_begin, "checkout marked paid", f"{EVENTS}:_end", "after", 1),
    (a_stage_to_begin, "payment not yet joined", "house.orders.money:charge", "before", 1),
    (a_stage_to_begin, "payment joined", "house.orders.money:charge", "after", 1),
    (a_stage_to_begin, "stage begun, not committed", f"{EVENTS}:_carry_out", "after", 1),
    (a_stage_to_begin, "stage begun, errand not done", "house.payments.actions:apply", "after", 1),
    (a_change_to_accept, "payment joined", "house.orders.money:charge", "after", 1),
    (a_change_to_accept, "request accepted", "house.orders.actions.requests.paying:consent", "after", 1),
    (a_change_to_accept, "change committed, errand not done", "house.payments.actions:apply", "after", 1),
    (a_delivery_to_accept, "before the release", "house.orders.money:release", "before", 1),
    (a_delivery_to_accept, "release posted", POST, "after", 1),
    (a_delivery_to_accept, "earning noted", "house.orders.money:release", "after", 1),
    (a_delivery_to_accept, "order ended, stage not saved", "house.orders.actions.work:end_order", "after", 1),
    (a_delivery_to_accept, "stage saved", "house.orders.models:Stage.save", "after", 1),
    (a_delivery_to_accept, "diary written", WRITE, "after", 1),
    (a_delivery_to_accept, "deadlines gone", RESET, "after", 1),
    (a_delivery_to_accept, "told, not committed", TELL, "after", 1),
    (a_delivery_to_accept, "release committed", "house.orders.actions.work:accept", "after", 1),
    (a_silence_to_sweep, "deadline taken", "house.orders.deadlines:carry_out", "before", 1),
    (a_silence_to_sweep, "release posted", POST, "after", 1),
    (a_silence_to_sweep, "verb done, not marked", "house.orders.actions.work:accept", "after", 1),
    (a_silence_to_sweep, "marked done, not committed", "house.orders.deadlines:run_due", "after", 1),
    (a_silence_to_sweep, "committed", "house.orders.deadlines:catch_up", "after", 1),
    (a_cancellation_to_agree_to, "request answered", "house.orders.actions.requests.answering:step_of", "after", 1),
    (a_cancellation_to_agree_to, "refund posted, not asked", "house.orders.money:ask_refund", "before", 1),
    (a_cancellation_to_agree_to, "refund asked, errand not deferred", DEFER, "before", 2),
    (a_cancellation_to_agree_to, "refund asked, not committed", "house.orders.money:ask_refund", "after", 1),
    (a_cancellation_to_agree_to, "stage saved", "house.orders.models:Stage.save", "after", 1),
    (a_cancellation_to_agree_to, "cancellation committed", "house.orders.actions.requests:consent", "after", 1),
    (a_cancellation_to_sweep, "deadline taken", "house.orders.deadlines:carry_out", "before", 1),
    (a_cancellation_to_sweep, "refund asked", "house.orders.money:ask_refund", "after", 1),
    (a_cancellation_to_sweep, "verb done, not marked", "house.orders.actions.requests:expire", "after", 1),
    (a_cancellation_to_sweep, "committed", "house.orders.deadlines:catch_up", "after", 1),
    (a_refund_to_send, "errand taken", "house.payments.actions:send_refund", "before", 1),
    (a_refund_to_send, "gateway not told", "house.gateways.payments.local:LocalGateway.refund", "before", 1),
    (a_refund_to_send, "gateway told", "house.gateways.payments.local:LocalGateway.refund", "after", 1),
    (a_refund_to_send, "refund not marked done", f"{REFUNDS}:refund_done", "before", 1),
    (a_refund_to_send, "refund marked done", f"{REFUNDS}:refund_done", "after", 1),
    (a_refund_to_send, "refund done, errand not", "house.payments.actions:send_refund", "after", 1),
    (a_chargeback_to_apply, "noted, not booked", f"{DISPUTES}:begin", "after", 1),
    (a_chargeback_to_apply, "taken from the earning, not booked", "house.orders.taking:take_back", "after", 1),
    (a_chargeback_to_apply, "booked", f"{DISPUTES}:post", "after", 1),
    (a_chargeback_to_apply, "told, not committed", TELL, "after", 1),
    (a_chargeback_to_apply, "committed, staff not called", "house.payments.actions:apply", "after", 1),
    (a_withdrawal_to_ask_for, "noted, not booked", f"{PAYOUTS}:_move", "before", 1),
    (a_withdrawal_to_ask_for, "booked, not committed", f"{PAYOUTS}:post", "after", 1),
    (a_withdrawal_to_ask_for, "committed", f"{PAYOUTS}:withdraw", "after", 1),
    (a_batch_to_send, "marked as sent, not booked", f"{PAYOUTS}:_move", "before", 1),
    (a_batch_to_send, "booked", f"{PAYOUTS}:post", "after", 1),
    (a_batch_to_send, "told, not committed", f"{PAYOUTS}:tell", "after", 1),
    (a_batch_to_send, "committed", "house.treasury.batches:send", "after", 1),
    (a_payout_to_come_back, "marked as returned, not booked", f"{PAYOUTS}:_move", "before", 1),
    (a_payout_to_come_back, "booked", f"{PAYOUTS}:post", "after", 1),
    (a_payout_to_come_back, "committed", f"{PAYOUTS}:come_back", "after", 1),
]


SCENES = list(dict.fromkeys(scene for scene, *_ in POINTS))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_killed_at_each_point_a_fresh_worker_finishes(market, scene, subtests):
    """DEC-12, DEC-30, DEC-31: all or nothing, and then once."""
    for its, name, *dies in POINTS:
        if its is scene:
            with subtests.test(name):
                killed_and_finished(market, scene, tuple(dies))


def killed_and_finished(market: Market, scene: Callable[[Market], Scene], dies: tuple[str, str, int]) -> None:
    act, arguments, done = scene(market)
    assert in_a_process(market.env, act, *arguments, dies=dies) == -signal.SIGKILL
    assert prove().faults == []
    rescue()
    if act not in ("work", "sweep"):
        again(act, arguments)
    for part in ("sweep", "work"):
        assert in_a_process(market.env, part) == 0
    done()
    assert waiting() == 0
    assert prove().faults == []


def again(act: str, arguments: tuple[Any, ...]) -> None:
    """The vendor calls again; a person who saw an error presses again, and is refused if it was done."""
    try:
        ACTS[act](*arguments)
    except Refusal as refusal:
        assert refusal.code in ("wrong_state", "more_than_cleared")


def rescue() -> None:
    """The chore of the timetable, as if the dead had been silent for a minute."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")
    async_to_sync(rescue_stalled)()


def waiting() -> int:
    """What is still to be done: deadlines, words of the gateway, refunds, errands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name <> 'chores' AND status <> 'succeeded'")
        jobs = cursor.fetchone()[0]
    due = Deadline.objects.filter(done_at=None, try_at__lte=datetime.now(UTC)).count()
    return (
        jobs
        + due
        + GatewayEvent.objects.filter(applied_at=None).count()
        + Refund.objects.filter(state=Refund.State.ASKED).count()
    )

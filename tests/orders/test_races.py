"""Exactly one outcome, money moved once, books proven: on real PostgreSQL with real threads."""

from datetime import timedelta
from functools import partial

import pytest

from house.orders.actions import blocking, milestones, requests, support, work
from house.orders.actions.earnings import clear_due
from house.orders.models import Deadline, Earning, Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import Checkout
from house.worker.errands import WHEN_PAID
from house.worker.sweep import sweep_orders

from .. import make
from .racing import TWENTY, assert_one_outcome, at_once, transfers
from .test_milestones import between, stages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races"), pytest.mark.pg15]
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}
TEXT = "העבודה הושלמה, התמונות מצורפות לצ׳אט ההזמנה."
HALF = TWENTY // 2
ROUNDS = 4


def ask(order: Order, by, now):
    return requests.ask_cancellation(make.stage(order), **WORDS, by=by, now=now)


def accepts(order: Order, by, now, number: int):
    return [partial(work.accept, make.stage(order), by=by, now=now) for _ in range(number)]


def support_cancels(order: Order, by, now, number: int):
    cancel = partial(support.cancel, order, reason="provider_fault", why="בדיקה של שני הצדדים", by=by, now=now)
    return [cancel for _ in range(number)]


def test_twenty_acceptances_at_once_pay_once(noa, amir, now):
    """O-7"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    said = at_once(accepts(order, noa, now + timedelta(days=2, hours=1), TWENTY))
    assert said == {"done": 1, "wrong_state": TWENTY - 1}
    assert assert_one_outcome(order) == "completed"
    assert Earning.objects.count() == 1
    assert amir.notices.filter(kind="accept_provider").count() == 1
    amir.profile.refresh_from_db()
    assert amir.profile.completed_orders == 1


def test_an_acceptance_against_a_cancellation_by_support(noa, amir, shira, now):
    """O-7 against O-24"""
    at = now + timedelta(days=2, hours=1)
    for _ in range(ROUNDS):
        order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
        said = at_once([*accepts(order, noa, at, HALF), *support_cancels(order, shira, at, HALF)])
        assert said == {"done": 1, "wrong_state": TWENTY - 1}
        assert_one_outcome(order)


def test_an_acceptance_against_a_request_to_cancel(noa, amir, now):
    """O-7 against O-11: whoever comes first decides what the other meets."""
    at = now + timedelta(days=2, hours=1)
    for _ in range(ROUNDS):
        order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
        asks = [partial(ask, order, amir, at) for _ in range(HALF)]
        said = at_once([*accepts(order, noa, at, HALF), *asks])
        assert said["done"] == 1
        order.refresh_from_db()
        assert order.requests.count() == order.is_open
        assert transfers(order) == (["paid"] if order.is_open else ["paid", "release"])
        assert prove().faults == []


def test_all_answers_to_a_request_at_once(noa, amir, shira, now):
    """R-2…R-5: consent, decline, withdrawal, expiry and support, four of each."""
    for _ in range(ROUNDS):
        order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
        request = ask(order, amir, now + timedelta(days=3))
        at = now + timedelta(days=4)
        answers = [
            *[partial(requests.consent, request, by=noa, now=at)] * 4,
            *[partial(requests.decline, request, by=noa, now=at)] * 4,
            *[partial(requests.withdraw, request, by=amir, now=at)] * 4,
            *[partial(requests.expire, request, now=at)] * 4,
        ]
        said = at_once(answers)
        assert said == {"done": 1, "wrong_state": 15}
        order.refresh_from_db()
        if order.is_open:
            assert transfers(order) == ["paid"]
            assert Deadline.objects.filter(order=order, kind="decide").count() == 1
        else:
            assert assert_one_outcome(order) == "cancelled"
        assert prove().faults == []


def test_a_consent_against_support(noa, amir, shira, now):
    order = make.order(noa, amir, now)
    request = ask(order, amir, now)
    consents = [partial(requests.consent, request, by=noa, now=now)] * HALF
    said = at_once([*consents, *support_cancels(order, shira, now, HALF)])
    assert said == {"done": 1, "wrong_state": TWENTY - 1}
    assert assert_one_outcome(order) == "cancelled"


def test_a_delivery_against_a_cancellation(noa, amir, shira, now):
    """O-6 against O-24: a delivery in time and then a cancellation is fine, a delivery afterwards is not."""
    for _ in range(ROUNDS):
        order = make.order(noa, amir, now)
        deliver = partial(work.deliver, make.stage(order), text=TEXT, links=[], files=[], by=amir, now=now)
        said = at_once([*[deliver] * HALF, *support_cancels(order, shira, now, HALF)])
        deliveries = make.stage(order).deliveries.count()
        assert (said["done"], deliveries) in ((1, 0), (2, 1))
        assert assert_one_outcome(order) == "cancelled"


def test_a_delivery_against_a_request_to_cancel(noa, amir, now):
    """O-6 against O-11, DEC-33"""
    order = make.order(noa, amir, now)
    deliver = partial(work.deliver, make.stage(order), text=TEXT, links=[], files=[], by=amir, now=now)
    ask_ = partial(requests.ask_cancellation, make.stage(order), **WORDS, files=[make_file()], by=noa, now=now)
    said = at_once([*[deliver] * HALF, *[ask_] * HALF])
    stage = make.stage(order)
    assert order.requests.count() == 1
    assert stage.deliveries.count() == (stage.state == Stage.State.DELIVERED) == said["done"] - 1
    assert (stage.decide_left is not None) == (stage.state == Stage.State.DELIVERED)
    assert prove().faults == []


def make_file() -> str:
    return "5f0f3f5e-0000-4000-8000-000000000001"


def test_twenty_deliveries_at_once_are_one(noa, amir, now):
    order = make.order(noa, amir, now)
    said = at_once([partial(make.deliver, order, now + timedelta(days=1))] * TWENTY)
    assert said == {"done": 1, "wrong_state": TWENTY - 1}
    assert make.stage(order).deliveries.get().number == 1


def test_twenty_revisions_at_once_use_one(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    said = at_once([partial(make.revise, order, now + timedelta(days=3))] * TWENTY)
    assert said == {"done": 1, "wrong_state": TWENTY - 1}
    assert make.stage(order).revisions_used == 1


def test_twenty_drafts_at_once_are_one_draft(noa, amir, now):
    """DLV-04"""
    order = make.order(noa, amir, now)
    save = partial(work.save_draft, make.stage(order), text="טיוטה", links=[], files=[], by=amir, now=now)
    assert at_once([save] * TWENTY) == {"done": TWENTY}
    assert make.stage(order).deliveries.count() == 1


def test_twenty_requests_at_once_are_one(noa, amir, now):
    """DEC-34"""
    order = make.order(noa, amir, now)
    assert at_once([partial(ask, order, amir, now)] * TWENTY) == {"done": 1, "request_open": TWENTY - 1}
    assert order.requests.count() == 1


@pytest.mark.parametrize("workers", [2, 8])
def test_several_workers_on_one_deadline_carry_it_out_once(noa, amir, now, workers):
    """ORD-10, DEC-30"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide = make.stage(order).decide_at
    at_once([partial(sweep_orders, decide + timedelta(hours=1))] * workers)
    assert assert_one_outcome(order) == "completed"
    assert order.events.filter(step="accept").get().at == decide
    assert noa.notices.filter(kind="accept_client").count() == 1


def test_workers_against_people_at_the_instant_of_silence(noa, amir, shira, now):
    """DEC-30: whatever the order of arrival, the clock was first; nobody waits for ever."""
    for _ in range(ROUNDS):
        order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
        decide = make.stage(order).decide_at
        acts = [
            *[partial(sweep_orders, decide)] * 4,
            *accepts(order, noa, decide, 4),
            *[partial(make.revise, order, decide)] * 4,
            *[partial(ask, order, amir, decide)] * 4,
            *support_cancels(order, shira, decide, 4),
        ]
        said = at_once(acts)
        assert said == {"done": 4, "wrong_state": 16}
        assert assert_one_outcome(order) == "completed"
        assert order.events.get(step="accept").party == "clock"


def test_several_workers_clear_once(noa, amir, now):
    """DEC-12"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    at_once([partial(clear_due, now + timedelta(days=30))] * 8)
    assert transfers(order) == ["clear", "paid", "release"]
    assert prove().faults == []


def test_the_ends_of_many_orders_of_one_provider_are_all_counted(noa, amir, now):
    """AMB-18: the count is written under the profile's lock."""
    orders = [make.order(noa, amir, now, state=Stage.State.DELIVERED) for _ in range(5)]
    at = now + timedelta(days=3)
    assert at_once([act for order in orders for act in accepts(order, noa, at, 1)]) == {"done": 5}
    amir.profile.refresh_from_db()
    assert amir.profile.completed_orders == 5


def test_a_stages_payments_against_stopping_and_against_the_clock(noa, amir, now):
    """M-7 against M-8 and M-13: begun and charged once, or stopped and every payment goes back."""
    for number in range(ROUNDS):
        order = between(noa, amir, now)
        stage = stages(order)[1]
        checkouts = [milestones.open_for_stage(stage, client=noa, now=now) for _ in range(5)]
        for checkout in checkouts:
            payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
            payments.send_to_gateway(checkout, return_url="/", title="שלב")
        pays = [partial(make.hear, each, now, event=f"{number}:{each.pk}", when_paid=WHEN_PAID) for each in checkouts]
        at_once([*pays, *[partial(milestones.stop, stage, by=noa, now=now)] * 5, *[partial(sweep_orders, now)] * 5])
        begun = [row.state for row in stages(order)] == ["approved", "active", "planned"]
        assert begun or [row.state for row in stages(order)] == ["approved", "stopped", "stopped"]
        assert order.events.filter(step="begin").count() == begun
        for checkout in checkouts:
            checkout.refresh_from_db()
            assert checkout.refunds.count() == (checkout.state != "paid")
        assert [each.state for each in checkouts].count("paid") == begun
        assert prove().faults == []


def test_a_block_against_a_payment_that_begins(noa, amir, now):
    """BLK-07, DEC-31: who is blocked does not pay, and whose payment is on its way is not blocked."""
    done = make.order(noa, amir, now, state=Stage.State.APPROVED)
    at = now + timedelta(days=3)
    for _ in range(ROUNDS):
        checkout = make.checkout(done.offer, noa, at)
        words = {"invoice_name": "נועה", "invoice_number": "", "terms_version": "1", "now": at}
        block, begin = partial(blocking.block, noa, by=amir, now=at), partial(payments.begin, checkout, **words)
        said = at_once([*[block] * 3, *[begin] * 3])
        assert said in ({"done": 3, "blocked": 3}, {"done": 3, "block_open_order": 3})
        blocking.unblock(noa, by=amir, now=at)
        Checkout.objects.update(state=Checkout.State.EXPIRED)

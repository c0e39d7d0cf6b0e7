"""Custom offers and milestones (COF, MIL, 3.2), through the real verbs."""

from datetime import datetime, timedelta

import pytest

from house import policy
from house.desk import people
from house.gateways.payments import HookEvent
from house.inbox.actions import open_conversation
from house.ledger.actions import Kind, balance
from house.orders import deadlines, money
from house.orders.actions import milestones, requests, support, work
from house.orders.actions.checkout import again, open_for_quote
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.orders.reasons import REASONS
from house.payments import actions as payments
from house.payments.models import GatewayEvent
from house.people.models import User
from house.process import Refusal
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.worker.errands import WHEN_PAID
from tests import make

S = Stage.State
ROWS = [
    StageRow("הריסה ופינוי", 4_000_00, 5, "חדר ריק ונקי", 1),
    StageRow("צנרת ואיטום", 6_000_00, 8, "איטום נבדק בהצפה", 1),
    StageRow("ריצוף וגמר", 8_000_00, 10, "חדר רחצה מוכן", 2),
]
DAY = timedelta(days=1)
LINK = ["https://files.example/all"]


def quote(client: User, provider: User, now: datetime, rows=ROWS, requirements=(), **changes) -> Quote:
    offer = make.offer(provider, now, requirements=requirements)
    talk = open_conversation(client, provider, now=now)
    words = {"text": "כמו שדיברנו, העבודה מחולקת לשלבים ברורים.", **changes}
    return quotes.send(talk, by=provider, offer=offer, stages=rows, now=now, **words)


def pay(checkout, now: datetime, event: str) -> str:
    """A paid checkout of any purpose, through the market's own door."""
    payments.begin(checkout, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="שלב")
    return make.hear(checkout, now, event=event, when_paid=WHEN_PAID)


def ordered(client: User, provider: User, now: datetime, **changes) -> Order:
    checkout = open_for_quote(quote(client, provider, now, **changes), client=client, now=now)
    assert pay(checkout, now, f"first:{checkout.pk}") == "paid"
    return Order.objects.get(checkout=checkout)


def stages(order: Order) -> list[Stage]:
    rows = list(Stage.objects.filter(order=order))
    for row in rows:
        row.order = Order.objects.get(pk=order.pk)
    return rows


def deliver(stage: Stage, now: datetime, **more) -> None:
    work.deliver(
        stage, text="השלב הושלם, התמונות מצורפות.", links=LINK, files=[], by=stage.order.provider, now=now, **more
    )


def begin(order: Order, now: datetime, event: str) -> None:
    planned = next(row for row in stages(order) if row.state == S.PLANNED)
    checkout = milestones.open_for_stage(planned, client=order.client, now=now)
    assert pay(checkout, now, event) == "paid"


def test_only_the_first_milestone_is_charged_on_ordering(noa, amir, now):
    """MIL-12, M-2"""
    order = ordered(noa, amir, now)
    assert [row.state for row in stages(order)] == [S.ACTIVE, S.PLANNED, S.PLANNED]
    assert order.total == 4_000_00
    assert balance(Kind.ESCROW, about=order.about) == 4_000_00
    assert Quote.objects.get().state == Quote.State.ACCEPTED


def test_each_milestone_is_paid_for_when_it_begins_and_released_when_it_is_approved(noa, amir, now):
    """MIL-13, MIL-16, AMB-39, M-6, M-7, M-9"""
    order = ordered(noa, amir, now)
    at = now
    for number, _row in enumerate(ROWS):
        at += timedelta(days=2)
        stage = stages(order)[number]
        deliver(stage, at, full=number == 2)
        at += timedelta(hours=5)
        work.accept(stage, by=noa, now=at)
        if number < 2:
            begin(order, at, f"next{number}")
    order.refresh_from_db()
    assert order.state == Order.State.COMPLETED
    assert order.total == 18_000_00
    assert balance(Kind.PENDING, amir) == 18_000_00 * 80 // 100
    assert not prove().faults


def test_the_last_milestone_holds_the_full_project(noa, amir, now):
    """MIL-10, DEC-43"""
    order = ordered(noa, amir, now, rows=ROWS[:2])
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    with pytest.raises(Refusal, match="full_project_missing"):
        deliver(stages(order)[1], now)
    deliver(stages(order)[1], now, full=True)


def test_eight_days_of_silence_after_a_delivery_pay_it_once_and_stop_the_rest(noa, amir, now):
    """MIL-18, M-10, AMB-6"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    deadlines.catch_up(order.pk, now=now + timedelta(days=8) - timedelta(milliseconds=1))
    assert stages(order)[0].state == S.DELIVERED
    deadlines.catch_up(order.pk, now=now + timedelta(days=8))
    assert [row.state for row in stages(order)] == [S.APPROVED, S.STOPPED, S.STOPPED]
    assert Order.objects.get().state == Order.State.COMPLETED
    assert balance(Kind.ESCROW, about=order.about) == 0


def test_eight_days_from_the_delivery_also_cover_starting_the_next(noa, amir, now):
    """M-13, MIL-18: from the delivery, not from its approval"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now + timedelta(days=7))
    deadlines.catch_up(order.pk, now=now + timedelta(days=8) - timedelta(milliseconds=1))
    assert [row.state for row in stages(order)] == [S.APPROVED, S.PLANNED, S.PLANNED]
    deadlines.catch_up(order.pk, now=now + timedelta(days=8))
    assert [row.state for row in stages(order)] == [S.APPROVED, S.STOPPED, S.STOPPED]
    assert Order.objects.get().state == Order.State.COMPLETED


def test_a_payment_begun_before_the_stop_counts(noa, amir, now):
    """DEC-31"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    late = now + timedelta(days=8) - timedelta(minutes=1)
    checkout = milestones.open_for_stage(stages(order)[1], client=noa, now=late)
    deadlines.catch_up(order.pk, now=now + timedelta(days=8, minutes=5))
    assert stages(order)[1].state == S.PLANNED
    assert pay(checkout, late + timedelta(minutes=10), "late") == "paid"
    assert stages(order)[1].state == S.ACTIVE


def test_a_payment_that_failed_leaves_at_least_an_hour(noa, amir, now):
    """DEC-31"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    late = now + timedelta(days=8) - timedelta(minutes=1)
    checkout = milestones.open_for_stage(stages(order)[1], client=noa, now=late)
    deadlines.catch_up(order.pk, now=checkout.expires_at)
    assert stages(order)[1].state == S.PLANNED
    deadlines.catch_up(order.pk, now=checkout.expires_at + policy.ANSWER_AGAIN_AT_LEAST)
    assert stages(order)[1].state == S.STOPPED


def test_the_client_stops_after_any_milestone(noa, amir, now):
    """MIL-14, MIL-15, M-8"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    milestones.stop(stages(order)[1], by=noa, now=now)
    assert [row.state for row in stages(order)] == [S.APPROVED, S.STOPPED, S.STOPPED]
    assert Order.objects.get().state == Order.State.COMPLETED
    assert amir.notices.filter(kind="stop_provider").count() == 1


def test_a_cancelled_milestone_is_refunded_and_the_order_goes_on(noa, amir, now):
    """M-11, AMB-52, DEC-35, MIL-20"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    asked = requests.ask_cancellation(
        stages(order)[1],
        whole=False,
        reason="cannot_deliver",
        explanation="אין אפשרות לעמוד בשלב הזה.",
        by=amir,
        now=now,
    )
    requests.consent(asked, by=noa, now=now)
    assert [row.state for row in stages(order)] == [S.APPROVED, S.CANCELLED, S.PLANNED]
    begin(order, now, "third")
    deliver(stages(order)[2], now, full=True)
    work.accept(stages(order)[2], by=noa, now=now)
    assert Order.objects.get().state == Order.State.COMPLETED
    assert not prove().faults


def test_cancelling_the_whole_order_keeps_what_was_approved(noa, amir, now):
    """M-12, MIL-20"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    asked = requests.ask_cancellation(
        stages(order)[1], reason="cannot_deliver", explanation="אין אפשרות להמשיך בעבודה.", by=amir, now=now
    )
    requests.consent(asked, by=noa, now=now)
    assert [row.state for row in stages(order)] == [S.APPROVED, S.CANCELLED, S.STOPPED]
    assert Order.objects.get().state == Order.State.COMPLETED
    assert balance(Kind.PENDING, amir) == 4_000_00 * 80 // 100


def test_a_second_delivery_gives_eight_days_again(noa, amir, now):
    """M-4, M-5, M-10: from the latest delivery"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    answers = {"in_scope": "yes", "complete": "yes"}
    words = {"text": "לתקן בבקשה את הרובה", "answers": answers, "files": []}
    work.revise(stages(order)[0], by=noa, now=now + DAY, **words)
    deliver(stages(order)[0], now + 2 * DAY)
    work.accept(stages(order)[0], by=noa, now=now + 3 * DAY)
    assert stages(order)[1].begin_by == now + 10 * DAY


def test_approving_one_of_three_says_that_the_order_goes_on(noa, amir, now):
    """MIL-08, MIL-16: nobody is told that the order was completed while it was not"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    assert amir.notices.filter(kind="accept_stage_provider").count() == 1
    assert not amir.notices.filter(kind="accept_provider").exists()
    for number in (1, 2):
        begin(order, now, f"next{number}")
        deliver(stages(order)[number], now, full=True)
        work.accept(stages(order)[number], by=noa, now=now)
    assert amir.notices.filter(kind="accept_provider").count() == 1


def test_the_tick_alone_is_no_full_project(noa, amir, now):
    """MIL-10, DEC-43: a file or a link too"""
    order = ordered(noa, amir, now, rows=ROWS[:2])
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    words = {"text": "הכול מוכן, כמו שסוכם בינינו.", "links": [], "files": [], "full": True}
    with pytest.raises(Refusal, match="full_project_missing"):
        work.deliver(stages(order)[1], by=amir, now=now, **words)


def test_stopping_before_the_last_asks_for_no_full_project(noa, amir, now):
    """MIL-10, MIL-14: what was never begun is not delivered"""
    order = ordered(noa, amir, now, rows=ROWS[:2])
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now)
    milestones.stop(stages(order)[1], by=noa, now=now)
    order.refresh_from_db()
    assert (order.state, order.ended_at) == (Order.State.COMPLETED, now)


def cancelled(order: Order, number: int, now: datetime, **more) -> None:
    """The provider asks to cancel this stage, or all of it, and the client agrees."""
    words = {"reason": "cannot_deliver", "explanation": "אין אפשרות לעמוד בשלב הזה.", "by": order.provider, "now": now}
    asked = requests.ask_cancellation(stages(order)[number], **{"whole": False, **words, **more})
    requests.consent(asked, by=order.client, now=now)


@pytest.mark.parametrize(("approved", "state"), [(True, "completed"), (False, "cancelled")])
def test_eight_days_after_a_cancelled_milestone_the_order_stops(noa, amir, now, approved, state):
    """DEC-35, AMB-52, MIL-20"""
    order = ordered(noa, amir, now)
    if approved:
        deliver(stages(order)[0], now)
        work.accept(stages(order)[0], by=noa, now=now)
        begin(order, now, "second")
    at = now + 3 * DAY
    cancelled(order, int(approved), at)
    deadlines.catch_up(order.pk, now=at + 8 * DAY - timedelta(milliseconds=1))
    assert Order.objects.get().is_open
    deadlines.catch_up(order.pk, now=at + 8 * DAY)
    order.refresh_from_db()
    assert (order.state, order.ending) == (state, "" if approved else "mutual")
    assert balance(Kind.ESCROW, about=order.about) == 0


def test_without_requirements_no_milestone_is_begun(noa, amir, now):
    """DEC-15: the whole order ends, without effect on the rate"""
    order = awaiting(noa, amir, now)
    work.give_up(stages(order)[0], by=amir, now=now + 7 * DAY)
    order.refresh_from_db()
    assert [row.state for row in stages(order)] == [S.CANCELLED, S.STOPPED, S.STOPPED]
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "no_requirements", False)
    assert not prove().faults


def awaiting(client: User, provider: User, now: datetime) -> Order:
    """A milestone order that waits for the offer's requirements (DEC-13)."""
    row = quote(client, provider, now, requirements=make.REQUIREMENTS, asks_requirements=True)
    checkout = open_for_quote(row, client=client, now=now)
    assert pay(checkout, now, "first") == "paid"
    order = Order.objects.get(checkout=checkout)
    assert stages(order)[0].state == S.AWAITING
    return order


@pytest.mark.parametrize(("reason", "counts"), [("by_mistake", False), ("provider_fault", True)])
def test_support_ends_a_milestone_order_for_its_own_reason(noa, amir, shira, now, reason, counts):
    """O-24, MET-05: the stages that were planned change neither the reason nor the rate"""
    order = ordered(noa, amir, now)
    support.cancel(order, reason=reason, why="נבדק מול שני הצדדים", by=shira, now=now)
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "support", counts)


def test_an_unanswered_update_ends_the_whole_order(noa, amir, now):
    """DEC-36, RES-09: the current stage goes back, approved ones stay"""
    order = ordered(noa, amir, now)
    words = {"kind": "progress_update", "reason": "no_news", "explanation": "לא היה עדכון כבר שבוע", "by": noa}
    words["reason"] = next(iter(REASONS["progress_update"]["client"]))
    requests.ask(stages(order)[0], now=now, **words)
    deadlines.catch_up(order.pk, now=now + 2 * DAY)
    order.refresh_from_db()
    assert [row.state for row in stages(order)] == [S.CANCELLED, S.STOPPED, S.STOPPED]
    assert (order.state, order.ending) == ("cancelled", "no_update")


def test_two_browsers_begin_a_stage_and_one_payment_goes_back(noa, amir, now):
    """M-7, DEC-31"""
    order = between(noa, amir, now)
    one, two = (milestones.open_for_stage(stages(order)[1], client=noa, now=now) for _ in range(2))
    assert (pay(one, now, "one"), pay(two, now, "two")) == ("paid", "wrong_state")
    assert_returned(two)
    assert Stage.objects.get(order=order, position=2).charges.count() == 1
    assert balance(Kind.ESCROW, about=order.about) == ROWS[1].price
    assert not prove().faults


def between(client: User, provider: User, now: datetime, **more) -> Order:
    """The first milestone is approved, the second not begun."""
    order = ordered(client, provider, now, **more)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=client, now=now)
    return order


def assert_returned(checkout) -> None:
    """The money is on its way back by itself."""
    checkout.refresh_from_db()
    assert checkout.state == "declined"
    assert checkout.refunds.get().amount == checkout.amount


def test_a_payment_that_comes_after_the_stop_goes_back(noa, amir, now):
    """MIL-14, DEC-31: nothing is charged after a stop"""
    order = between(noa, amir, now)
    checkout = milestones.open_for_stage(stages(order)[1], client=noa, now=now)
    milestones.stop(stages(order)[1], by=noa, now=now)
    assert pay(checkout, now, "late") == "wrong_state"
    assert_returned(checkout)
    assert not prove().faults


def test_money_that_was_reported_in_time_begins_the_stage_though_the_worker_was_down(noa, amir, now):
    """DEC-30, DEC-31: at the edge of eight days"""
    order = between(noa, amir, now)
    edge = now + 8 * DAY
    checkout = milestones.open_for_stage(stages(order)[1], client=noa, now=edge - timedelta(milliseconds=1))
    payments.begin(checkout, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=edge)
    payments.send_to_gateway(checkout, return_url="/", title="שלב")
    checkout.refresh_from_db()
    word = HookEvent("slow", "paid", checkout.gateway_ref, checkout.key, checkout.amount, checkout.currency, fee=0)
    payments.store_event(word, gateway=checkout.gateway, raw="{}", now=edge + timedelta(minutes=20))
    deadlines.catch_up(order.pk, now=edge + 2 * DAY)
    assert stages(order)[1].state == S.PLANNED
    stored = GatewayEvent.objects.get(event_id="slow")
    assert payments.apply(stored.pk, now=edge + 2 * DAY, when_paid=WHEN_PAID) == "paid"
    assert stages(order)[1].state == S.ACTIVE
    assert stages(order)[1].started_at == edge + timedelta(minutes=20)


def test_at_the_exact_instant_it_is_too_late_to_begin(noa, amir, now):
    """M-13, DEC-30: the exact instant belongs to the clock"""
    order = between(noa, amir, now)
    with pytest.raises(Refusal, match="wrong_state"):
        milestones.open_for_stage(stages(order)[1], client=noa, now=now + 8 * DAY)
    assert Order.objects.get().state == Order.State.COMPLETED


def test_opening_a_payment_brings_no_deadline_nearer_and_reminds_nobody_twice(noa, amir, now):
    """DEC-31, DEC-48"""
    order = between(noa, amir, now)
    deadlines.catch_up(order.pk, now=now + 7 * DAY)  # the first reminder
    before = noa.notices.filter(kind="warn_begin_client").count()
    checkout = milestones.open_for_stage(stages(order)[1], client=noa, now=now + 7 * DAY)
    assert stages(order)[1].begin_by == now + 8 * DAY + policy.CHECKOUT_EXPIRY
    deadlines.catch_up(order.pk, now=checkout.expires_at)
    assert (before, noa.notices.filter(kind="warn_begin_client").count()) == (1, 1)
    late = now + 8 * DAY
    milestones.open_for_stage(stages(order)[1], client=noa, now=late)
    deadlines.catch_up(order.pk, now=late)
    assert noa.notices.filter(kind="warn_begin_client").count() == 2


def test_after_a_declined_card_the_next_attempt_is_waited_for_too(noa, amir, now):
    """DEC-31"""
    order = between(noa, amir, now)
    late = now + 8 * DAY - timedelta(minutes=1)
    first = milestones.open_for_stage(stages(order)[1], client=noa, now=late)
    payments.begin(first, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=late)
    payments.send_to_gateway(first, return_url="/", title="שלב")
    assert make.hear(first, late, event="no", kind="declined") == "declined"
    first.refresh_from_db()
    second = again(first, now=late + timedelta(minutes=29))
    assert stages(order)[1].waits_for == second
    assert stages(order)[1].begin_by == second.expires_at + timedelta(minutes=61)  # what was left then
    assert pay(second, late + timedelta(minutes=40), "yes") == "paid"
    assert stages(order)[1].state == S.ACTIVE


def test_a_suspended_client_begins_no_stage(noa, amir, shira, now):
    """DEC-37: a payment is something new"""
    order = between(noa, amir, now)
    people.suspend(noa, until=None, by=shira, why="הפרה חוזרת", now=now)
    noa.refresh_from_db()
    with pytest.raises(Refusal, match="suspended"):
        milestones.open_for_stage(stages(order)[1], client=noa, now=now)
    milestones.stop(stages(order)[1], by=noa, now=now)


def test_a_suspended_provider_finishes_what_was_agreed(noa, amir, shira, now):
    """DEC-37"""
    order = between(noa, amir, now)
    people.suspend(amir, until=None, by=shira, why="הפרה חוזרת", now=now)
    begin(order, now, "second")
    deliver(stages(order)[1], now)
    assert stages(order)[1].state == S.DELIVERED


def test_only_the_client_begins_and_stops(noa, amir, dana, now):
    """M-7, M-8"""
    order = between(noa, amir, now)
    for who, code in ((amir, "wrong_party"), (dana, "stranger")):
        with pytest.raises(Refusal, match=code):
            milestones.open_for_stage(stages(order)[1], client=who, now=now)
        with pytest.raises(Refusal, match=code):
            milestones.stop(stages(order)[1], by=who, now=now)


def test_only_the_next_stage_is_begun(noa, amir, now):
    """M-7: in their order, one at a time"""
    order = between(noa, amir, now)
    with pytest.raises(Refusal, match="stage_not_next"):
        milestones.open_for_stage(stages(order)[2], client=noa, now=now)
    begin(order, now, "second")
    with pytest.raises(Refusal, match="stage_not_next"):
        milestones.open_for_stage(stages(order)[2], client=noa, now=now)
    with pytest.raises(Refusal, match="stage_not_next"):
        milestones.stop(stages(order)[2], by=noa, now=now)


def test_what_is_still_asked_about_a_milestone_ends_with_it(noa, amir, now):
    """DEC-34: nothing is paid out of a stage that was paid out"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    words = {"kind": "partial_refund", "explanation": "חלק מהעבודה לא נדרש בסוף", "by": amir, "now": now}
    words["reason"] = next(iter(REASONS["partial_refund"]["provider"]))
    asked = requests.ask(stages(order)[0], change={"amount": 1_000_00}, **words)
    work.accept(stages(order)[0], by=noa, now=now)
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    with pytest.raises(Refusal, match="wrong_state"):
        requests.consent(asked, by=noa, now=now)
    assert not order.deadlines.filter(subject=f"request:{asked.pk}").exists()
    assert not prove().faults


def test_the_sums_of_an_order_are_those_of_its_books(noa, amir, now):
    """MIL-16, PAY-05: paid is what is held, released and refunded, to the agora"""
    order = ordered(noa, amir, now)
    assert money.sums(order) == money.Sums(4_000_00, 4_000_00, 0, 0, 14_000_00)
    extra = {"lines": [{"title": "מדף", "price": 150_05, "quantity": 1}], "days": 0}
    words = {"kind": "extra", "explanation": "מדף נוסף לפינת הרחצה", "by": amir, "now": now, "change": extra}
    words["reason"] = next(iter(REASONS["extra"]["provider"]))
    asked = requests.ask(stages(order)[0], **words)
    assert pay(requests.open_for_request(asked, client=noa, now=now), now, "extra") == "paid"
    assert money.sums(order) == money.Sums(4_150_05, 4_150_05, 0, 0, 14_000_00)
    deliver(stages(order)[0], now)
    words |= {"kind": "partial_refund", "change": {"amount": 99_99}}
    words["reason"] = next(iter(REASONS["partial_refund"]["provider"]))
    requests.consent(requests.ask(stages(order)[0], **words), by=noa, now=now)
    assert money.sums(order) == money.Sums(4_150_05, 4_050_06, 0, 99_99, 14_000_00)
    work.accept(stages(order)[0], by=noa, now=now)
    begin(order, now, "second")
    assert money.sums(order) == money.Sums(10_150_05, 6_000_00, 4_050_06, 99_99, 8_000_00)
    cancelled(order, 1, now, whole=True)
    assert money.sums(order) == money.Sums(10_150_05, 0, 4_050_06, 6_099_99, 0)
    assert not prove().faults

"""Custom offers and milestones (COF, MIL, 3.2), through the real verbs."""

from datetime import datetime, timedelta

import pytest

from house import policy
from house.inbox.actions import open_conversation
from house.ledger.actions import Kind, balance
from house.orders import deadlines
from house.orders.actions import milestones, requests, work
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
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
LINK = ["https://files.example/all"]


def quote(client: User, provider: User, now: datetime, rows=ROWS, **changes) -> Quote:
    offer = make.offer(provider, now)
    talk = open_conversation(client, provider, now=now)
    text = "כמו שדיברנו, העבודה מחולקת לשלבים ברורים."
    return quotes.send(talk, by=provider, offer=offer, text=text, stages=rows, now=now, **changes)


def pay(checkout, now: datetime, event: str) -> str:
    """A paid checkout of any purpose, through the market's own door."""
    payments.begin(checkout, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="שלב")
    return make.hear(checkout, now, event=event, when_paid=WHEN_PAID)


def ordered(client: User, provider: User, now: datetime, **changes) -> Order:
    checkout = open_for_quote(quote(client, provider, now, **changes), client=client, now=now)
    assert pay(checkout, now, "first") == "paid"
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
    """M-13"""
    order = ordered(noa, amir, now)
    deliver(stages(order)[0], now)
    work.accept(stages(order)[0], by=noa, now=now + timedelta(days=2))
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


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (ROWS * 3, "bad_number_of_milestones"),
        ([StageRow("א", 100_00, 31), StageRow("ב", 900_00, 3)], "days_out_of_range"),
        ([StageRow("א", 100_00, 3), StageRow("ב", 200_00, 3)], "milestones_above"),
        ([StageRow("", 900_00, 3), StageRow("ב", 900_00, 3)], "milestone_needs_name"),
    ],
)
def test_milestones_have_their_limits(noa, amir, now, rows, code):
    """MIL-03, MIL-04, MIL-09, DEC-1"""
    with pytest.raises(Refusal, match=code):
        quote(noa, amir, now, rows=rows)


def test_a_quote_expires_by_itself(noa, amir, now):
    """DEC-13"""
    row = quote(noa, amir, now)
    assert quotes.expire_due(now + timedelta(days=7) - timedelta(milliseconds=1)) == 0
    assert quotes.expire_due(now + timedelta(days=7)) == 1
    with pytest.raises(Refusal, match="wrong_state"):
        quotes.decline(row, by=noa, now=now + timedelta(days=7))


def test_a_stranger_can_neither_decline_nor_buy_a_quote(noa, amir, dana, now):
    row = quote(noa, amir, now)
    with pytest.raises(Refusal, match="stranger"):
        quotes.decline(row, by=dana, now=now)
    with pytest.raises(Refusal, match="stranger"):
        open_for_quote(row, client=dana, now=now)

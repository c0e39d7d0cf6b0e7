"""What becomes of a custom offer: accepted by paying, declined, withdrawn, expired (COF-04, DEC-13, DEC-31)."""

from datetime import timedelta
from functools import partial

import pytest

from house import policy
from house.catalog import actions as catalog
from house.catalog.models import Offer
from house.desk import people
from house.ledger.actions import Kind, balance
from house.orders.actions.checkout import again, open_for_quote
from house.orders.models import Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
from house.process import Refusal
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.worker.sweep import sweep

from .. import make
from ..orders.racing import TWENTY, at_once
from ..orders.test_milestones import ROWS, assert_returned, pay, quote, stages

DAY, MOMENT = timedelta(days=1), timedelta(milliseconds=1)
ONE = [StageRow("", 1_200_00, 5, revisions=None)]


@pytest.fixture
def row(noa, amir, now) -> Quote:
    return quote(noa, amir, now, rows=ONE)


def state(row: Quote) -> str:
    row.refresh_from_db()
    return row.state


def test_paying_accepts_it_and_the_order_is_what_was_offered(row, noa, amir, now):
    """COF-04, O-1, DEC-4, DEC-13: without requirements the clock starts at once"""
    checkout = open_for_quote(row, client=noa, now=now)
    assert pay(checkout, now, "one") == "paid"
    order = Order.objects.get(checkout=checkout)
    stage = stages(order)[0]
    assert (state(row), row.ended_at) == ("accepted", now)
    assert (stage.state, stage.price, stage.days, stage.revisions) == (Stage.State.ACTIVE, 1_200_00, 5, None)
    assert (stage.decision_window, order.title) == (policy.DECISION_WINDOW, row.title)
    assert amir.notices.filter(kind="quote_accept").count() == 1
    assert balance(Kind.ESCROW, about=order.about) == 1_200_00


def test_it_asks_for_the_offers_requirements_when_it_says_so(noa, amir, now):
    """DEC-13"""
    row = quote(noa, amir, now, rows=ONE, requirements=make.REQUIREMENTS, asks_requirements=True)
    checkout = open_for_quote(row, client=noa, now=now)
    assert pay(checkout, now, "one") == "paid"
    assert stages(Order.objects.get(checkout=checkout))[0].state == Stage.State.AWAITING


def test_and_does_not_when_it_does_not(noa, amir, now):
    """DEC-13"""
    row = quote(noa, amir, now, rows=ONE, requirements=make.REQUIREMENTS, asks_requirements=False)
    checkout = open_for_quote(row, client=noa, now=now)
    pay(checkout, now, "one")
    order = Order.objects.get(checkout=checkout)
    assert (stages(order)[0].state, order.requirements.count()) == (Stage.State.ACTIVE, 0)


def test_a_milestone_order_decides_in_eight_days(noa, amir, now):
    """MIL-17, DEC-3"""
    checkout = open_for_quote(quote(noa, amir, now), client=noa, now=now)
    pay(checkout, now, "one")
    assert {row.decision_window for row in stages(Order.objects.get())} == {timedelta(days=8)}


@pytest.mark.parametrize(
    ("verb", "side", "end", "told"),
    [
        (quotes.decline, "client", "declined", "provider"),
        (quotes.withdraw, "provider", "withdrawn", "client"),
    ],
)
def test_it_is_declined_or_withdrawn_once(row, now, verb, side, end, told):
    """DEC-13"""
    by, other = getattr(row, side), getattr(row, told)
    verb(row, by=by, now=now + DAY)
    assert (state(row), row.ended_at) == (end, now + DAY)
    with pytest.raises(Refusal, match="wrong_state"):
        verb(row, by=by, now=now + DAY)
    assert other.notices.filter(kind=f"quote_{verb.__name__}").count() == 1
    assert quotes.expire_due(now + 30 * DAY) == 0
    with pytest.raises(Refusal, match="wrong_state"):
        open_for_quote(row, client=row.client, now=now + DAY)


def test_each_step_belongs_to_its_side(row, noa, amir, dana, now):
    """DEC-13, COF-03"""
    for verb, by, code in (
        (quotes.decline, amir, "wrong_party"),
        (quotes.withdraw, noa, "wrong_party"),
        (quotes.decline, dana, "stranger"),
        (quotes.withdraw, dana, "stranger"),
    ):
        with pytest.raises(Refusal, match=code):
            verb(row, by=by, now=now)
    for by in (amir, dana):
        with pytest.raises(Refusal, match="stranger"):
            open_for_quote(row, client=by, now=now)


def test_it_expires_by_itself_once_at_its_exact_instant(row, amir, now):
    """DEC-13, DEC-30"""
    assert quotes.expire_due(now + 7 * DAY - MOMENT) == 0
    assert quotes.expire_due(now + 7 * DAY) == 1
    assert quotes.expire_due(now + 8 * DAY) == 0
    assert (state(row), row.ended_at) == ("expired", now + 7 * DAY)
    assert amir.notices.filter(kind="quote_expire").count() == 1


@pytest.mark.parametrize("verb", ["decline", "withdraw", "buy"])
def test_at_the_exact_instant_everybody_is_too_late(row, noa, amir, now, verb):
    """DEC-30: though the worker has not come by"""
    acts = {
        "decline": partial(quotes.decline, row, by=noa),
        "withdraw": partial(quotes.withdraw, row, by=amir),
        "buy": partial(open_for_quote, row, client=noa),
    }
    with pytest.raises(Refusal, match="wrong_state"):
        acts[verb](now=row.expires_at)
    sweep(row.expires_at)
    assert state(row) == "expired"


def test_the_client_is_reminded_a_day_and_six_hours_before(row, noa, now):
    """DEC-48"""
    for ahead, told in ((24.1, 0), (24, 1), (23, 1), (6.1, 1), (6, 2), (1, 2), (0, 2)):
        sweep(row.expires_at - timedelta(hours=ahead))
        assert noa.notices.filter(kind="quote_warn").count() == told, ahead


def test_after_a_rest_of_the_worker_only_the_last_reminder_is_sent(row, noa, now):
    """DEC-48"""
    sweep(row.expires_at - timedelta(hours=2))
    assert noa.notices.filter(kind="quote_warn").count() == 1


def test_an_offer_for_a_day_is_not_announced_as_it_is_sent(noa, amir, now):
    """DEC-48"""
    quote(noa, amir, now, rows=ONE, expires_in=1)
    sweep(now)
    assert not noa.notices.filter(kind="quote_warn").exists()


def test_whoever_has_answered_is_not_reminded(row, noa, now):
    """DEC-48"""
    quotes.decline(row, by=noa, now=now)
    sweep(row.expires_at - timedelta(hours=1))
    assert not noa.notices.filter(kind="quote_warn").exists()


def test_a_payment_that_began_in_time_holds_its_end(row, noa, now):
    """DEC-31"""
    checkout = open_for_quote(row, client=noa, now=row.expires_at - MOMENT)
    sweep(row.expires_at + timedelta(minutes=29))
    assert state(row) == "sent"
    assert pay(checkout, now + 7 * DAY + timedelta(minutes=29), "late") == "paid"
    assert state(row) == "accepted"


def test_when_that_payment_fails_an_hour_is_left(row, noa, now):
    """DEC-31"""
    checkout = open_for_quote(row, client=noa, now=row.expires_at - MOMENT)
    over = checkout.expires_at + policy.ANSWER_AGAIN_AT_LEAST
    sweep(over - MOMENT)
    assert state(row) == "sent"
    sweep(over)
    assert (state(row), row.ended_at) == ("expired", over)


def test_a_payment_takes_nothing_of_what_was_left(row, noa, now):
    """DEC-31: seven days before it, seven days after it; a second window beside it adds nothing but its own time"""
    before = row.expires_at
    open_for_quote(row, client=noa, now=now, token="k" * 22)
    open_for_quote(Quote.objects.get(pk=row.pk), client=noa, now=now, token="k" * 22)
    row.refresh_from_db()
    assert row.expires_at == before + policy.CHECKOUT_EXPIRY
    open_for_quote(row, client=noa, now=now + timedelta(minutes=10))
    row.refresh_from_db()
    assert row.expires_at == before + policy.CHECKOUT_EXPIRY + timedelta(minutes=10)


def test_after_a_declined_card_it_may_be_paid_again(row, noa, now):
    """DEC-31"""
    first = open_for_quote(row, client=noa, now=now)
    payments.begin(first, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(first, return_url="/", title="הצעה")
    assert make.hear(first, now, event="no", kind="declined") == "declined"
    first.refresh_from_db()
    second = again(first, now=now)
    assert pay(second, now, "yes") == "paid"
    assert state(row) == "accepted"


def test_what_was_withdrawn_is_not_tried_again(row, noa, amir, now):
    """DEC-13"""
    first = open_for_quote(row, client=noa, now=now)
    payments.begin(first, invoice_name="נועה ברק", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(first, return_url="/", title="הצעה")
    make.hear(first, now, event="no", kind="declined")
    first.refresh_from_db()
    quotes.withdraw(row, by=amir, now=now)
    with pytest.raises(Refusal, match="wrong_state"):
        again(first, now=now)


def test_money_that_comes_after_a_withdrawal_goes_back(row, noa, amir, now):
    """DEC-13, DEC-31"""
    checkout = open_for_quote(row, client=noa, now=now)
    quotes.withdraw(row, by=amir, now=now)
    assert pay(checkout, now, "late") == "wrong_state"
    assert_returned(checkout)
    assert not Order.objects.exists()
    assert not prove().faults


def test_two_browsers_pay_and_one_gets_its_money_back(row, noa, amir, now):
    """COF-04, DEC-31"""
    one, two = (open_for_quote(row, client=noa, now=now) for _ in range(2))
    assert (pay(one, now, "one"), pay(two, now, "two")) == ("paid", "wrong_state")
    assert_returned(two)
    assert Order.objects.count() == 1
    assert amir.notices.filter(kind="quote_accept").count() == 1
    assert not prove().faults


def test_a_paused_offer_changes_nothing_about_what_was_offered(row, noa, amir, now):
    """DEC-13: the quote is an agreement of its own"""
    catalog.pause(row.offer, by=amir, now=now, returns_on=None)
    checkout = open_for_quote(Quote.objects.get(pk=row.pk), client=noa, now=now)
    assert pay(checkout, now, "one") == "paid"


def test_what_was_removed_from_the_market_is_not_sold_through_it(row, noa, shira, now):
    """PRO-06"""
    catalog.remove(row.offer, by=shira, reason="תמונות מועתקות", now=now)
    assert Offer.objects.get().state == Offer.State.REMOVED
    with pytest.raises(Refusal, match="offer_closed"):
        open_for_quote(Quote.objects.get(pk=row.pk), client=noa, now=now)


def test_a_suspended_side_begins_nothing(row, noa, amir, shira, now):
    """DEC-37: but may say no"""
    people.suspend(amir, until=None, by=shira, why="הפרה חוזרת", now=now)
    with pytest.raises(Refusal, match="offer_closed"):
        open_for_quote(Quote.objects.get(pk=row.pk), client=noa, now=now)
    people.suspend(noa, until=None, by=shira, why="הפרה חוזרת", now=now)
    noa.refresh_from_db()
    with pytest.raises(Refusal, match="suspended"):
        open_for_quote(row, client=noa, now=now)
    quotes.decline(row, by=noa, now=now)


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_payments_withdrawals_refusals_and_the_clock_at_once_have_one_outcome(noa, amir, now):
    """DEC-13, DEC-31: on real PostgreSQL with real threads"""
    for number, rows in enumerate([ONE, ROWS, ONE, ROWS]):
        row = quote(noa, amir, now, rows=rows)
        checkouts = [open_for_quote(row, client=noa, now=now) for _ in range(5)]
        for checkout in checkouts:
            payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
            payments.send_to_gateway(checkout, return_url="/", title="הצעה")
        at_once(
            [
                *[partial(make.hear, each, now, event=f"{number}:{each.pk}") for each in checkouts],
                *[partial(quotes.withdraw, row, by=amir, now=now)] * 5,
                *[partial(quotes.decline, row, by=noa, now=now)] * 5,
                *[partial(quotes.expire_due, now, only=row.pk)] * (TWENTY - 15),
            ]
        )
        accepted = state(row) == "accepted"
        assert Order.objects.filter(checkout__in=checkouts).count() == accepted
        told = ["quote_accept", "quote_decline", "quote_withdraw"]
        assert sum(who.notices.filter(kind__in=told, about=row.about).count() for who in (noa, amir)) == 1
        for checkout in checkouts:
            checkout.refresh_from_db()
            assert checkout.refunds.count() == (checkout.state != "paid")
        assert prove().faults == []

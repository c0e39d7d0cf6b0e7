"""Membership (MEM-01, DEC-21): bought, continued, granted, reminded, ended; it gives the boost and the coupons."""

from datetime import datetime, timedelta

import pytest

from house import policy
from house.catalog.models import Offer
from house.catalog.ranking import rank_all
from house.clock import ISRAEL
from house.desk import people
from house.gateways.payments import HookEvent
from house.ledger.actions import Kind, balance
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent
from house.people.models import AuditEntry, Profile, User
from house.process import Refusal
from house.treasury import membership
from house.treasury.models import Membership
from house.worker.errands import WHEN_DISPUTED, WHEN_PAID

from .. import make, persons

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def owner(now) -> User:
    return persons.staff("owner", "בעלת", "הבית", now, "owner")


def bought(user: User, now, months: int = 1, event: str = "m1") -> Membership:
    checkout = membership.open_for_membership(user, months=months, now=now)
    payments.begin(checkout, invoice_name="אמיר לוי", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="חברות")
    assert make.hear(checkout, now, event=event, when_paid=WHEN_PAID) == "paid"
    return Membership.objects.get(checkout=checkout)


def is_member(user: User, at) -> bool:
    return User.objects.get(pk=user.pk).profile.is_member(at)


@pytest.mark.parametrize("months", sorted(policy.MEMBERSHIP_PRICES))
def test_it_is_bought_for_one_or_twelve_months_and_is_all_the_markets(amir, now, months):
    """DEC-21, DEC-12: no escrow, no share; VAT inside at the day's rate, to the agora"""
    row = bought(amir, now, months)
    price = policy.MEMBERSHIP_PRICES[months]
    assert (row.months, row.checkout.amount) == (months, price)
    vat = round(price * 18 / 118)
    assert (balance(Kind.COMMISSION), balance(Kind.VAT), balance(Kind.GATEWAY)) == (price - vat, vat, -price)
    assert balance(Kind.ESCROW) == balance(Kind.PENDING, amir) == 0
    assert amir.notices.filter(kind="membership_begun").count() == 1
    assert not prove().faults


def test_the_gateways_fee_is_the_markets_cost(amir, now):
    """DEC-12"""
    checkout = membership.open_for_membership(amir, months=1, now=now)
    payments.begin(checkout, invoice_name="אמיר לוי", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="חברות")
    checkout.refresh_from_db()
    word = HookEvent("fee", "paid", checkout.gateway_ref, checkout.key, checkout.amount, checkout.currency, fee=1_50)
    payments.store_event(word, gateway=checkout.gateway, raw="{}", now=now)
    payments.apply(GatewayEvent.objects.get(event_id="fee").pk, now=now, when_paid=WHEN_PAID)
    assert (balance(Kind.FEES), balance(Kind.GATEWAY)) == (-1_50, 1_50 - checkout.amount)
    assert not prove().faults


def test_no_other_length_is_sold_and_only_to_providers(noa, amir, shira, now):
    """DEC-21, DEC-37"""
    for months in (0, 2, -1, 13):
        with pytest.raises(Refusal, match="bad_months"):
            membership.open_for_membership(amir, months=months, now=now)
    with pytest.raises(Refusal, match="not_a_provider"):
        membership.open_for_membership(noa, months=1, now=now)
    people.suspend(amir, until=None, by=shira, why="הפרה חוזרת", now=now)
    with pytest.raises(Refusal, match="suspended"):
        membership.open_for_membership(User.objects.get(pk=amir.pk), months=1, now=now)
    assert not Checkout.objects.exists()


def test_it_ends_by_itself_at_its_exact_instant(amir, now):
    """DEC-21"""
    row = bought(amir, now)
    assert row.ends_at == datetime(2026, 12, 23, 10, 0, tzinfo=ISRAEL)
    assert is_member(amir, row.ends_at - SECOND) and not is_member(amir, row.ends_at)


def test_what_is_bought_while_it_lasts_continues_it(amir, now):
    """DEC-21: nothing is lost"""
    first = bought(amir, now)
    second = bought(amir, now + 10 * DAY, event="m2")
    assert (second.starts_at, second.ends_at) == (first.ends_at, datetime(2027, 1, 23, 10, 0, tzinfo=ISRAEL))
    assert is_member(amir, second.ends_at - SECOND)


def test_what_is_bought_after_it_ended_begins_now(amir, now):
    """DEC-21"""
    first = bought(amir, now)
    later = first.ends_at + 5 * DAY
    assert bought(amir, later, event="m2").starts_at == later


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2027, 1, 31, 10, tzinfo=ISRAEL), 1, datetime(2027, 2, 28, 10, tzinfo=ISRAEL)),
        (datetime(2028, 2, 29, 10, tzinfo=ISRAEL), 12, datetime(2029, 2, 28, 10, tzinfo=ISRAEL)),
        (datetime(2027, 3, 10, 10, tzinfo=ISRAEL), 1, datetime(2027, 4, 10, 10, tzinfo=ISRAEL)),  # summer time between
    ],
)
def test_a_month_is_a_month_of_the_calendar_in_israel(start, months, end):
    """DEC-21, DEC-14"""
    assert membership.months_after(start, months) == end


def test_one_payment_told_twice_gives_one_membership(amir, now):
    """DEC-31: and a second payment of the same checkout goes back"""
    row = bought(amir, now)
    assert make.hear(row.checkout, now, event="m1", when_paid=WHEN_PAID) == "paid"  # the same word again
    word = HookEvent("m1b", "paid", "another-payment", row.checkout.key, row.checkout.amount, "ILS", fee=0)
    payments.store_event(word, gateway=row.checkout.gateway, raw="{}", now=now)
    stored = GatewayEvent.objects.get(event_id="m1b")
    assert payments.apply(stored.pk, now=now, when_paid=WHEN_PAID) == "second_payment"
    assert Membership.objects.count() == 1
    assert row.checkout.refunds.get().amount == row.checkout.amount
    assert balance(Kind.ESCROW) == 0
    assert not prove().faults


def test_a_reminder_comes_seven_days_before_and_once(amir, now):
    """DEC-21"""
    row = bought(amir, now)
    at = row.ends_at - 7 * DAY
    assert membership.remind_due(at - SECOND) == 0
    assert (membership.remind_due(at), membership.remind_due(at + DAY)) == (1, 0)
    notice = amir.notices.get(kind="membership_ending")
    assert (notice.path, notice.data["due"]) == ("/seller/membership/", row.ends_at.isoformat())


def test_whoever_continued_it_is_reminded_of_the_new_end_only(amir, now):
    """DEC-21"""
    first = bought(amir, now)
    second = bought(amir, now + DAY, event="m2")
    membership.remind_due(first.ends_at - 7 * DAY)
    assert not amir.notices.filter(kind="membership_ending").exists()
    membership.remind_due(second.ends_at - 7 * DAY)
    assert amir.notices.filter(kind="membership_ending").count() == 1


def test_nobody_is_reminded_of_what_is_over(amir, now):
    """DEC-21: the worker was down"""
    row = bought(amir, now)
    membership.remind_due(row.ends_at)
    assert not amir.notices.filter(kind="membership_ending").exists()


def test_the_owner_grants_it_and_it_is_written_down(amir, owner, now):
    """DEC-21, DEC-20"""
    row = membership.grant(amir, months=3, why="פיצוי על תקלה", by=owner, now=now)
    assert (row.ends_at, row.granted_by) == (datetime(2027, 2, 23, 10, 0, tzinfo=ISRAEL), owner)
    entry = AuditEntry.objects.get(what="membership_granted")
    assert (entry.by, entry.about, entry.why) == (owner, f"user:{amir.pk}", "פיצוי על תקלה")
    assert is_member(amir, now)


def test_a_grant_has_its_guards(noa, amir, shira, owner, now):
    """DEC-20, DEC-21"""
    people_of = {"wrong_party": (amir, shira, "סיבה", 1), "not_a_provider": (noa, owner, "סיבה", 1)}
    people_of |= {"reason_missing": (amir, owner, " \u200b ", 1), "bad_months": (amir, owner, "סיבה", 13)}
    people_of |= {"not_on_yourself": (owner, owner, "סיבה", 1)}
    for code, (user, by, why, months) in people_of.items():
        with pytest.raises(Refusal, match=code):
            membership.grant(user, months=months, why=why, by=by, now=now)
    assert not Membership.objects.exists()


def test_its_priority_begins_and_ends_with_it(amir, now):
    """MEM-01, SRC-06, DEC-22"""
    offer = make.offer(amir, now)

    def rank(at) -> float:
        rank_all(at)
        return Offer.objects.get(pk=offer.pk).rank

    row = bought(amir, now)
    member = rank(row.ends_at - SECOND)
    assert member > rank(row.ends_at)


# A bank takes the payment back (DEC-38)


def disputed(row: Membership, at: datetime, kind: str = "charged_back") -> str:
    return make.hear(row.checkout, at, event=f"{row.pk}:{kind}", kind=kind)


def until(amir) -> datetime | None:
    return Profile.objects.get(user=amir).member_until


def test_a_membership_whose_payment_was_taken_back_ends(amir, now):
    row = bought(amir, now)
    assert disputed(row, now + 5 * DAY) == "charged_back"
    assert until(amir) == now + 5 * DAY
    assert balance(Kind.COMMISSION) == balance(Kind.VAT) == balance(Kind.GATEWAY) == 0
    assert disputed(row, now + 6 * DAY, "chargeback_won") == "chargeback_won"
    assert until(amir) == row.ends_at
    assert balance(Kind.GATEWAY) == -row.checkout.amount
    assert not prove().faults


def test_only_what_is_left_of_the_time_that_was_bought_is_taken(amir, now):
    first = bought(amir, now)
    second = bought(amir, now + DAY, event="m2")
    disputed(second, now + 2 * DAY)
    assert until(amir) == first.ends_at
    disputed(first, first.ends_at + DAY)
    assert until(amir) == first.ends_at, "it was used up"
    assert not prove().faults


def test_a_chargeback_of_a_membership_told_twice_is_taken_once(amir, now):
    row = bought(amir, now)
    disputed(row, now + DAY)
    word = HookEvent("again", "charged_back", row.checkout.gateway_ref, row.checkout.key, row.checkout.amount, "ILS")
    payments.store_event(word, gateway="local", raw="{}", now=now)
    stored = GatewayEvent.objects.get(event_id="again")
    assert payments.apply(stored.pk, now=now + DAY, when_paid={}, when_disputed=WHEN_DISPUTED) == "duplicate"
    assert until(amir) == now + DAY

"""Coupons (COU), and membership that gives the right to them (MEM-01, DEC-21)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from house import policy
from house.ledger.actions import Kind, balance
from house.orders.actions import coupons, requests, work
from house.orders.actions.checkout import open_for_offer
from house.orders.models import Coupon, Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.actions import expire_due
from house.people.models import User
from house.process import Refusal
from house.treasury import membership
from house.treasury.models import Membership
from house.worker.errands import WHEN_PAID
from tests import make, persons

from .test_milestones import pay
from .test_resolution import Kind as Ask
from .test_resolution import ask


@pytest.fixture
def member(amir, now) -> User:
    owner = persons.staff("owner", "בעלת", "הבית", now, "owner")
    membership.grant(amir, months=12, why="פתיחה", by=owner, now=now)
    return User.objects.get(pk=amir.pk)


@pytest.fixture
def later(now):
    """Three days after the first order was placed; it was accepted a day before."""
    return now + timedelta(days=3)


@pytest.fixture
def coupon(noa, member, now, later) -> Coupon:
    make.order(noa, member, now, state=Stage.State.APPROVED)
    return coupons.give(member, clients=[noa], percent=20, note="תודה על האמון!", now=later)[0]


def offer_of(provider):
    return provider.offers.get()


def buy(coupon: Coupon, now, **choice):
    asked = {"package": 1, "quantity": 1, "extras": {}, "fast": False, **choice}
    return open_for_offer(offer_of(coupon.provider), client=coupon.client, now=now, coupon=coupon, **asked)


def test_the_client_is_told_at_once_by_bell_and_mail(coupon, noa):
    """COU-06, COU-07, NOT-10"""
    assert noa.notices.get(kind="coupon").data["percent"] == 20


def test_the_discount_comes_off_the_package_and_not_off_what_is_added(coupon, later):
    """COU-13, AMB-24"""
    assert buy(coupon, later, quantity=1, fast=True).amount == 1000_00 * 80 // 100 + 200_00


def test_the_provider_gets_eighty_percent_of_what_was_paid(coupon, member, later):
    """COU-14, AMB-23: of a price less 20 %"""
    before = balance(Kind.PENDING, member)
    checkout = buy(coupon, later)
    assert pay(checkout, later, "coupon") == "paid"
    order = Order.objects.get(checkout=checkout)
    make.deliver(order, later)
    work.accept(make.stage(order), by=order.client, now=later)
    assert balance(Kind.PENDING, member) - before == 800_00 * 80 // 100
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.USED
    assert not prove().faults


def test_a_cancelled_order_voids_its_coupon(coupon, later):
    """COU-16"""
    checkout = buy(coupon, later)
    pay(checkout, later, "coupon")
    order = Order.objects.get(checkout=checkout)
    requests.consent(ask(order, Ask.CANCELLATION, later, party="provider"), by=order.client, now=later)
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.VOID


def test_a_checkout_that_died_gives_the_coupon_back(coupon, later):
    """DEC-31"""
    buy(coupon, later)
    over = later + policy.CHECKOUT_EXPIRY
    expire_due(over)
    coupons.give_back_due(over)
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.ISSUED


def test_a_coupon_is_held_by_one_checkout(coupon, later):
    """DEC-31"""
    buy(coupon, later)
    with pytest.raises(Refusal, match="coupon_taken"):
        buy(coupon, later)


def test_only_members_give_coupons(noa, amir, now, later):
    """COU-02, AMB-21"""
    make.order(noa, amir, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="not_a_member"):
        coupons.give(amir, clients=[noa], percent=10, note="", now=later)


@pytest.mark.parametrize("percent", [0, 21, 100, -5])
def test_a_coupon_takes_off_one_to_twenty_percent(noa, member, now, later, percent):
    """COU-03"""
    make.order(noa, member, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="bad_percent"):
        coupons.give(member, clients=[noa], percent=percent, note="", now=later)


def test_the_database_keeps_the_limit_too(coupon):
    """COU-03"""
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.filter(pk=coupon.pk).update(percent=50)


def test_only_clients_of_the_last_ninety_days_are_chosen(noa, dana, member, now, later):
    """COU-09"""
    order = make.order(noa, member, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="not_your_client"):
        coupons.give(member, clients=[dana], percent=10, note="", now=later)
    ended = Order.objects.get(pk=order.pk).ended_at
    assert list(coupons.eligible(member, ended + policy.COUPON_CLIENTS_OF - timedelta(seconds=1))) == [noa]
    assert not coupons.eligible(member, ended + policy.COUPON_CLIENTS_OF)


def test_a_small_order_takes_no_coupon(noa, member, now, later):
    """COU-10: at least, before the discount"""
    make.order(noa, member, now, state=Stage.State.APPROVED)
    row = coupons.give(member, clients=[noa], percent=20, note="", now=later)[0]
    offer_of(member).packages.update(price=369_00)
    with pytest.raises(Refusal, match="order_too_small"):
        buy(row, later)
    offer_of(member).packages.update(price=370_00)
    assert buy(row, later).amount == 370_00 * 80 // 100


def test_somebody_elses_coupon_is_nobodys(coupon, dana, later):
    """COU-15"""
    with pytest.raises(Refusal, match="coupon_taken"):
        asked = {"package": 1, "quantity": 1, "extras": {}, "fast": False}
        open_for_offer(offer_of(coupon.provider), client=dana, now=later, coupon=coupon, **asked)


def test_a_membership_is_bought_reminded_and_ends(amir, now):
    """DEC-21, MEM-01"""
    checkout = membership.open_for_membership(amir, months=1, now=now)
    payments.begin(checkout, invoice_name="אמיר", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="מינוי")
    assert make.hear(checkout, now, event="member", when_paid=WHEN_PAID) == "paid"
    row = Membership.objects.get()
    profile = User.objects.get(pk=amir.pk).profile
    assert profile.is_member(row.ends_at - timedelta(seconds=1)) and not profile.is_member(row.ends_at)
    assert membership.remind_due(row.ends_at - policy.MEMBERSHIP_REMIND - timedelta(seconds=1)) == 0
    assert membership.remind_due(row.ends_at - policy.MEMBERSHIP_REMIND) == 1
    assert membership.remind_due(row.ends_at - policy.MEMBERSHIP_REMIND) == 0
    assert balance(Kind.ESCROW) == 0
    assert not prove().faults


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
def test_twenty_checkouts_at_once_hold_a_coupon_once(noa, amir, now):
    """COU-01…18, DEC-31: used once even when twenty try at the same moment"""
    owner = persons.staff("owner", "בעלת", "הבית", now, "owner")
    membership.grant(amir, months=12, why="פתיחה", by=owner, now=now)
    make.order(noa, amir, now, state=Stage.State.APPROVED)
    amir = User.objects.get(pk=amir.pk)
    later = now + timedelta(days=3)
    row = coupons.give(amir, clients=[noa], percent=20, note="", now=later)[0]

    def attempt(_number: int) -> str:
        try:
            buy(Coupon.objects.get(pk=row.pk), later)
            return "held"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(attempt, range(20)))
    assert outcomes.count("held") == 1
    assert set(outcomes) == {"held", "coupon_taken"}

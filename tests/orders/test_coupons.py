"""Coupons (COU), through the real verbs."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from house import policy
from house.desk import people
from house.gateways.payments import HookEvent
from house.ledger.actions import Kind, balance
from house.orders import deadlines
from house.orders.actions import coupons, requests, support, work
from house.orders.actions.checkout import again, open_for_offer
from house.orders.models import Coupon, Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.actions import expire_due
from house.payments.models import Checkout, GatewayEvent
from house.people.models import User
from house.process import Refusal
from house.treasury import membership
from house.worker.errands import WHEN_PAID
from tests import make, persons

from .racing import TWENTY, at_once
from .test_milestones import assert_returned, pay
from .test_resolution import Kind as Ask
from .test_resolution import ask

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


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


def _agreed(order, shira, at):
    requests.consent(ask(order, Ask.CANCELLATION, at, party="provider"), by=order.client, now=at)


def _unanswered(order, shira, at):
    ask(order, Ask.CANCELLATION, at, party="provider")
    deadlines.catch_up(order.pk, now=at + policy.CANCELLATION_WINDOW)


def _without_update(order, shira, at):
    ask(order, Ask.PROGRESS_UPDATE, at)
    deadlines.catch_up(order.pk, now=at + policy.PROGRESS_UPDATE_WINDOW)


def _by_support(order, shira, at):
    support.cancel(order, reason="by_mistake", why="לבקשת שני הצדדים", by=shira, now=at)


@pytest.mark.parametrize("cancel", [_agreed, _unanswered, _without_update, _by_support])
def test_an_order_cancelled_for_any_reason_voids_its_coupon(coupon, shira, later, cancel):
    """COU-16"""
    checkout = buy(coupon, later)
    pay(checkout, later, "coupon")
    order = Order.objects.get(checkout=checkout)
    cancel(order, shira, later)
    coupon.refresh_from_db()
    order.refresh_from_db()
    assert (coupon.state, order.state) == (Coupon.State.VOID, "cancelled")
    assert coupons.usable(coupon.client, offer_of(coupon.provider), later) is None
    with pytest.raises(Refusal, match="coupon_taken"):
        buy(coupon, later)


def test_a_completed_order_keeps_its_coupon_used(coupon, later):
    """COU-16: only a cancellation voids it"""
    checkout = buy(coupon, later)
    pay(checkout, later, "coupon")
    order = Order.objects.get(checkout=checkout)
    make.deliver(order, later)
    work.accept(make.stage(order), by=order.client, now=later)
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.USED


def test_a_checkout_that_died_gives_the_coupon_back(coupon, later):
    """DEC-31"""
    buy(coupon, later)
    over = later + policy.CHECKOUT_EXPIRY
    expire_due(over)
    coupons.give_back_due(over)
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.ISSUED


def test_a_coupon_is_held_by_one_checkout(coupon, later):
    """DEC-31: the refusal says until when"""
    first = buy(coupon, later)
    with pytest.raises(Refusal, match="coupon_held") as found:
        buy(coupon, later)
    assert found.value.facts == {"until": first.expires_at}


def test_a_payment_that_is_over_holds_no_coupon_though_nobody_swept(coupon, later):
    """DEC-31: the exact instant is enough"""
    first = buy(coupon, later)
    assert coupons.usable(coupon.client, offer_of(coupon.provider), first.expires_at - timedelta(seconds=1)) is None
    assert coupons.usable(coupon.client, offer_of(coupon.provider), first.expires_at) == coupon
    second = buy(coupon, first.expires_at)
    coupon.refresh_from_db()
    first.refresh_from_db()
    assert (coupon.checkout, first.state) == (second, "expired")


def test_money_that_is_on_its_way_keeps_the_coupon(coupon, later):
    """DEC-31: reported in time, not yet applied"""
    first = buy(coupon, later)
    payments.begin(first, invoice_name="נועה", invoice_number="", terms_version="1", now=later)
    payments.send_to_gateway(first, return_url="/", title="הזמנה")
    first.refresh_from_db()
    word = HookEvent("slow", "paid", first.gateway_ref, first.key, first.amount, first.currency, fee=0)
    payments.store_event(word, gateway=first.gateway, raw="{}", now=later)
    with pytest.raises(Refusal, match="coupon_held"):
        buy(coupon, first.expires_at + DAY)
    stored = GatewayEvent.objects.get(event_id="slow")
    assert payments.apply(stored.pk, now=first.expires_at + DAY, when_paid=WHEN_PAID) == "paid"
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.USED


def declined(checkout, now) -> None:
    payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(checkout, return_url="/", title="הזמנה")
    assert make.hear(checkout, now, event=f"no:{checkout.token}", kind="declined") == "declined"
    checkout.refresh_from_db()


def test_after_a_declined_card_the_next_attempt_keeps_the_discount(coupon, later):
    """DEC-31, COU-03"""
    first = buy(coupon, later)
    declined(first, later)
    second = again(first, now=later)
    assert (second.amount, again(first, now=later)) == (first.amount, second)
    coupon.refresh_from_db()
    assert coupon.checkout == second
    assert pay(second, later, "yes") == "paid"
    coupon.refresh_from_db()
    assert coupon.state == Coupon.State.USED


def test_after_a_declined_card_the_coupon_is_free_for_another_order(coupon, later):
    """DEC-31: at once, and the first attempt is not tried again with it"""
    first = buy(coupon, later)
    declined(first, later)
    second = buy(coupon, later, quantity=2)
    with pytest.raises(Refusal, match="coupon_held"):
        again(first, now=later)
    assert first.provider is not None and second.amount == 1600_00


def test_a_discount_whose_coupon_is_gone_buys_nothing(coupon, later):
    """COU-16, DEC-31: the last guard; the money goes back by itself"""
    checkout = buy(coupon, later)
    Coupon.objects.update(state=Coupon.State.VOID)
    assert pay(checkout, later, "late") == "coupon_taken"
    assert_returned(checkout)
    assert not Order.objects.filter(checkout=checkout).exists()
    assert not prove().faults


def test_the_sweep_gives_no_coupon_back_that_somebody_else_holds_by_now(coupon, later):
    """DEC-31"""
    first = buy(coupon, later)
    second = buy(coupon, first.expires_at)
    assert coupons.give_back_due(first.expires_at) == 0
    coupon.refresh_from_db()
    assert coupon.checkout == second


def test_only_members_give_coupons(noa, amir, now, later):
    """COU-02, AMB-21"""
    make.order(noa, amir, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="not_a_member"):
        coupons.give(amir, clients=[noa], percent=10, note="", now=later)


def test_a_promise_outlives_the_membership(coupon, member, now):
    """COU-02 is about giving: who was given a coupon keeps it"""
    end = member.profile.member_until
    with pytest.raises(Refusal, match="not_a_member"):
        coupons.give(member, clients=[coupon.client], percent=10, note="", now=end)
    assert buy(coupon, end).amount == 800_00


def test_a_suspended_provider_gives_no_coupon_and_takes_none(coupon, member, shira, later):
    """DEC-37"""
    people.suspend(member, until=None, by=shira, why="הפרה חוזרת", now=later)
    member.refresh_from_db()
    with pytest.raises(Refusal, match="suspended"):
        coupons.give(member, clients=[coupon.client], percent=10, note="", now=later + 2 * DAY)
    with pytest.raises(Refusal, match="offer_closed"):
        buy(coupon, later + 2 * DAY)


def test_one_form_sent_twice_gives_once_and_nobody_is_flooded(coupon, noa, member, later):
    """COU-06: one coupon of one provider a day"""
    with pytest.raises(Refusal, match="coupon_given_lately"):
        coupons.give(member, clients=[noa], percent=5, note="", now=later + policy.COUPON_AGAIN_AFTER - SECOND)
    given = coupons.give(member, clients=[noa, noa], percent=5, note="", now=later + policy.COUPON_AGAIN_AFTER)
    assert len(given) == 1
    assert noa.notices.filter(kind="coupon").count() == 2


def test_the_best_coupon_comes_first(coupon, noa, member, later):
    """COU-15"""
    coupons.give(member, clients=[noa], percent=5, note="", now=later + 2 * DAY)
    assert coupons.usable(noa, offer_of(member), later + 2 * DAY) == coupon


def test_whoever_was_blocked_or_left_is_not_chosen(coupon, noa, member, later):
    """COU-09, DEC-37"""
    for change in ({"standing": User.Standing.BLOCKED}, {"standing": "good", "is_active": False}):
        User.objects.filter(pk=noa.pk).update(**change)
        assert not coupons.eligible(member, later)


def test_nobody_gives_themselves_a_coupon(member, later):
    """DEC-41, by the database"""
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.create(provider=member, client=member, percent=10, issued_at=later)


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


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_twenty_checkouts_at_once_use_a_coupon_once(coupon, later):
    """DEC-31: held once, used once, even when twenty try and pay at the same moment"""
    row = Coupon.objects.get(pk=coupon.pk)
    said = at_once([partial(buy, row, later)] * TWENTY)
    assert said == {"done": 1, "coupon_held": TWENTY - 1}
    checkout = Checkout.objects.get(coupons=row)
    payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=later)
    payments.send_to_gateway(checkout, return_url="/", title="הזמנה")
    checkout.refresh_from_db()
    for number in range(TWENTY):
        word = HookEvent(f"ev{number}", "paid", checkout.gateway_ref, checkout.key, checkout.amount, "ILS", fee=0)
        payments.store_event(word, gateway=checkout.gateway, raw="{}", now=later)
    events = GatewayEvent.objects.filter(checkout=checkout).values_list("pk", flat=True)
    at_once([partial(payments.apply, pk, now=later, when_paid=WHEN_PAID) for pk in events])
    assert Order.objects.filter(checkout=checkout).count() == 1
    row.refresh_from_db()
    assert row.state == Coupon.State.USED
    assert not prove().faults


@pytest.mark.pg15
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("races")
def test_twenty_take_over_a_coupon_whose_payment_is_over_and_one_gets_it(coupon, later):
    """DEC-31: nobody waits for the sweep, nobody gets it twice"""
    over = buy(coupon, later).expires_at
    said = at_once([*[partial(buy, coupon, over)] * TWENTY, partial(coupons.give_back_due, over)])
    assert (said["done"], said["coupon_held"]) == (2, TWENTY - 1)
    coupon.refresh_from_db()
    assert (coupon.state, coupon.checkout.state) == ("held", "open")

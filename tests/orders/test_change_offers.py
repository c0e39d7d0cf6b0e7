"""Extras in an active order (EXT-14…17, DEC-35, DEC-54): of the list or of one's own, paid or declined."""

from datetime import timedelta

import pytest

from house import policy
from house.catalog.actions import ExtraRow
from house.ledger.actions import Kind as Account
from house.ledger.actions import balance
from house.orders import deadlines
from house.orders.actions import requests, work
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.proof import prove
from house.people.models import Profile
from house.process import Refusal

from .. import make
from .test_milestones import assert_returned, pay
from .test_resolution import Kind, ask

DAY = timedelta(days=1)
EXTRAS = (
    ExtraRow(kind="other", title="ניקיון יסודי", price=150_00, days=1, max_quantity=3),
    ExtraRow(kind="revisions", title="סבב תיקונים", price=90_00, max_quantity=2),
)
SHELF = {"title": "מדף עץ", "price": 120_00, "quantity": 1}


@pytest.fixture
def order(noa, amir, now) -> Order:
    return make.order(noa, amir, now, extras=EXTRAS)


def extra(order: Order, kind: str):
    return order.offer.extras.get(kind=kind)


def offered(order: Order, now, **change) -> ResolutionRequest:
    return ask(order, Kind.EXTRA, now, **{"days": 0, "lines": [SHELF], **change})


def paid(asked: ResolutionRequest, now, event: str = "extra") -> str:
    return pay(requests.open_for_request(asked, client=asked.order.client, now=now), now, event)


def test_an_extra_of_the_list_has_its_quantity_and_its_days(order, now):
    """EXT-14, EXT-15: choose the service, the quantity, and the days it adds; the price is the list's"""
    due = make.stage(order).due_at
    asked = offered(order, now, lines=[], listed={extra(order, "other").pk: 2}, days=3)
    assert asked.change == {
        "lines": [{"title": "ניקיון יסודי", "price": 150_00, "quantity": 2}],
        "amount": 300_00,
        "days": 3,
    }
    assert paid(asked, now) == "paid"
    stage = make.stage(order)
    assert (stage.due_at, stage.price) == (due + 3 * DAY, 1_300_00)
    assert balance(Account.ESCROW, about=order.about) == 1_300_00
    assert not prove().faults


def test_an_extra_of_ones_own_has_words_a_sum_and_days(order, now):
    """EXT-16"""
    asked = offered(order, now, days=2)
    assert (asked.change["amount"], asked.change["days"]) == (120_00, 2)


def test_it_is_sent_to_the_client_who_declines_at_no_cost(order, noa, now):
    """EXT-17"""
    asked = offered(order, now)
    assert noa.notices.filter(kind="request_open_client").count() == 1
    requests.decline(asked, by=noa, now=now)
    assert (make.stage(order).price, ResolutionRequest.objects.get().state) == (1_000_00, "declined")


def test_it_is_never_accepted_without_paying(order, noa, now):
    """EXT-17, DEC-31"""
    with pytest.raises(Refusal, match="needs_payment"):
        requests.consent(offered(order, now), by=noa, now=now)


def test_rounds_of_changes_that_are_bought_may_be_used(order, now):
    """EXT-09, EXT-15"""
    before = make.stage(order).revisions
    asked = offered(order, now, lines=[], listed={extra(order, "revisions").pk: 2})
    assert paid(asked, now) == "paid"
    assert make.stage(order).revisions == before + 2


def test_list_and_own_stand_in_one_offer(order, now):
    """EXT-15, EXT-16"""
    asked = offered(order, now, listed={extra(order, "other").pk: 1})
    assert asked.change["amount"] == 270_00


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lines": []}, "bad_extra"),
        ({"lines": [{**SHELF, "title": " "}]}, "bad_extra"),
        ({"lines": [{**SHELF, "price": -120_00}, SHELF, SHELF]}, "bad_extra"),
        ({"lines": [{**SHELF, "quantity": 6}]}, "bad_quantity"),
        ({"lines": [{**SHELF, "quantity": 0}]}, "bad_quantity"),
        ({"lines": [{**SHELF, "price": 400_01}]}, "extra_price_out_of_range"),
        ({"lines": [SHELF] * 7}, "too_many_lines"),
        ({"lines": [{**SHELF, "title": "דמי משלוח"}]}, "shipping_without_goods"),
        ({"lines": [], "listed": {999_999: 1}}, "bad_extra"),
        ({"days": -1}, "bad_days"),
        ({"days": policy.EXTENSION_DAYS_MAX + 1}, "bad_days"),
    ],
)
def test_it_stays_within_the_level(order, now, change, code):
    """TRS-02, DEC-11, EXT-12, PAY-08"""
    with pytest.raises(Refusal) as found:
        offered(order, now, **change)
    assert found.value.code == code
    assert not order.requests.exists()


def test_a_higher_level_asks_more(order, amir, now):
    """TRS-02, DEC-11"""
    Profile.objects.filter(user=amir).update(level=Profile.Level.LEVEL_1)
    asked = offered(Order.objects.get(pk=order.pk), now, lines=[{**SHELF, "price": 1_000_00, "quantity": 10}])
    assert asked.change["amount"] == 10_000_00


def test_a_change_of_scope_is_no_extra(order, now):
    """RES-10: an additional charge, without the level's limit, but never for shipping"""
    asked = ask(order, Kind.SCOPE_CHANGE, now, lines=[{**SHELF, "price": 9_000_00}], days=1)
    assert asked.change["amount"] == 9_000_00
    requests.withdraw(asked, by=order.provider, now=now)
    with pytest.raises(Refusal, match="shipping_without_goods"):
        ask(order, Kind.SCOPE_CHANGE, now, lines=[{**SHELF, "title": "משלוח"}], days=1)


def test_one_at_a_time(order, now):
    """DEC-35, DEC-34"""
    offered(order, now)
    with pytest.raises(Refusal, match="request_open"):
        offered(order, now)


def test_forty_eight_hours_of_silence_change_nothing(order, now):
    """DEC-35: it lapses"""
    asked = offered(order, now)
    deadlines.catch_up(order.pk, now=now + timedelta(hours=48) - timedelta(milliseconds=1))
    asked.refresh_from_db()
    assert asked.state == "open"
    deadlines.catch_up(order.pk, now=now + timedelta(hours=48))
    asked.refresh_from_db()
    order.refresh_from_db()
    assert (asked.state, order.state, make.stage(order).price) == ("expired", "open", 1_000_00)


def test_a_delivery_lapses_it_and_its_payment_goes_back(order, now):
    """DEC-34, DEC-35: what was not done is not paid out with what was"""
    asked = offered(order, now)
    checkout = requests.open_for_request(asked, client=order.client, now=now)
    make.deliver(order, now)
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    assert pay(checkout, now, "late") == "wrong_state"
    assert_returned(checkout)
    assert make.stage(order).price == 1_000_00
    assert not prove().faults


def test_what_was_added_is_released_with_the_stage(order, amir, now):
    """EXT-04, PAY-07, DEC-12: 80 % of all that was paid inside the order"""
    paid(offered(order, now), now)
    make.deliver(order, now)
    work.accept(make.stage(order), by=order.client, now=now)
    assert balance(Account.PENDING, amir) == 1_120_00 * 80 // 100


def test_it_may_be_offered_before_the_requirements_are_in_and_not_after_the_delivery(noa, amir, now):
    """EXT-14, EXT-03"""
    early = make.order(noa, amir, now, state=Stage.State.AWAITING)
    days = make.stage(early).days
    paid(offered(early, now, days=2), now, "early")
    assert make.stage(early).days == days + 2
    late = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    with pytest.raises(Refusal, match="wrong_state"):
        offered(late, now + 2 * DAY)


def test_the_client_offers_no_extras(order, noa, now):
    """EXT-14: the provider"""
    words = {"reason": "more_work", "explanation": "נשמח לעוד מדף אחד", "by": noa, "now": now}
    with pytest.raises(Refusal, match="wrong_party"):
        requests.ask(make.stage(order), kind=Kind.EXTRA, change={"lines": [SHELF]}, **words)

"""Proposals to a request, and what its end means for them (REQ-04…09, AMB-25, DEC-13, DEC-39, DEC-54)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from house import policy
from house.board import actions as board
from house.board.models import Request
from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow
from house.catalog.models import Offer
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Order
from house.people.models import Profile, User
from house.process import Refusal
from house.quotes import actions as quotes
from house.quotes import proposals
from house.quotes.actions import StageRow
from house.quotes.models import Quote
from house.worker.sweep import sweep

from .. import make, persons
from ..orders.test_milestones import assert_returned, pay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STAGES = [StageRow("פירוק וצנרת", 5_000_00, 5, "צנרת נבדקה", 1), StageRow("ריצוף וגמר", 7_000_00, 8, "חדר מוכן", 2)]


@pytest.fixture
def request_(noa, now) -> Request:
    return make.request(noa, now)


@pytest.fixture
def offer(amir, now) -> Offer:
    return make.offer(amir, now)


@pytest.fixture
def rival(now) -> User:
    return persons.provider("rival", "רון", "כץ", now)


def state(row) -> str:
    return type(row).objects.get(pk=row.pk).state


def buy(row: Quote, now) -> str:
    checkout = open_for_quote(row, client=row.client, now=now)
    return pay(checkout, now, f"quote {checkout.token}")


def test_it_is_a_quote_in_the_conversation_of_the_two(request_, offer, noa, amir, now):
    """REQ-04, REQ-08, DEC-54"""
    starts = (now + 5 * DAY).date()
    row = make.proposal(request_, offer, now, starts_on=starts)
    assert (row.request, row.client, row.provider, row.starts_on) == (request_, noa, amir, starts)
    assert row.conversation.messages.get().card == row.about
    notice = noa.notices.get(kind="proposal_sent")
    assert (notice.path, notice.data["total"]) == (f"/quotes/{row.pk}/", 12_000_00)
    assert not noa.notices.filter(kind="quote_sent").exists()


def test_it_holds_the_chosen_offer_extras_words_days_and_price(request_, amir, now):
    """REQ-08, REQ-09"""
    offer = make.offer(amir, now, extras=[ExtraRow(kind="other", title="פינוי פסולת", price=150_00, max_quantity=3)])
    row = make.proposal(request_, offer, now, listed={offer.extras.get().pk: 2})
    assert (row.offer, row.total, row.days) == (offer, 12_300_00, 12)
    assert row.lines == [{"title": "פינוי פסולת", "price": 150_00, "quantity": 2}]


def test_a_request_gets_several(request_, offer, rival, now):
    """REQ-06"""
    make.proposal(request_, offer, now)
    make.proposal(request_, make.offer(rival, now), now)
    assert request_.proposals.answers().count() == 2


def test_only_on_the_ground_of_a_published_offer_in_its_category(request_, offer, amir, now):
    """REQ-05, AMB-25"""
    other = make.category("moving")
    Offer.objects.filter(pk=offer.pk).update(category=other)
    with pytest.raises(Refusal, match="other_category"):
        make.proposal(request_, Offer.objects.get(pk=offer.pk), now)
    Offer.objects.filter(pk=offer.pk).update(category=request_.category)
    catalog.pause(offer, by=amir, now=now, returns_on=None)
    with pytest.raises(Refusal, match="offer_closed"):
        make.proposal(request_, Offer.objects.get(pk=offer.pk), now)


def test_not_with_the_offer_of_somebody_else(request_, offer, rival, now):
    """REQ-05"""
    with pytest.raises(Refusal, match="not_your_offer"):
        make.proposal(request_, offer, now, by=rival)


def test_only_authorised_providers_propose(request_, offer, amir, dana, now):
    """DEC-39"""
    Profile.objects.filter(user=amir).update(authorised_at=None)
    for by in (User.objects.get(pk=amir.pk), dana):
        with pytest.raises(Refusal, match="not_authorised"):
            make.proposal(request_, offer, now, by=by)


def test_nobody_proposes_to_themselves(amir, offer, now):
    """DEC-41"""
    with pytest.raises(Refusal, match="own_request"):
        make.proposal(make.request(amir, now), offer, now)


@pytest.mark.parametrize("standing", ["suspended", "blocked"])
def test_nor_does_who_may_start_nothing_nor_to_whom_may_buy_nothing(request_, offer, noa, amir, now, standing):
    """DEC-37"""
    User.objects.filter(pk=amir.pk).update(standing=standing)
    with pytest.raises(Refusal, match="suspended"):
        make.proposal(request_, offer, now, by=User.objects.get(pk=amir.pk))
    User.objects.filter(pk=amir.pk).update(standing="good")
    User.objects.filter(pk=noa.pk).update(standing=standing)
    with pytest.raises(Refusal, match="client_gone"):
        make.proposal(request_, Offer.objects.get(pk=offer.pk), now)


@pytest.mark.parametrize("before", ["draft", "pending", "returned", "refused", "paused", "closed", "expired"])
def test_only_while_it_is_open(noa, offer, now, before):
    """DEC-13"""
    with pytest.raises(Refusal, match="request_over"):
        make.proposal(make.request(noa, now, state=before), offer, now)


def test_and_not_at_its_last_instant(request_, offer, now):
    """DEC-30"""
    with pytest.raises(Refusal, match="request_over"):
        make.proposal(request_, offer, request_.closes_at)


def test_no_contact_details_in_it(request_, offer, now):
    """DEC-19"""
    with pytest.raises(Refusal, match="contact_details"):
        make.proposal(request_, offer, now, text="אשמח לבצע, להתקשר אל 050-1234567")


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, True), (365, True), (366, False)])
def test_it_begins_between_today_and_a_year(request_, offer, now, days, fine):
    """REQ-08"""
    try:
        make.proposal(request_, offer, now, starts_on=(now + days * DAY).date())
        assert fine
    except Refusal as refusal:
        assert (refusal.code, fine) == ("bad_start_day", False)


def test_one_that_lives_of_each_provider(request_, offer, amir, now):
    """DEC-13: the database keeps it as well"""
    first = make.proposal(request_, offer, now)
    with pytest.raises(Refusal, match="proposed_before"):
        make.proposal(request_, offer, now, text="הצעה אחרת לגמרי, במחיר אחר.")
    again = make.proposal(make.request(request_.client, now), offer, now, text="הצעה לבקשה אחרת שלכם.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Quote.objects.filter(pk=again.pk).update(request=request_)
    quotes.withdraw(first, by=amir, now=now)
    assert request_.proposals.answers().count() == 0
    make.proposal(request_, offer, now)


def test_ten_a_day_like_any_quote(noa, offer, now):
    """DEC-13, DEC-54"""
    for _ in range(policy.QUOTES_PER_DAY):
        row = make.request(noa, now)
        make.proposal(row, offer, now)
        proposals.close(row, by=noa, now=now)
    with pytest.raises(Refusal, match="too_many_quotes"):
        make.proposal(make.request(noa, now), offer, now)


def test_it_expires_like_any_quote(request_, offer, now):
    """DEC-13, DEC-54"""
    row = make.proposal(request_, offer, now)
    sweep(row.expires_at)
    assert (state(row), state(request_)) == ("expired", "open")


# --- the end of a request


@pytest.fixture
def two(request_, offer, rival, now) -> list[Quote]:
    return [make.proposal(request_, each, now, stages=STAGES) for each in (offer, make.offer(rival, now))]


def test_accepting_one_makes_an_order_closes_the_request_and_tells_the_other_kindly(request_, two, amir, rival, now):
    """REQ-06, DEC-54, MIL-12"""
    mine = two[0]
    assert buy(mine, now + DAY) == "paid"
    order = Order.objects.get()
    assert (order.provider, order.total, order.stages.count()) == (amir, 5_000_00, 2)
    assert [state(row) for row in (*two, request_)] == ["accepted", "lapsed", "found"]
    assert Request.objects.get().ended_at == now + DAY
    assert rival.notices.filter(kind="proposal_found").count() == 1
    assert amir.notices.filter(kind__in=["quote_accept", "proposal_found"]).count() == 1
    assert not rival.notices.filter(kind="quote_decline").exists()


def test_closing_tells_whoever_waits(request_, two, noa, amir, rival, now):
    """DEC-13"""
    quotes.decline(two[0], by=noa, now=now)
    proposals.close(request_, by=noa, now=now)
    assert [state(row) for row in (*two, request_)] == ["declined", "lapsed", "closed"]
    assert [user.notices.filter(kind="proposal_closed").count() for user in (amir, rival)] == [0, 1]


def test_so_does_a_moderator_who_takes_it_off(request_, two, shira, now):
    """DEC-20"""
    proposals.refuse(request_, by=shira, reason="הבקשה מטעה", now=now)
    assert [state(row) for row in (*two, request_)] == ["lapsed", "lapsed", "refused"]


@pytest.mark.parametrize("ended", ["paused", "expired"])
def test_a_proposal_outlives_a_pause_and_the_thirty_days(noa, offer, now, ended):
    """DEC-13"""
    request = make.request(noa, now)
    at = now + 29 * DAY
    row = make.proposal(request, offer, at)
    if ended == "paused":
        board.pause(request, by=noa, now=at)
    else:
        sweep(now + 30 * DAY)
    assert (state(request), state(row)) == (ended, "sent")
    assert buy(row, now + 31 * DAY) == "paid"
    assert state(request) == "found"


def test_money_for_a_proposal_that_lapsed_meanwhile_comes_back(request_, two, noa, now):
    """DEC-31"""
    checkout = open_for_quote(two[0], client=noa, now=now)
    proposals.close(request_, by=noa, now=now)
    pay(checkout, now, "late")
    assert_returned(checkout)
    assert not Order.objects.exists()


def test_a_request_whose_deal_failed_is_opened_again(request_, two, noa, amir, now):
    """DEC-13"""
    buy(two[0], now)
    board.reopen(request_, by=noa, now=now + DAY)
    assert state(request_) == "open"
    make.proposal(request_, two[0].offer, now + DAY)


def test_one_whose_own_time_has_come_is_left_to_the_clock(request_, two, noa, now):
    """DEC-30"""
    proposals.close(request_, by=noa, now=two[0].expires_at)
    assert {state(row) for row in two} == {"sent"}
    sweep(two[0].expires_at)
    assert {state(row) for row in two} == {"expired"}


def test_the_short_list_is_the_clients(two, noa, amir, dana, now):
    """REQ-06"""
    proposals.shortlist(two[0], starred=True, by=noa)
    assert Quote.objects.get(starred=True) == two[0]
    for by, code in ((amir, "wrong_party"), (dana, "stranger")):
        with pytest.raises(Refusal, match=code):
            proposals.shortlist(two[0], starred=False, by=by)
    proposals.shortlist(two[0], starred=False, by=noa)
    assert not Quote.objects.filter(starred=True).exists()

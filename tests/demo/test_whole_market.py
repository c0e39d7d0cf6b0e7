"""What stands on the market after loading it."""

from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.db.models import Count, F, Max, Min, Q

from house import policy
from house.board.models import Request
from house.catalog.models import Offer, OfferImage
from house.desk.models import Case
from house.files.models import Upload
from house.inbox.models import Conversation, Message
from house.market.models import Market
from house.notices.models import Letter, Notice
from house.orders.models import (
    Charge,
    Coupon,
    Deadline,
    Earning,
    Order,
    OrderEvent,
    ResolutionRequest,
    Stage,
    Task,
)
from house.payments.actions import reconcile
from house.payments.models import Chargeback, Checkout, Refund
from house.people.models import Application, AuditEntry, PortfolioItem, Profile, Role, User
from house.process import Party
from house.quotes.models import Quote
from house.reputation.actions import may_review
from house.reputation.models import Review
from house.treasury.models import Batch, Membership, Payout
from house.treasury.proof import prove

# The mark makes the database; the market itself stands around every test.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_market")]
State = Stage.State


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def stages_of(**who) -> Counter[str]:
    return Counter(Stage.objects.filter(**who).values_list("state", flat=True))


def test_the_books_are_whole_and_every_guard_is_satisfied():
    assert prove().faults == []
    connection.check_constraints()


def test_the_payment_providers_books_agree_with_ours(whole_market, monkeypatch):
    """DEC-12"""
    monkeypatch.setattr(policy, "RECONCILE_AFTER", timedelta())
    assert reconcile(whole_market) == []


def test_no_promise_is_overdue_and_none_failed(whole_market):
    """DEC-30, DEC-49"""
    assert not Deadline.objects.filter(done_at=None, try_at__lte=whole_market).exists()
    assert not Deadline.objects.filter(failures__gt=0).exists()
    assert Deadline.objects.filter(done_at=None, due_at__gt=whole_market).count() > 80


def test_the_board_has_requests_in_their_states_and_noa_can_compare(whole_market):
    """REQ-01, REQ-06"""
    states = Counter(Request.objects.values_list("state", flat=True))
    assert states["open"] >= 10
    assert {"open", "closed", "expired", "pending"} == set(states)
    assert Quote.objects.filter(request__client=person("noa"), state=Quote.State.SENT).count() > 1


def test_nothing_happens_in_the_future(whole_market):
    for rows in (OrderEvent.objects, Message.objects, Notice.objects, Review.objects, Upload.objects):
        assert not rows.filter(at__gt=whole_market).exists()


def test_nothing_was_mailed_or_queued(whole_market):
    assert not Letter.objects.exists()
    assert not Notice.objects.filter(mailed_at=None).exists()
    assert not Notice.objects.filter(read_at=None, at__lt=whole_market - timedelta(days=3)).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)


def test_the_market_is_as_large_as_promised():
    assert Profile.objects.count() == 40
    assert User.objects.filter(profile=None).count() == 60 + 4
    offers = Counter(Offer.objects.values_list("state", flat=True))
    assert sum(offers.values()) == 150 + 1
    assert offers["published"] > 130
    assert set(offers) == {"published", "draft", "pending_approval", "denied", "paused"}
    assert 280 <= Order.objects.count() <= 320
    assert Offer.objects.filter(reviews__gt=0).count() > 70


def test_orders_stand_in_every_state(whole_market):
    states = stages_of()
    assert set(states) == set(State.values)
    assert set(Order.objects.values_list("ending", flat=True)) == {*Order.Ending.values, ""}
    late = [row.lateness(whole_market) for row in Stage.objects.filter(state=State.ACTIVE)]
    assert any(timedelta() < each < policy.VERY_LATE_AFTER for each in late)
    assert any(each > policy.VERY_LATE_AFTER for each in late)
    requests = set(ResolutionRequest.objects.values_list("state", "party"))
    assert {("open", "client"), ("open", "provider"), ("withdrawn", "provider"), ("declined", "client")} <= requests
    left = [row.decide_at - whole_market for row in Stage.objects.filter(state=State.DELIVERED) if row.decide_at]
    assert min(left) < timedelta(hours=8) and max(left) > timedelta(days=1)


def test_orders_are_spread_over_five_months(whole_market):
    placed = Order.objects.aggregate(first=Min("placed_at"), last=Max("placed_at"))
    assert timedelta(days=120) < whole_market - placed["first"] < timedelta(days=153)
    assert whole_market - placed["last"] < timedelta(days=2)


def test_an_offer_was_there_before_it_was_ordered():
    assert not Order.objects.filter(placed_at__lt=F("offer__published_at")).exists()
    assert not Offer.objects.filter(created_at__lt=F("provider__profile__opened_at")).exists()


def test_every_state_of_an_order_can_be_seen_as_noa():
    states = stages_of(order__client=person("noa"))
    assert set(states) == set(State.values) - {State.STOPPED}
    endings = set(Order.objects.filter(client=person("noa")).values_list("ending", flat=True))
    assert {"mutual", "no_response", "support", "no_requirements"} <= endings


def test_amir_has_something_to_do_today(whole_market):
    amir = person("amir")
    states = stages_of(order__provider=amir)
    assert {State.AWAITING, State.ACTIVE, State.DELIVERED, State.IN_REVISION, State.APPROVED} <= set(states)
    asked = ResolutionRequest.objects.filter(order__provider=amir, state="open", party=Party.CLIENT)
    assert asked.exists()
    late = [row.lateness(whole_market) for row in Stage.objects.filter(order__provider=amir)]
    assert any(late)
    assert Conversation.objects.unread_by(amir).filter(about="").exists()
    assert set(Offer.objects.filter(provider=amir).values_list("state", flat=True)) == {"published", "paused", "draft"}
    assert Earning.objects.filter(provider=amir, cleared_at=None).exists()


def test_noa_can_still_rate_an_order(whole_market):
    """DEC-10"""
    done = Order.objects.filter(client=person("noa"), state=Order.State.COMPLETED)
    unrated = done.exclude(order_reviews__party=Party.CLIENT)
    assert any(may_review(order, whole_market) for order in unrated)
    assert Review.objects.filter(author=person("noa"), published_at__isnull=False).exists()


def test_everybody_signs_in_with_the_one_password(rf):
    from house.demo.people import PASSWORD, PERSONS

    assert len(set(User.objects.values_list("password", flat=True))) == 1
    for each in PERSONS:
        assert authenticate(rf.post("/"), email=each.email, password=PASSWORD) is not None


def test_the_people_to_try_it_as_have_their_roles():
    shira, owner = person("shira"), person("owner")
    assert shira.role_names == frozenset(set(Role.values) - {Role.OWNER})
    assert owner.role_names == frozenset({Role.OWNER})
    assert person("amir").profile.username == "amir-levi"
    assert not person("dana").orders_placed.exists()


def test_pictures_differ(media):
    """No two cards show the same picture."""
    covers = OfferImage.objects.filter(position=0).values_list("card", flat=True)
    assert len({(media / name).read_bytes() for name in covers}) == len(covers) == 150
    assert set(OfferImage.objects.values_list("width", "height")) == {(1280, 960)}


def test_money_went_all_its_ways(whole_market):
    assert set(Refund.objects.values_list("state", flat=True)) == {Refund.State.DONE}
    states = Counter(Checkout.objects.values_list("state", flat=True))
    assert set(states) == {Checkout.State.PAID, Checkout.State.DECLINED, Checkout.State.EXPIRED}
    assert states["declined"] >= 5 and states["expired"] >= 8
    assert set(Checkout.objects.filter(state="paid").values_list("purpose", flat=True)) == set(Checkout.Purpose.values)
    assert not Earning.objects.filter(cleared_at=None, clears_at__lte=whole_market).exists()
    assert Earning.objects.exclude(cleared_at=None).count() > 100
    assert Earning.objects.filter(cleared_at=None).count() > 10


def test_money_is_on_its_way_to_banks_and_one_payment_was_taken_back(whole_market):
    """DEC-12, DEC-38"""
    assert set(Payout.objects.values_list("state", flat=True)) == {"waiting", "batched", "sent", "returned"}
    assert set(Batch.objects.values_list("state", flat=True)) == {"collected", "sent"}
    assert Payout.objects.filter(provider=person("amir"), state="waiting").exists()
    assert Chargeback.objects.filter(state="taken", loss=0).count() == 2
    assert Order.objects.filter(ending="chargeback").count() == 1


def test_staff_have_something_on_their_desk():
    assert Offer.objects.filter(state="pending_approval").count() >= 3
    assert set(Application.objects.values_list("state", flat=True)) == set(Application.State.values)
    cases = set(Case.objects.values_list("kind", "state"))
    assert cases == {(kind, state) for kind in ("support", "dispute") for state in ("open", "closed")} | {
        ("report", "open")
    }


def test_figures_are_recounted():
    """TRS-09, DEC-22"""
    assert not Offer.objects.filter(state="published", rank=0).exists()
    assert Profile.objects.filter(rating__isnull=False).count() > 25
    assert Profile.objects.filter(response_rate__isnull=False).count() > 35
    shown = Review.objects.filter(party=Party.CLIENT).exclude(reply="")
    assert shown.filter(Q(published_at=None) | Q(replied_at__lt=F("published_at"))).count() == 0
    assert shown.count() > 20


def test_the_market_says_that_it_is_a_demo(whole_market):
    market = Market.get()
    assert (market.demo, market.demo_loaded_at) == (True, whole_market)


# What an order can be besides a package


@pytest.mark.parametrize("who", [{}, {"client": "noa"}, {"provider": "amir"}])
def test_milestone_orders_stand_in_every_telling_state(who):
    """MIL, DEC-3"""
    found = set()
    rows = Order.objects.filter(**{side: person(name) for side, name in who.items()}).prefetch_related("stages")
    for order in rows:
        if len(stages := order.stages.all()) > 1:
            found.add(tuple(stage.state for stage in stages))
    last = [states[-1] for states in found]
    assert any("active" in states for states in found)
    if who:
        assert len(found) >= 4 and State.PLANNED in last
        return
    assert (State.ACTIVE, State.PLANNED, State.PLANNED) in found or (State.ACTIVE, State.PLANNED) in found
    assert any(states[0] == State.DELIVERED for states in found)
    between = {(State.APPROVED, State.PLANNED), (State.APPROVED, State.PLANNED, State.PLANNED)}
    assert between & found
    assert (State.APPROVED, State.CANCELLED, State.ACTIVE) in found
    assert any(set(states) == {State.APPROVED} for states in found)
    assert any(states[0] == State.APPROVED and states[-1] == State.STOPPED for states in found)


def test_custom_offers_have_met_every_fate(whole_market):
    """COF, DEC-13"""
    assert set(Quote.objects.values_list("state", "milestones")) >= {
        *((state, True) for state in ("sent", "accepted")),
        ("accepted", False),
    }
    assert set(Quote.objects.values_list("state", flat=True)) == set(Quote.State.values)
    waiting = Quote.objects.filter(client=person("noa"), provider=person("amir"), state="sent")
    assert waiting.exists() and waiting[0].expires_at > whole_market


def test_every_kind_of_request_is_open_somewhere_and_has_ended_somewhere(whole_market):
    """RES, DEC-34"""
    rows = set(ResolutionRequest.objects.values_list("kind", "state"))
    kinds = ResolutionRequest.Kind
    assert {kind for kind, state in rows if state == "open"} == set(kinds.values)
    ended = {(kind, "accepted") for kind in kinds.values}
    declined = {(kind, "declined") for kind in (kinds.EXTENSION, kinds.SCOPE_CHANGE, kinds.ASK_REVISIONS)}
    silent = {(kind, "expired") for kind in (kinds.CANCELLATION, kinds.PROGRESS_UPDATE, kinds.SCOPE_CHANGE)}
    assert ended | declined | silent | {(kinds.EXTRA, "withdrawn")} <= rows
    assert not ResolutionRequest.objects.filter(state="open", due_at__lte=whole_market, order__held_at=None).exists()


def test_disputes_are_open_and_decided_in_each_way():
    """CAN-10, DEC-32"""
    held = Order.objects.open().exclude(held_at=None)
    assert {f"order:{order.number}" for order in held} == set(
        Case.objects.filter(kind="dispute", state="open").values_list("about", flat=True)
    )
    assert held.filter(client=person("noa")).exists()
    decisions = set(AuditEntry.objects.filter(about__startswith="order:").values_list("what", flat=True))
    assert {"dispute_continue", "dispute_revision", "dispute_refund", "order_cancelled"} <= decisions


def test_something_was_added_and_something_paid_back_within_orders():
    """EXT-14, DEC-12, DEC-35"""
    grown = Stage.objects.annotate(payments=Count("charges")).filter(payments__gt=1)
    assert grown.count() >= 4 and grown.filter(order__client=person("noa")).exists()
    assert Charge.objects.filter(returned__gt=0).count() >= 4
    assert Refund.objects.filter(reason="partial", state=Refund.State.DONE).count() >= 4


def test_coupons_wait_are_used_and_became_void(whole_market):
    """COU"""
    assert {"issued", "used", "void"} <= set(Coupon.objects.values_list("state", flat=True))
    assert Coupon.objects.filter(client=person("noa"), provider=person("amir"), state="issued").exists()
    assert not Coupon.objects.exclude(provider__profile__member_until__gt=whole_market - timedelta(days=40)).exists()


def test_members_paid_were_granted_and_have_ended(whole_market):
    """DEC-21"""
    assert Membership.objects.exclude(checkout=None).count() >= 4
    assert Membership.objects.exclude(granted_by=None).exists()
    assert person("amir").profile.is_member(whole_market)
    assert Profile.objects.filter(member_until__lte=whole_market).exists()
    assert Notice.objects.filter(kind="membership_ending").exists()


def test_task_lists_are_under_way():
    """INV-04"""
    assert set(Task.objects.values_list("state", flat=True)) == set(Task.State.values)
    noa_and_amir = Task.objects.filter(order__client=person("noa"), order__provider=person("amir"))
    assert set(noa_and_amir.values_list("by", flat=True)) == {person("noa").pk, person("amir").pk}


def test_most_providers_show_what_they_did(media):
    """PRO-08"""
    assert Profile.objects.exclude(portfolio=None).distinct().count() > 15
    assert person("amir").profile.portfolio.count() >= 2
    covers = OfferImage.objects.filter(position=0).values_list("image", flat=True)
    own = PortfolioItem.objects.values_list("image", flat=True)
    assert not {(media / name).read_bytes() for name in own} & {(media / name).read_bytes() for name in covers}

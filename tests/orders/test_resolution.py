"""The Resolution Center: every kind with its window and its silence (RES, R-1…R-10, DEC-32…34)."""

from datetime import timedelta

import pytest

from house import policy
from house.desk import people
from house.desk.models import Case
from house.ledger.actions import Kind as Account
from house.ledger.actions import balance
from house.orders import deadlines
from house.orders.actions import requests, support, work
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.process import ASKINGS, Silence
from house.orders.proof import prove
from house.orders.reasons import REASONS
from house.people.models import User
from house.process import Party, Refusal
from tests import make

from . import test_milestones as milestones
from .test_milestones import pay

Kind, R, S = ResolutionRequest.Kind, ResolutionRequest.State, Stage.State
CHANGES = {
    Kind.EXTENSION: {"days": 3},
    Kind.SCOPE_CHANGE: {"lines": [{"title": "קיר נוסף", "price": 500_00, "quantity": 2}], "days": 4},
    Kind.EXTRA: {"lines": [{"title": "מדף", "price": 150_00, "quantity": 1}], "days": 1},
    Kind.MORE_REVISIONS: {"revisions": 2},
    Kind.ASK_REVISIONS: {"revisions": 1},
    Kind.PARTIAL_REFUND: {"amount": 300_00},
}
WHY = "הסבר שמספיק לצד השני כדי להחליט."
WORKABLE = {Kind.MORE_REVISIONS: S.DELIVERED, Kind.ASK_REVISIONS: S.DELIVERED, Kind.PARTIAL_REFUND: S.DELIVERED}


def ask(order: Order, kind: Kind, at, party: Party | None = None, **change) -> ResolutionRequest:
    """A request of a kind, by a side that may open it."""
    side = party or min(ASKINGS[kind].by)
    who = order.client if side is Party.CLIENT else order.provider
    reason = next(iter(REASONS[kind][side]))
    stage = make.stage(order)
    if kind == Kind.ASK_REVISIONS:
        Stage.objects.filter(pk=stage.pk).update(revisions=0)
    talk = order.thread.messages.create(author=order.client, text="הודעה", at=at)
    return requests.ask(
        stage,
        kind=kind,
        reason=reason,
        explanation=WHY,
        by=who,
        now=at,
        whole=kind == Kind.CANCELLATION,
        change=change or CHANGES.get(kind, {}),
        proof={"message": talk.pk},
    )


@pytest.fixture
def at(now):
    """Two and a half days after the order: a delivery made by make.order lies behind."""
    return now + timedelta(days=2, hours=12)


def of(noa, amir, now, kind: Kind) -> Order:
    return make.order(noa, amir, now, state=WORKABLE.get(kind, S.ACTIVE))


@pytest.mark.parametrize("kind", Kind)
def test_silence_does_what_the_table_says_and_not_a_moment_earlier(noa, amir, now, at, kind):
    """AMB-1, AMB-3, R-5, R-6, R-8, R-9, R-10, DEC-2, DEC-35"""
    order = of(noa, amir, now, kind)
    asked = ask(order, kind, at)
    before = make.stage(order)
    assert asked.due_at == at + ASKINGS[kind].window
    Stage.objects.filter(pk=before.pk).update(due_at=at + timedelta(days=30))
    if before.decide_at:
        Stage.objects.filter(pk=before.pk).update(decide_at=at + timedelta(days=30))
    deadlines.reset(Order.objects.get(pk=order.pk))
    deadlines.catch_up(order.pk, now=asked.due_at - timedelta(milliseconds=1))
    asked.refresh_from_db()
    assert asked.state == R.OPEN
    deadlines.catch_up(order.pk, now=asked.due_at)
    asked.refresh_from_db()
    order.refresh_from_db()
    assert asked.state == R.EXPIRED
    cancels = ASKINGS[kind].silence is Silence.CANCELS
    assert order.state == (Order.State.CANCELLED if cancels else Order.State.OPEN)
    assert balance(Account.ESCROW, about=order.about) == (0 if cancels else before.price)
    assert not prove().faults


@pytest.mark.parametrize("kind", Kind)
def test_only_the_sides_of_the_table_may_open_a_kind(noa, amir, dana, now, at, kind):
    """RES-08, RES-10, R-1"""
    order = of(noa, amir, now, kind)
    for party in {Party.CLIENT, Party.PROVIDER} - ASKINGS[kind].by:
        with pytest.raises(Refusal, match="wrong_party"):
            who = noa if party is Party.CLIENT else amir
            requests.ask(make.stage(order), kind=kind, reason="other", explanation=WHY, by=who, now=at)
    with pytest.raises(Refusal, match="stranger"):
        requests.ask(make.stage(order), kind=kind, reason="other", explanation=WHY, by=dana, now=at)


def test_one_open_request_per_order(noa, amir, now, at):
    """DEC-34"""
    order = of(noa, amir, now, Kind.EXTENSION)
    ask(order, Kind.EXTENSION, at)
    with pytest.raises(Refusal, match="request_open"):
        ask(order, Kind.PROGRESS_UPDATE, at)


def test_an_accepted_extension_moves_the_due_date(noa, amir, now, at):
    """RES-04, O-19"""
    order = of(noa, amir, now, Kind.EXTENSION)
    before = make.stage(order).due_at
    requests.consent(ask(order, Kind.EXTENSION, at, Party.PROVIDER), by=noa, now=at)
    assert make.stage(order).due_at == before + timedelta(days=3)


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_a_refused_extension_changes_nothing(noa, amir, now, at, step):
    """O-20, RES-06"""
    order = of(noa, amir, now, Kind.EXTENSION)
    before = make.stage(order).due_at
    asked = ask(order, Kind.EXTENSION, at, Party.PROVIDER)
    getattr(requests, step)(asked, by=noa if step == "decline" else amir, now=at)
    assert make.stage(order).due_at == before


def test_an_update_is_answered_in_words_or_by_a_delivery_and_never_declined(noa, amir, now, at):
    """AMB-4, R-7, O-17"""
    order = of(noa, amir, now, Kind.PROGRESS_UPDATE)
    asked = ask(order, Kind.PROGRESS_UPDATE, at)
    with pytest.raises(Refusal, match="answer_only"):
        requests.decline(asked, by=amir, now=at)
    with pytest.raises(Refusal, match="update_empty"):
        requests.consent(asked, by=amir, now=at, answer=" ")
    requests.consent(asked, by=amir, now=at, answer="הריצוף הושלם, מחר מתחילים בצבע.")
    second = ask(order, Kind.PROGRESS_UPDATE, at + timedelta(hours=1))
    make.deliver(order, at + timedelta(hours=2))
    second.refresh_from_db()
    assert second.state == R.ACCEPTED


@pytest.mark.parametrize("kind", [Kind.EXTENSION, Kind.SCOPE_CHANGE])
def test_a_delivery_lapses_what_it_made_pointless(noa, amir, now, at, kind):
    """DEC-34"""
    order = of(noa, amir, now, kind)
    asked = ask(order, kind, at)
    make.deliver(order, at)
    asked.refresh_from_db()
    assert asked.state == R.LAPSED


@pytest.mark.parametrize("kind", [Kind.SCOPE_CHANGE, Kind.EXTRA])
def test_a_change_that_costs_is_accepted_by_paying(noa, amir, now, at, kind):
    """O-21, O-23, DEC-31"""
    order = of(noa, amir, now, kind)
    before = make.stage(order)
    asked = ask(order, kind, at)
    with pytest.raises(Refusal, match="needs_payment"):
        requests.consent(asked, by=noa, now=at)
    checkout = requests.open_for_request(asked, client=noa, now=at)
    assert pay(checkout, at, "change") == "paid"
    after, asked = make.stage(order), ResolutionRequest.objects.get(pk=asked.pk)
    assert asked.state == R.ACCEPTED
    assert after.price == before.price + asked.change["amount"]
    assert after.due_at == before.due_at + timedelta(days=asked.change["days"])
    assert Order.objects.get().total == after.price
    assert not prove().faults


def test_money_for_a_change_that_was_withdrawn_comes_back(noa, amir, now, at):
    """DEC-31"""
    order = of(noa, amir, now, Kind.EXTRA)
    asked = ask(order, Kind.EXTRA, at)
    checkout = requests.open_for_request(asked, client=noa, now=at)
    requests.withdraw(asked, by=amir, now=at)
    assert pay(checkout, at, "change") != "paid"
    assert checkout.refunds.count() == 1
    assert make.stage(order).price == 1000_00
    assert not prove().faults


def test_a_cancelled_order_returns_every_payment_to_where_it_came_from(noa, amir, now, at):
    """CAN-14, DEC-12"""
    order = of(noa, amir, now, Kind.EXTRA)
    checkout = requests.open_for_request(ask(order, Kind.EXTRA, at), client=noa, now=at)
    assert pay(checkout, at, "change") == "paid"
    requests.consent(ask(order, Kind.CANCELLATION, at, Party.PROVIDER), by=noa, now=at)
    assert order.checkout.refunds.get().amount == 1000_00
    assert checkout.refunds.get().amount == 150_00
    assert not prove().faults


def test_a_partial_refund_keeps_the_delivery_and_the_rest_is_split(noa, amir, now, at):
    """DEC-12, DEC-34"""
    order = of(noa, amir, now, Kind.PARTIAL_REFUND)
    requests.consent(ask(order, Kind.PARTIAL_REFUND, at), by=noa, now=at)
    assert make.stage(order).state == S.DELIVERED
    assert balance(Account.ESCROW, about=order.about) == 700_00
    work.accept(make.stage(order), by=noa, now=at)
    assert balance(Account.PENDING, amir) == 560_00
    assert order.checkout.refunds.get().amount == 300_00
    assert not prove().faults


@pytest.mark.parametrize("amount", [0, 1000_00, 2000_00, -5])
def test_a_partial_refund_is_something_and_less_than_all(noa, amir, now, at, amount):
    order = of(noa, amir, now, Kind.PARTIAL_REFUND)
    with pytest.raises(Refusal, match="bad_partial_refund"):
        ask(order, Kind.PARTIAL_REFUND, at, amount=amount, days=0)


@pytest.mark.parametrize("kind", [Kind.MORE_REVISIONS, Kind.ASK_REVISIONS])
def test_more_revisions_are_added(noa, amir, now, at, kind):
    """RES-11, DEC-32"""
    order = of(noa, amir, now, kind)
    asked = ask(order, kind, at)
    left = make.stage(order).revisions_left
    requests.consent(asked, by=noa if kind == Kind.MORE_REVISIONS else amir, now=at)
    assert make.stage(order).revisions_left == left + CHANGES[kind]["revisions"]


def test_whoever_has_revisions_left_does_not_ask_for_more(noa, amir, now, at):
    """DEC-32"""
    order = of(noa, amir, now, Kind.ASK_REVISIONS)
    with pytest.raises(Refusal, match="revisions_left"):
        requests.ask(
            make.stage(order),
            kind=Kind.ASK_REVISIONS,
            reason="other",
            explanation=WHY,
            by=noa,
            now=at,
            change={"revisions": 1},
        )


def test_silence_on_an_update_ends_the_whole_order(noa, amir, now, at):
    """DEC-36, O-18"""
    order = of(noa, amir, now, Kind.PROGRESS_UPDATE)
    asked = ask(order, Kind.PROGRESS_UPDATE, at)
    deadlines.catch_up(order.pk, now=asked.due_at)
    order.refresh_from_db()
    assert (order.state, order.ending) == (Order.State.CANCELLED, Order.Ending.NO_UPDATE)


def test_both_are_reminded_before_silence_on_a_scope_change(noa, amir, now, at):
    """DEC-2, DEC-48: the client may answer, the provider may withdraw."""
    order = of(noa, amir, now, Kind.SCOPE_CHANGE)
    asked = ask(order, Kind.SCOPE_CHANGE, at)
    for number, ahead in enumerate(policy.REMINDERS_BEFORE, start=1):
        deadlines.catch_up(order.pk, now=asked.due_at - ahead - timedelta(milliseconds=1))
        assert noa.notices.filter(kind="warn_expire_client").count() == number - 1
        deadlines.catch_up(order.pk, now=asked.due_at - ahead)
        assert noa.notices.filter(kind="warn_expire_client").count() == number
        assert amir.notices.filter(kind="warn_asked_provider").count() == number
    assert "ההזמנה תתבטל" in amir.notices.filter(kind="warn_asked_provider").first().data["silence"]


@pytest.mark.parametrize("days", [1, 2, 5])
def test_an_extension_of_a_late_order_gives_it_its_time_back(noa, amir, now, days):
    """O-19, O-3, O-4: no longer late, and announced again only for what comes again."""
    order = make.order(noa, amir, now)
    due = make.stage(order).due_at
    at = due + timedelta(hours=30)
    deadlines.catch_up(order.pk, now=at)
    assert make.stage(order).lateness(at) == timedelta(hours=30)
    requests.consent(ask(order, Kind.EXTENSION, at, Party.PROVIDER, days=days), by=noa, now=at)
    stage = make.stage(order)
    assert stage.lateness(at) == max(at - due - timedelta(days=days), timedelta())
    deadlines.catch_up(order.pk, now=stage.due_at + policy.VERY_LATE_AFTER)
    steps = list(order.events.values_list("step", flat=True))
    assert steps.count("note_late") == (1 if days == 1 else 2)
    assert steps.count("note_very_late") == 2
    assert all(row.at >= at for row in order.events.filter(pk__gt=order.events.get(step="extension_consent").pk))


def test_lateness_itself_is_the_proof_and_the_other_side_may_decline(noa, amir, now):
    """CAN-09, DEC-46, AMB-7: very late has its own reason and is not unilateral."""
    order = make.order(noa, amir, now)
    words = {"reason": "very_late", "explanation": WHY, "by": noa, "proof": {"late": True}}
    with pytest.raises(Refusal, match="proof_missing"):
        requests.ask_cancellation(make.stage(order), now=now, **words)
    late = make.stage(order).due_at + policy.VERY_LATE_AFTER
    asked = requests.ask_cancellation(make.stage(order), now=late, **words)
    assert (asked.proof, asked.due_at) == ({"late": True}, late + policy.CANCELLATION_WINDOW)
    requests.decline(asked, by=amir, now=late)
    assert Order.objects.get().is_open


def test_the_seventy_two_hours_are_those_of_a_stage(noa, amir, now):
    """DEC-32: a refusal about one milestone does not corner anybody in the next, whoever asks."""
    order = milestones.ordered(noa, amir, now)
    words = {"reason": "other", "explanation": WHY, "now": now}
    first = milestones.stages(order)[0]
    requests.decline(requests.ask_cancellation(first, by=amir, whole=True, **words), by=noa, now=now)
    for by, proof in ((amir, {}), (noa, {"message": order.thread.messages.create(author=noa, text="?", at=now).pk})):
        for whole in (True, False):
            with pytest.raises(Refusal, match="cancellation_too_soon"):
                requests.ask_cancellation(first, by=by, proof=proof, whole=whole, **words)
    milestones.deliver(first, now)
    work.accept(milestones.stages(order)[0], by=noa, now=now)
    milestones.begin(order, now + timedelta(hours=1), "second")
    second = milestones.stages(order)[1]
    words["now"] = now + timedelta(hours=2)
    assert requests.ask_cancellation(second, by=amir, whole=False, **words).state == R.OPEN


@pytest.mark.parametrize("kind", Kind)
def test_the_other_side_is_told_and_support_is_not(noa, amir, shira, now, at, kind):
    """RES-14, RES-18, SUP-10, NOT-05"""
    asked = ask(of(noa, amir, now, kind), kind, at)
    side = {Party.CLIENT: amir, Party.PROVIDER: noa}[Party(asked.party)]
    word = "cancellation_open" if kind == Kind.CANCELLATION else "request_open"
    assert side.notices.filter(about=asked.order.about, kind__startswith=word).count() == 1
    assert not shira.notices.exists()
    assert not Case.objects.exists()


def test_whoever_is_suspended_still_answers(noa, amir, shira, now, at):
    """DEC-37: open orders are finished; a provider gives the update and delivers, and may ask."""
    order = of(noa, amir, now, Kind.PROGRESS_UPDATE)
    asked = ask(order, Kind.PROGRESS_UPDATE, at)
    people.suspend(amir, until=None, by=shira, why="בדיקה", now=at)
    requests.consent(asked, by=User.objects.get(pk=amir.pk), now=at, answer="הריצוף הושלם, מחר מתחילים בצבע.")
    ask(Order.objects.get(), Kind.EXTENSION, at, Party.PROVIDER)
    make.deliver(Order.objects.get(), at)
    assert make.stage(order).state == S.DELIVERED


@pytest.mark.parametrize("side", ["client", "provider"])
def test_when_somebody_is_blocked_support_is_called_to_each_open_order(noa, amir, shira, now, at, side):
    """DEC-37, SUP-08: ended with a refund, and it counts, for it is none of MET-05's reasons."""
    order = make.order(noa, amir, now)
    make.order(noa, amir, now, state=S.APPROVED)
    people.block({"client": noa, "provider": amir}[side], by=shira, why="הונאה", now=at)
    people.block({"client": noa, "provider": amir}[side], by=shira, why="הונאה", now=at)
    case = Case.objects.get()
    assert case.about == order.about
    support.cancel(order, reason="blocked", why="החשבון נחסם", fault=side, by=shira, now=at)
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "support", True)
    assert order.checkout.refunds.get().amount == order.total


def test_words_that_are_not_of_this_kind_are_refused(noa, amir, now, at):
    """RES-04, RES-13: the reason is one of the list, the days within reason."""
    order = of(noa, amir, now, Kind.EXTENSION)
    for days in (0, -3, policy.EXTENSION_DAYS_MAX + 1):
        with pytest.raises(Refusal, match="bad_days"):
            ask(order, Kind.EXTENSION, at, Party.PROVIDER, days=days)
    stage = make.stage(order)
    with pytest.raises(Refusal, match="unknown_reason"):
        requests.ask(stage, kind=Kind.EXTENSION, reason="very_late", explanation=WHY, by=amir, now=at)
    with pytest.raises(Refusal, match="explanation_missing"):
        requests.ask(stage, kind=Kind.EXTENSION, reason="other", explanation="כי", by=amir, now=at)
    assert not order.requests.exists()

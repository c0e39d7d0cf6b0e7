"""How requests and orders end: which row the diary gets, which ending is kept, and what counts (DEC-34, DEC-36)."""

from datetime import timedelta

import pytest

from house.ledger.actions import Kind as Account
from house.ledger.actions import balance
from house.orders import deadlines
from house.orders.actions import requests, support, work
from house.orders.models import Order, OrderEvent, ResolutionRequest, Stage
from house.orders.process import ASKINGS, REQUEST, Ask, Silence
from house.orders.proof import prove
from house.process import Party, Refusal
from house.reputation.metrics import completion_rate
from house.web import room
from tests import make

from . import test_milestones as milestones
from .test_resolution import CHANGES, WHY, Kind, R, S, ask

DAY = timedelta(days=1)


def rows(order: Order, request: ResolutionRequest) -> list[tuple[str, str, str, str]]:
    """The request's life in the diary."""
    found = OrderEvent.objects.filter(order=order, data__request=request.pk, step__startswith=request.kind)
    return [(row.step.removeprefix(f"{request.kind}_"), row.party, row.before, row.after) for row in found]


def legal(order: Order, request: ResolutionRequest) -> bool:
    """Whether the diary is a path of the table to the state that is stored."""
    state = ""
    for step, party, before, after in rows(order, request):
        REQUEST.check(step, state=state, party=Party(party))
        assert (before, after) == (state, REQUEST.path(step, state=state))
        state = after
    return state == ResolutionRequest.objects.get(pk=request.pk).state


def asked_of(stage: Stage, kind: Kind, by, now, **more) -> ResolutionRequest:
    """A request about that stage."""
    given = {"change": CHANGES.get(kind, {}), "explanation": WHY, "reason": "other", **more}
    return requests.ask(stage, kind=kind, by=by, now=now, **given)


ENDS = {
    "delivery": lambda order, shira, at: make.deliver(order, at),
    "acceptance": lambda order, shira, at: work.accept(make.stage(order), by=order.client, now=at),
    "silence": lambda order, shira, at: deadlines.catch_up(order.pk, now=make.stage(order).decide_at),
    "support": lambda order, shira, at: support.cancel(order, reason="fraud", why="נבדק ונמצא כך", by=shira, now=at),
}


@pytest.mark.parametrize(
    ("kind", "how", "party", "end"),
    [
        (Kind.PROGRESS_UPDATE, "delivery", "provider", R.ACCEPTED),
        (Kind.EXTENSION, "delivery", "provider", R.LAPSED),
        (Kind.SCOPE_CHANGE, "delivery", "provider", R.LAPSED),
        (Kind.PARTIAL_REFUND, "acceptance", "client", R.LAPSED),
        (Kind.MORE_REVISIONS, "acceptance", "client", R.LAPSED),
        (Kind.ASK_REVISIONS, "silence", "clock", R.LAPSED),
        (Kind.CANCELLATION, "support", "support", R.LAPSED),
        (Kind.EXTRA, "support", "support", R.LAPSED),
    ],
)
def test_a_request_that_nobody_answers_any_more_ends_in_the_diary_too(noa, amir, shira, now, kind, how, party, end):
    """DEC-34, R-7: a legal path of the table, with whoever ended it; the others are told."""
    at = now + 2 * DAY + timedelta(hours=12)
    state = S.DELIVERED if how in ("acceptance", "silence") else S.ACTIVE
    order = make.order(noa, amir, now, state=state)
    if how == "silence":  # the answer's window outlives the decision's
        at = make.stage(order).decide_at - timedelta(hours=1)
    request = ask(order, kind, at)
    ENDS[how](order, shira, at)
    assert legal(order, request)
    assert rows(order, request)[-1][1:] == (party, R.OPEN, end)
    assert not order.deadlines.filter(subject=f"request:{request.pk}").exists()
    word = "progress_update_consent" if end == R.ACCEPTED else "request_lapse"
    word = "cancellation_lapse" if kind == Kind.CANCELLATION else word
    for side, person in {"client": noa, "provider": amir}.items():
        assert person.notices.filter(kind=f"{word}_{side}").count() == (side != party), side


def test_an_update_reaches_the_client_in_its_own_words(noa, amir, now):
    """AMB-4, O-17, R-7"""
    order = make.order(noa, amir, now)
    request = ask(order, Kind.PROGRESS_UPDATE, now)
    requests.consent(request, by=amir, now=now, answer="הריצוף הושלם, מחר מתחילים בצבע.")
    assert noa.notices.get(kind="progress_update_consent_client").data["answer"] == "הריצוף הושלם, מחר מתחילים בצבע."
    assert legal(order, request)


def test_a_request_ends_with_its_stage_and_cannot_touch_the_next(noa, amir, now):
    """DEC-34, DEC-38: an offer of money back on an approved milestone would take the next one's."""
    order = milestones.ordered(noa, amir, now)
    first = milestones.stages(order)[0]
    milestones.deliver(first, now)
    request = asked_of(first, Kind.PARTIAL_REFUND, amir, now)
    work.accept(milestones.stages(order)[0], by=noa, now=now)
    milestones.begin(order, now, "second")
    with pytest.raises(Refusal, match="wrong_state"):
        requests.consent(request, by=noa, now=now)
    assert legal(order, request)
    assert balance(Account.ESCROW, about=order.about) == 6_000_00
    assert not prove().faults


@pytest.mark.parametrize("kind", [kind for kind in Kind if ASKINGS[kind].silence is Silence.CANCELS])
@pytest.mark.parametrize("approved", [False, True])
def test_silence_ends_a_whole_milestone_order_and_keeps_what_was_approved(noa, amir, now, kind, approved):
    """DEC-2, DEC-36, MIL-20, MET-16, R-5, R-6, R-9: the right ending, the stage's money back, nothing for the rest."""
    order = milestones.ordered(noa, amir, now)
    if approved:
        milestones.deliver(milestones.stages(order)[0], now)
        work.accept(milestones.stages(order)[0], by=noa, now=now)
        milestones.begin(order, now, "second")
    stage = milestones.stages(order)[approved]
    by = noa if ASKINGS[kind].by == {Party.CLIENT} else amir
    request = asked_of(stage, kind, by, now, whole=True)
    deadlines.catch_up(order.pk, now=request.due_at)
    order.refresh_from_db()
    after = [S.APPROVED, S.CANCELLED, S.STOPPED] if approved else [S.CANCELLED, S.STOPPED, S.STOPPED]
    assert [row.state for row in milestones.stages(order)] == after
    ending = Order.Ending.NO_UPDATE if kind == Kind.PROGRESS_UPDATE else Order.Ending.NO_RESPONSE
    assert (order.state, order.ending) == (("completed", "") if approved else ("cancelled", ending))
    assert completion_rate(amir, order.ended_at) == (100 if approved else 0)
    assert balance(Account.ESCROW, about=order.about) == 0
    assert not prove().faults


def test_silence_does_what_was_asked_to_a_stage_alone(noa, amir, now):
    """DEC-36, AMB-52: and both sides read so before it happens (DEC-48)."""
    order = milestones.ordered(noa, amir, now)
    stage = milestones.stages(order)[0]
    request = requests.ask_cancellation(stage, reason="other", explanation=WHY, by=amir, now=now, whole=False)
    for party in (Party.CLIENT, Party.PROVIDER):
        assert "השלב" in room.saying(stage, request, party, now).detail
    assert f"השלב „{stage.name}”" in noa.notices.get(kind="cancellation_open_client").data["it"]
    deadlines.catch_up(order.pk, now=request.due_at)
    first, second, _third = milestones.stages(order)
    assert (first.state, second.state) == (S.CANCELLED, S.PLANNED)
    assert second.begin_by == request.due_at + 8 * DAY
    assert Order.objects.get().is_open


def test_requirements_that_never_came_end_the_whole_order_without_effect(noa, amir, now):
    """DEC-15: also when milestones were planned after it."""
    order = milestones.ordered(noa, amir, now)
    Stage.objects.filter(order=order, position=1).update(state=S.AWAITING, started_at=None, due_at=None)
    deadlines.reset(Order.objects.get())
    deadlines.catch_up(order.pk, now=now + 30 * DAY)
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "no_requirements", False)
    assert completion_rate(amir, order.ended_at) is None


@pytest.mark.parametrize(("reason", "counts"), [("by_mistake", False), ("provider_fault", True)])
def test_support_ends_a_milestone_order_and_the_exemption_stays(noa, amir, shira, now, reason, counts):
    """MET-04, MET-05, SUP-08"""
    order = milestones.ordered(noa, amir, now)
    support.cancel(order, reason=reason, fault="client", why="נבדק עם שני הצדדים", by=shira, now=now)
    order.refresh_from_db()
    assert (order.state, order.ending, order.counts_in_rate) == ("cancelled", "support", counts)
    assert completion_rate(amir, now) == (0 if counts else None)


def test_support_ends_one_milestone_and_the_client_chooses_what_comes_next(noa, amir, shira, now):
    """SUP-08, MIL-19, AMB-52: an open request about it lapses, and no clock is left standing."""
    order = milestones.ordered(noa, amir, now)
    stage = milestones.stages(order)[0]
    request = requests.ask_cancellation(stage, reason="other", explanation=WHY, by=amir, now=now, whole=False)
    support.cancel(order, reason="provider_fault", why="השלב לא בוצע", by=shira, now=now + DAY, whole=False)
    first, second, _third = milestones.stages(order)
    assert (first.state, second.state, second.begin_by) == (S.CANCELLED, S.PLANNED, now + 9 * DAY)
    assert legal(order, request)
    assert Order.objects.get().rests_since is None
    milestones.begin(order, now + 2 * DAY, "second")
    assert not prove().faults


def test_between_milestones_there_is_nothing_to_cancel_and_a_way_out(noa, amir, shira, now):
    """DEC-35, M-8: the client stops at once, the clock does after eight days, support for a provider who cannot go on."""
    order = milestones.ordered(noa, amir, now)
    milestones.deliver(milestones.stages(order)[0], now)
    work.accept(milestones.stages(order)[0], by=noa, now=now)
    with pytest.raises(Refusal, match="wrong_state"):
        requests.ask_cancellation(milestones.stages(order)[1], reason="other", explanation=WHY, by=amir, now=now)
    support.cancel(order, reason="missing_information", why="אין המשך לעבודה", by=shira, now=now)
    assert Order.objects.get().state == Order.State.COMPLETED
    assert [row.state for row in milestones.stages(order)] == [S.APPROVED, S.STOPPED, S.STOPPED]


def test_every_step_of_a_request_has_a_rule(noa, amir, now):
    """3.3: opened, answered both ways, taken back, ended by the clock: each a legal path."""
    at = now + 2 * DAY + timedelta(hours=12)
    order = make.order(noa, amir, now)
    for step in (Ask.CONSENT, Ask.DECLINE, Ask.WITHDRAW, Ask.EXPIRE):
        request = ask(order, Kind.EXTENSION, at, "provider")
        if step is Ask.EXPIRE:
            deadlines.catch_up(order.pk, now=request.due_at)
        else:
            getattr(requests, step)(request, by=amir if step is Ask.WITHDRAW else noa, now=at)
        assert legal(order, request)
        assert rows(order, request)[-1][0] == step

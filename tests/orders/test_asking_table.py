"""Every kind of request: who may open it while the stage is in which state, and who may answer it how."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from house.orders.actions import requests, support
from house.orders.models import Delivery, ResolutionRequest, Stage
from house.orders.process import ASKINGS
from house.orders.reasons import REASONS
from house.people.models import User
from house.process import Party, Refusal

from . import steps
from .reach import again, reached
from .test_milestones import pay

KINDS = sorted(steps.ASKINGS)
WHY = "הסבר שמספיק לצד השני כדי להחליט."
FILE = "5f0f3f5e-0000-4000-8000-000000000001"
FREE = {
    "extension": {"days": 3},
    "scope_change": {"days": 4},
    "extra": {"lines": [{"title": "מדף", "price": 150_00, "quantity": 1}], "days": 1},
    "more_revisions": {"revisions": 2},
    "ask_revisions": {"revisions": 1},
    "partial_refund": {"amount": 300_00},
}
AT_HOME = {"scope_change": "active", "extra": "active"} | dict.fromkeys(
    ("more_revisions", "ask_revisions", "partial_refund"), "delivered"
)


def test_the_table_says_exactly_what_the_rules_say():
    """RES, DEC-2, DEC-32…35, AMB-1, AMB-3, AMB-4, AMB-10"""
    assert {str(kind) for kind in ASKINGS} == set(steps.ASKINGS)
    for kind, row in ASKINGS.items():
        parties, states, hours, silence = steps.ASKINGS[kind]
        assert {str(party) for party in row.by} == set(parties), kind
        assert {str(state) for state in row.states} == set(states), kind
        assert (row.window, row.silence) == (timedelta(hours=hours), silence), kind
        assert row.pauses == (kind in steps.PAUSING), kind
        assert row.delivery_lapses == (kind in steps.DELIVERY_LAPSES), kind
        assert row.answer_only == (kind in steps.NOT_DECLINED), kind


def ask(stage: Stage, kind: str, by: User, now: datetime) -> ResolutionRequest:
    side = Party.PROVIDER if by.pk == stage.order.provider_id else Party.CLIENT
    reasons = REASONS[kind].get(side) or {"other": ""}
    return requests.ask(
        stage, kind=kind, reason=next(iter(reasons)), explanation=WHY, change=FREE.get(kind, {}), files=[FILE],
        by=by, now=now,
    )  # fmt: skip


def tried(act, *arguments) -> str:
    """The refusal's code or ""; everything is undone again."""
    with transaction.atomic():
        try:
            act(*arguments)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        transaction.set_rollback(True)
    return code


def used_up(stage: Stage) -> Stage:
    """A client without revisions left has one more kind of request (DEC-32)."""
    Stage.objects.filter(pk=stage.pk).update(revisions=stage.revisions_used)
    return again(stage)


@pytest.mark.django_db
@pytest.mark.parametrize("state", steps.STAGE_STATES)
def test_every_kind_is_opened_by_its_side_in_its_states(noa, amir, dana, shira, now, state):
    """R-1, RES-08, RES-10, CAN-07, O-25: 8 kinds × 8 states × 4 people."""
    stage, at = reached(state, noa, amir, now)
    stage = used_up(stage)
    for kind in KINDS:
        parties, states, *_ = steps.ASKINGS[kind]
        for party, by in {"client": noa, "provider": amir, "support": shira, "stranger": dana}.items():
            wanted = "" if state in states else "wrong_state"
            wanted = wanted if party in parties else "wrong_party"
            wanted = "stranger" if party == "stranger" else wanted
            assert tried(ask, again(stage), kind, by, at) == wanted, (kind, party)


def consent(request: ResolutionRequest, *, by: User, now: datetime) -> None:
    """What costs is accepted by paying for it (DEC-31)."""
    if request.kind != "extra":
        requests.consent(request, by=by, now=now, answer=WHY)
        return
    checkout = requests.open_for_request(request, client=by, now=now)
    assert pay(checkout, now, f"extra {checkout.token}") == "paid"


ANSWERS = {"consent": consent, "decline": requests.decline, "withdraw": requests.withdraw}
EVERY = [
    (kind, side, state)
    for kind in KINDS
    for side in steps.ASKINGS[kind][0]
    for state in steps.REQUEST_STATES[1:]
    if (kind, state) != ("progress_update", "declined")
]


def bring(request: ResolutionRequest, state: str, asker: User, other: User, shira: User, at: datetime) -> None:
    """Brings an open request to a state through the verbs."""
    if state == "accepted":
        consent(request, by=other, now=at)
    elif state == "declined":
        requests.decline(request, by=other, now=at)
    elif state == "withdrawn":
        requests.withdraw(request, by=asker, now=at)
    elif state == "expired":
        requests.expire(request, now=request.due_at)
    elif state == "lapsed":
        support.cancel(request.order, reason="provider_fault", why=WHY, by=shira, now=at)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "side", "state"), EVERY)
def test_every_answer_to_every_kind_by_everyone(noa, amir, dana, shira, now, kind, side, state):
    """R-2…R-10, AMB-4, AMB-11: the other side answers, the side that asked withdraws, an ended one stays ended."""
    stage, at = reached(AT_HOME.get(kind, "active"), noa, amir, now)
    asker, other = (noa, amir) if side == "client" else (amir, noa)
    request = ask(used_up(stage) if kind == "ask_revisions" else stage, kind, asker, at)
    bring(request, state, asker, other, shira, at)
    right = {"consent": other, "decline": other, "withdraw": asker}
    for name, verb in ANSWERS.items():
        for by in (asker, other, shira, dana):
            row = ResolutionRequest.objects.select_related("order").get(pk=request.pk)
            assert row.state == state
            assert tried(lambda: verb(row, by=by, now=at)) == answer_of(name, by, right[name], row, dana, shira), (  # noqa: B023
                name,
                str(by),
            )


def answer_of(name: str, by: User, right: User, row: ResolutionRequest, dana: User, shira: User) -> str:
    """The code by the rules, the first reason first."""
    if name == "decline" and row.kind in steps.NOT_DECLINED:
        return "answer_only"
    if by == dana:
        return "stranger"
    if by == shira:
        return "wrong_party"
    if row.state != "open":
        return "wrong_state"
    return "" if by == right else "wrong_party"


@pytest.mark.django_db
def test_an_explanation_and_a_proof_are_asked_of_a_client_who_cancels(noa, amir, now):
    """CAN-11, DEC-46: a delivery of another order proves nothing."""
    stage, at = reached("delivered", noa, amir, now)
    other, _ = reached("delivered", noa, amir, now)
    mine = Delivery.objects.get(stage=stage).pk
    words = {"kind": "cancellation", "reason": "other", "explanation": WHY, "by": noa, "now": at}
    for proof, code in (({}, "proof_missing"), ({"delivery": mine + 1}, "proof_missing"), ({"delivery": mine}, "")):
        assert tried(lambda: requests.ask(again(stage), proof=proof, **words)) == code  # noqa: B023
    assert Delivery.objects.get(stage=other).pk == mine + 1

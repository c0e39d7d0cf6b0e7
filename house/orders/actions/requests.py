"""Cancellation by consent (CAN, 3.3). The other kinds of the Resolution Center join this table later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from house import clock, policy
from house.process import CLOCK, Party, Refusal
from house.text import clean_text, visible_length

from .. import deadlines, diary
from ..models import Order, ResolutionRequest, Stage
from ..move import locked, move, open_request
from ..parties import Actor, party_of
from ..process import ANSWERERS, OPENERS, REQUEST, STAGE, Ask, Step
from ..reasons import CANCELLATION
from .ending import cancel_stage

Kind = ResolutionRequest.Kind


def ask_cancellation(
    stage: Stage,
    *,
    reason: str,
    explanation: str,
    by: Actor,
    now: datetime,
    whole: bool = True,
    proof: dict[str, Any] | None = None,
    files: Sequence[UUID] = (),
) -> ResolutionRequest:
    """Opens a cancellation request of this stage or of the whole order (DEC-36).

    Refusals: `wrong_state`, `request_open` (DEC-34), `cancellation_too_soon` (DEC-32), `unknown_reason`,
    `explanation_missing`, `proof_missing` (DEC-46: a client points at a file, message, delivery or lateness).
    """
    with locked(stage.order, by=by, now=now) as order:
        stage = order.stages.get(pk=stage.pk)
        stage.order = order
        party = party_of(order, by)
        if party is Party.SUPPORT:
            raise Refusal("wrong_party")
        STAGE.check(Step.CANCEL, state=stage.state, party=party)
        if open_request(order) is not None:
            raise Refusal("request_open")
        _may_ask_again(stage, now)
        _check_words(party, reason, explanation)
        evidence = _evidence(stage, proof or {}, now)
        if party is Party.CLIENT and not evidence and not files:
            raise Refusal("proof_missing")
        request = ResolutionRequest.objects.create(
            order=order,
            stage=None if whole else stage,
            kind=Kind.CANCELLATION,
            party=party,
            by=order.client if party is Party.CLIENT else order.provider,
            reason=reason,
            explanation=clean_text(explanation),
            proof=evidence,
            files=list(files),
            opened_at=now,
            due_at=clock.due(now, policy.CANCELLATION_WINDOW, order),
        )
        _pause(stage, now)
        deadlines.reset(order)
        _note(request, Ask.OPEN, party=party, by=by, before="", now=now)
    return request


def _check_words(party: Party, reason: str, explanation: str) -> None:
    if reason not in CANCELLATION[party]:
        raise Refusal("unknown_reason")
    if visible_length(explanation) < policy.EXPLANATION_MIN:
        raise Refusal("explanation_missing", least=policy.EXPLANATION_MIN)


def _may_ask_again(stage: Stage, now: datetime) -> None:
    """DEC-32: a second request for the same stage only 72 hours after a decline."""
    declined = (
        stage.order.requests.filter(kind=Kind.CANCELLATION, state=ResolutionRequest.State.DECLINED)
        .order_by("-ended_at")
        .first()
    )
    if declined is None or declined.ended_at is None:
        return
    until = clock.due(declined.ended_at, policy.CANCELLATION_AGAIN_AFTER, stage.order)
    if now < until:
        raise Refusal("cancellation_too_soon", until=until)


def _evidence(stage: Stage, proof: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Only what really belongs to this order counts as proof (DEC-46)."""
    order = stage.order
    found: dict[str, Any] = {}
    if proof.get("message") and order.thread.messages.filter(pk=proof["message"]).exists():
        found["message"] = proof["message"]
    if proof.get("delivery") and stage.deliveries.exclude(sent_at=None).filter(pk=proof["delivery"]).exists():
        found["delivery"] = proof["delivery"]
    if proof.get("late") and stage.lateness(now):
        found["late"] = True
    return found


def consent(request: ResolutionRequest, *, by: Actor, now: datetime) -> ResolutionRequest:
    """The other side agrees: what was asked is cancelled and refunded (CAN-02, O-12)."""
    with locked(request.order, by=by, now=now) as order:
        request = _step(order, request, Ask.CONSENT, by=by, now=now)
        _cancel(request, ending=Order.Ending.MUTUAL, by=by, now=now)
    return request


def decline(request: ResolutionRequest, *, by: Actor, now: datetime) -> ResolutionRequest:
    """The other side refuses: the order goes on with the time that was left (CAN-06, O-13)."""
    return _go_on(request, Ask.DECLINE, by=by, now=now)


def withdraw(request: ResolutionRequest, *, by: Actor, now: datetime) -> ResolutionRequest:
    """The side that asked takes it back (CAN-06, O-14)."""
    return _go_on(request, Ask.WITHDRAW, by=by, now=now)


def expire(request: ResolutionRequest, *, now: datetime) -> ResolutionRequest:
    """Two days of silence cancel what was asked (CAN-03, O-15); taken by the clock alone."""
    with locked(request.order, by=CLOCK, now=now) as order:
        request = _step(order, request, Ask.EXPIRE, by=CLOCK, now=now)
        _cancel(request, ending=Order.Ending.NO_RESPONSE, by=CLOCK, now=now)
    return request


def _go_on(request: ResolutionRequest, step: Ask, *, by: Actor, now: datetime) -> ResolutionRequest:
    with locked(request.order, by=by, now=now) as order:
        request = _step(order, request, step, by=by, now=now)
        for stage in order.stages.all():
            _resume(stage, since=request.opened_at, now=now)
        deadlines.reset(order)
    return request


def _step(order: Order, request: ResolutionRequest, step: Ask, *, by: Actor, now: datetime) -> ResolutionRequest:
    """Checks the table and the side, moves the request, writes it down and tells both sides."""
    request = order.requests.get(pk=request.pk)
    request.order = order
    party = party_of(order, by)
    row = REQUEST.check(step, state=request.state, party=party)
    if (step in OPENERS and party != request.party) or (step in ANSWERERS and party == request.party):
        raise Refusal("wrong_party", step=step)
    before, request.state, request.ended_at = request.state, row.end or request.state, now
    request.save()
    _note(request, step, party=party, by=by, before=before, now=now)
    return request


def _note(request: ResolutionRequest, step: Ask, *, party: Party, by: Actor, before: str, now: datetime) -> None:
    order = request.order
    event = diary.write(
        order,
        f"cancellation_{step}",
        party=party,
        by=by,
        now=now,
        before=before,
        after=request.state,
        request=request.pk,
    )
    told = REQUEST.rules[step].tell - {party}
    facts = {"due": request.due_at.isoformat(), "opened_by": request.party}
    diary.announce(order, f"cancellation_{step}", told, key=f"event:{event.pk}", now=now, **facts)


def _cancel(request: ResolutionRequest, *, ending: str, by: Actor, now: datetime) -> None:
    """Ends the named stage, or every open stage of the order (DEC-36)."""
    order = request.order
    stages = [request.stage] if request.stage else list(order.stages.all())
    for stage in stages:
        if STAGE.allows(Step.CANCEL, state=stage.state, party=Party.CLOCK):
            stage.order = order
            with move(stage, Step.CANCEL, by=by, now=now, announce=False) as moving:
                cancel_stage(moving.stage, ending=ending, now=now)
    order.refresh_from_db()


def _pause(stage: Stage, now: datetime) -> None:
    """The acceptance clock rests with what is left (AMB-10)."""
    if stage.decide_at is not None:
        stage.decide_left, stage.decide_at = stage.decide_at - now, None
        stage.save()


def _resume(stage: Stage, *, since: datetime, now: datetime) -> None:
    """What rested goes on; due moves by the time that delivery was blocked (DEC-33)."""
    if stage.decide_left is not None:
        stage.decide_at, stage.decide_left = clock.due(now, stage.decide_left, stage.order), None
    if stage.in_work and stage.due_at is not None:
        stage.due_at += now - since
    stage.save()
    deadlines.go_on(stage, now - since)

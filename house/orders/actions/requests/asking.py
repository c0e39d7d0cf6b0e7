"""Opening a request (R-1)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from house import clock, policy
from house.process import Party, Refusal
from house.text import clean_text, visible_length

from ... import deadlines
from ...models import Order, ResolutionRequest, Stage
from ...move import locked, open_request
from ...notes import note
from ...parties import Actor, party_of
from ...process import ASKINGS, REQUEST, Ask
from ...reasons import REASONS
from .changes import checked
from .clocks import pause

Kind = ResolutionRequest.Kind


def ask(
    stage: Stage,
    *,
    kind: str,
    reason: str,
    explanation: str,
    by: Actor,
    now: datetime,
    change: dict[str, Any] | None = None,
    whole: bool = False,
    proof: dict[str, Any] | None = None,
    files: Sequence[UUID] = (),
) -> ResolutionRequest:
    """Opens a request of a kind (DEC-34). `change` is what the kind asks for: {days, amount, lines, revisions}.

    Refusals: `wrong_party`, `wrong_state`, `request_open`, `unknown_reason`, `explanation_missing`, and those
    of the kind: `cancellation_too_soon` (DEC-32), `proof_missing` (DEC-46), `revisions_left`,
    `revisions_unlimited`, `bad_days`, `price_out_of_range`, `bad_revisions`, `bad_extra`, `bad_partial_refund`.
    """
    asking = ASKINGS[Kind(kind)]
    with locked(stage.order, by=by, now=now) as order:
        stage = order.stages.get(pk=stage.pk)
        stage.order = order
        party = party_of(order, by)
        REQUEST.check(Ask.OPEN, state="", party=party)
        if party not in asking.by:
            raise Refusal("wrong_party", step=kind)
        if stage.state not in asking.states:
            raise Refusal("wrong_state", step=kind, state=stage.state)
        if open_request(order) is not None:
            raise Refusal("request_open")
        evidence = _evidence(stage, proof or {}, now)
        if Kind(kind) in GUARDS:
            GUARDS[Kind(kind)](stage, party, bool(evidence or files), now)
        if reason not in REASONS[kind][party]:
            raise Refusal("unknown_reason")
        if visible_length(explanation) < policy.EXPLANATION_MIN:
            raise Refusal("explanation_missing", least=policy.EXPLANATION_MIN)
        request = ResolutionRequest.objects.create(
            order=order,
            stage=None if whole and kind == Kind.CANCELLATION else stage,
            kind=kind,
            party=party,
            by=order.client if party is Party.CLIENT else order.provider,
            reason=reason,
            explanation=clean_text(explanation),
            proof=evidence,
            files=list(files),
            change=checked(Kind(kind), stage, change or {}),
            opened_at=now,
            due_at=clock.due(now, asking.window, order),
        )
        if asking.pauses:
            pause(order, now)
        note(request, Ask.OPEN, party=party, by=by, before="", now=now)
        deadlines.reset(order)
    return request


def ask_cancellation(stage: Stage, *, whole: bool = True, **words: Any) -> ResolutionRequest:
    """A cancellation of this stage or of the whole order (CAN-01, DEC-36)."""
    return ask(stage, kind=Kind.CANCELLATION, whole=whole, **words)


def _may_cancel(stage: Stage, party: Party, proven: bool, now: datetime) -> None:
    """DEC-32: for the same stage again only 72 hours after a decline; DEC-46: a client points at a proof."""
    declined = _declined(stage).order_by("-ended_at").first()
    if declined is not None and declined.ended_at is not None:
        until = clock.due(declined.ended_at, policy.CANCELLATION_AGAIN_AFTER, stage.order)
        if now < until:
            raise Refusal("cancellation_too_soon", until=until)
    if party is Party.CLIENT and not proven:
        raise Refusal("proof_missing")


def _declined(stage: Stage) -> QuerySet[ResolutionRequest]:
    """Cancellations of this stage that were declined; one of the whole order was about the stage of its time."""
    order = stage.order
    since = order.placed_at if stage.position == 1 or stage.started_at is None else stage.started_at
    here = Q(stage=stage) | Q(stage=None, opened_at__gte=since)
    return order.requests.filter(here, kind=Kind.CANCELLATION, state=ResolutionRequest.State.DECLINED)


def _may_ask_revisions(stage: Stage, party: Party, proven: bool, now: datetime) -> None:
    """DEC-32: the type of a client who has none left."""
    if stage.revisions_left != 0:
        raise Refusal("revisions_left")


def _may_add_revisions(stage: Stage, party: Party, proven: bool, now: datetime) -> None:
    """Nothing is added to what has no limit, least of all for money (REV-10)."""
    if stage.revisions is None:
        raise Refusal("revisions_unlimited")


GUARDS: dict[Kind, Callable[[Stage, Party, bool, datetime], None]] = {
    Kind.CANCELLATION: _may_cancel,
    Kind.MORE_REVISIONS: _may_add_revisions,
    Kind.ASK_REVISIONS: _may_ask_revisions,
}


def _evidence(stage: Stage, proof: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Only what really belongs to this order counts as proof (DEC-46)."""
    order: Order = stage.order
    found: dict[str, Any] = {}
    if proof.get("message") and order.thread.messages.filter(pk=proof["message"]).exists():
        found["message"] = proof["message"]
    if proof.get("delivery") and stage.deliveries.exclude(sent_at=None).filter(pk=proof["delivery"]).exists():
        found["delivery"] = proof["delivery"]
    if proof.get("late") and stage.lateness(now):
        found["late"] = True
    return found

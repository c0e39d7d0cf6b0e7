"""Answering a request, taking it back, and silence (R-2…R-10)."""

from datetime import datetime

from house import policy
from house.payments import waiting
from house.process import CLOCK, Refusal
from house.text import clean_text, visible_length

from ... import deadlines
from ...models import Order, ResolutionRequest
from ...move import locked
from ...notes import note
from ...parties import Actor, party_of
from ...process import ANSWERERS, ASKINGS, OPENERS, REQUEST, Ask, Silence
from .clocks import resume
from .effects import ACCEPTED, cancel

Kind = ResolutionRequest.Kind


def consent(
    request: ResolutionRequest, *, by: Actor, now: datetime, answer: str = "", settled: bool = False
) -> ResolutionRequest:
    """The other side agrees, or gives the update that was asked for (R-2, R-7).

    Refusals: `needs_payment` (what costs is accepted by paying: `paying`), `update_empty` (AMB-4).
    """
    if request.change.get("amount") and request.kind in PAID_KINDS and not settled:
        raise Refusal("needs_payment")
    if ASKINGS[Kind(request.kind)].answer_only and visible_length(answer) < policy.EXPLANATION_MIN:
        raise Refusal("update_empty", least=policy.EXPLANATION_MIN)
    with locked(request.order, by=by, now=now) as order:
        request.answer = clean_text(answer)
        request = step_of(order, request, Ask.CONSENT, by=by, now=now, answer=request.answer)
        ACCEPTED[Kind(request.kind)](request, by, now)
        _settle(order, request, now)
    return request


PAID_KINDS = frozenset({Kind.SCOPE_CHANGE, Kind.EXTRA, Kind.MORE_REVISIONS})


def decline(request: ResolutionRequest, *, by: Actor, now: datetime, answer: str = "") -> ResolutionRequest:
    """The other side refuses: the order goes on with the time that was left (CAN-06, R-3). A progress update
    is answered, not declined: `answer_only`.
    """
    if ASKINGS[Kind(request.kind)].answer_only:
        raise Refusal("answer_only")
    return _go_on(request, Ask.DECLINE, by=by, now=now, answer=answer)


def withdraw(request: ResolutionRequest, *, by: Actor, now: datetime) -> ResolutionRequest:
    """The side that asked takes it back (RES-17, R-4)."""
    return _go_on(request, Ask.WITHDRAW, by=by, now=now, answer="")


def expire(request: ResolutionRequest, *, now: datetime) -> ResolutionRequest:
    """Silence does what the kind says (R-5…R-10); taken by the clock alone. A payment begun in time is
    waited for (DEC-31).
    """
    with locked(request.order, by=CLOCK, now=now) as order:
        later = waiting.until(request, now)
        if later is not None:
            request.due_at = later
            request.save()
            deadlines.reset(order)
            return request
        request = step_of(order, request, Ask.EXPIRE, by=CLOCK, now=now)
        if ASKINGS[Kind(request.kind)].silence is Silence.CANCELS:
            cancel(request, ending=ENDINGS.get(Kind(request.kind), Order.Ending.NO_RESPONSE), by=CLOCK, now=now)
        _settle(order, request, now)
    return request


ENDINGS = {Kind.PROGRESS_UPDATE: Order.Ending.NO_UPDATE}


def _go_on(request: ResolutionRequest, step: Ask, *, by: Actor, now: datetime, answer: str) -> ResolutionRequest:
    with locked(request.order, by=by, now=now) as order:
        request = step_of(order, request, step, by=by, now=now, answer=clean_text(answer))
        _settle(order, request, now)
    return request


def _settle(order: Order, request: ResolutionRequest, now: datetime) -> None:
    """Afterwards: what rested goes on, and the promises are those of the tables."""
    order.refresh_from_db()
    if ASKINGS[Kind(request.kind)].pauses and order.is_open:
        resume(order, now)
    deadlines.reset(order)


def step_of(
    order: Order, request: ResolutionRequest, step: Ask, *, by: Actor, now: datetime, answer: str = ""
) -> ResolutionRequest:
    """Checks the table and the side, moves the request, writes it down and tells both sides."""
    request = order.requests.get(pk=request.pk)
    request.order = order
    party = party_of(order, by)
    row = REQUEST.check(step, state=request.state, party=party)
    if (step in OPENERS and party != request.party) or (step in ANSWERERS and party == request.party):
        raise Refusal("wrong_party", step=step)
    before, request.state, request.ended_at = request.state, row.end or request.state, now
    request.answer = answer
    request.save()
    note(request, step, party=party, by=by, before=before, now=now)
    return request

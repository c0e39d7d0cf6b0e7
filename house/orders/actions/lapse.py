"""Requests that nobody answers any more: a delivery answers or closes them, the end of a stage closes them."""

from datetime import datetime

from .. import notes
from ..models import Order, ResolutionRequest
from ..move import open_request
from ..parties import Actor, party_of
from ..process import ASKINGS, REQUEST, Ask


def on_delivery(order: Order, *, by: Actor, now: datetime) -> None:
    """An update is answered by the delivery (R-7), what it made pointless lapses (DEC-34). The gate resets the
    deadlines afterwards.
    """
    request = open_request(order)
    if request is not None and (asking := ASKINGS[ResolutionRequest.Kind(request.kind)]).delivery_lapses:
        _close(request, Ask.CONSENT if asking.answer_only else Ask.LAPSE, order, by, now)


def on_end(order: Order, *, by: Actor, now: datetime) -> None:
    """A stage or the whole order is over, and so is whatever was asked about it (DEC-34)."""
    request = open_request(order)
    if request is not None:
        _close(request, Ask.LAPSE, order, by, now)


def _close(request: ResolutionRequest, step: Ask, order: Order, by: Actor, now: datetime) -> None:
    request.order = order
    party = party_of(order, by)
    row = REQUEST.check(step, state=request.state, party=party)
    before, request.state, request.ended_at = request.state, row.end or request.state, now
    request.save()
    notes.note(request, step, party=party, by=by, before=before, now=now)

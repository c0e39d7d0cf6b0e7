"""Proposals: quotes that answer a request (REQ, DEC-54), and what the end of a request means for them.

The request's row is locked first, then its quotes in the order of their ids.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from house import policy
from house.board.actions import takes_proposals
from house.board.gate import let_the_clock, locked
from house.board.gate import move as move_request
from house.board.models import Request
from house.board.process import Step as RequestStep
from house.catalog.extras import OwnLine
from house.catalog.models import Offer
from house.clock import ISRAEL
from house.inbox.actions import open_conversation
from house.people import audit
from house.people.models import Role, User
from house.process import CLOCK, Party, Refusal
from house.text import clean_text, visible_length

from .actions import NONE, StageRow, move, party_of, send, tell_of
from .models import Quote
from .process import Step


def propose(
    request: Request,
    *,
    by: User,
    offer: Offer,
    text: str,
    stages: Sequence[StageRow],
    listed: Mapping[int, int] = NONE,
    lines: Sequence[OwnLine] = (),
    starts_on: date | None = None,
    asks_requirements: bool = False,
    expires_in: int = policy.QUOTE_DAYS,
    now: datetime,
) -> Quote:
    """A proposal (REQ-04, REQ-08), on the ground of a published offer in the request's own category (REQ-05).

    Refusals: `not_authorised` (DEC-39), `own_request` (DEC-41), `other_category`, `bad_start_day`, `request_over`,
    `proposed_before`, and those of `send`, `suspended` among them (DEC-37).
    """
    if not (by.is_provider and by.profile.is_authorised):
        raise Refusal("not_authorised")
    if by.pk == request.client_id:
        raise Refusal("own_request")
    if offer.category_id != request.category_id:
        raise Refusal("other_category")
    today = now.astimezone(ISRAEL).date()
    if starts_on is not None and not today <= starts_on <= today + policy.PROPOSAL_STARTS_WITHIN:
        raise Refusal("bad_start_day")
    with transaction.atomic():
        row = _open(request, now)
        if row.proposals.filter(provider=by, state=Quote.State.SENT).exists():
            raise Refusal("proposed_before")
        return send(
            open_conversation(row.client, by, now=now),
            by=by,
            offer=offer,
            text=text,
            stages=stages,
            listed=listed,
            lines=lines,
            asks_requirements=asks_requirements,
            expires_in=expires_in,
            request=row,
            starts_on=starts_on,
            now=now,
        )


def _open(request: Request, now: datetime) -> Request:
    """Its row, locked: nobody closes it while a proposal is on its way."""
    row = locked(request)
    let_the_clock(row, now)
    if not takes_proposals(row, now):
        raise Refusal("request_over")
    return row


def shortlist(quote: Quote, *, starred: bool, by: User) -> Quote:
    """The client's star; nobody else sees it. Refusals: `stranger`, `wrong_party`."""
    if party_of(quote, by) is not Party.CLIENT:
        raise Refusal("wrong_party")
    Quote.objects.filter(pk=quote.pk).update(starred=starred)
    quote.starred = starred
    return quote


def accepted(quote: Quote, *, now: datetime) -> Quote:
    """Paid: taken by the verb that places the order, inside its transaction. The request of a proposal is over with
    it, and the others are told kindly.
    """
    with transaction.atomic():
        request = locked(quote.request) if quote.request is not None else None
        with move(quote, Step.ACCEPT, by=quote.client, now=now) as row:
            pass
        if request is not None:
            with move_request(request, RequestStep.FIND, by=row.client, now=now) as found:
                found.ended_at = now
            _lapse(found, "proposal_found", now)
    return row


def close(request: Request, *, by: User, now: datetime) -> Request:
    """The client needs nobody any more (DEC-13); whoever waits for an answer is told."""
    with move_request(request, RequestStep.CLOSE, by=by, now=now) as row:
        row.ended_at = now
        _lapse(row, "proposal_closed", now)
    return row


def refuse(request: Request, *, by: User, reason: str, now: datetime) -> Request:
    """Staff do not show it, or not any longer: a reviewer what waits, a moderator what is open (DEC-20).

    Refusals: `wrong_party`, `reason_missing`.
    """
    if not visible_length(reason):
        raise Refusal("reason_missing")
    with move_request(request, RequestStep.REFUSE, by=by, now=now) as row:
        if not by.has_role(Role.REVIEWER if row.state == Request.State.PENDING else Role.MODERATOR):
            raise Refusal("wrong_party")
        row.reason, row.ended_at = clean_text(reason), now
        audit.record(by=by, what="request_refused", about=row.about, now=now, why=row.reason)
        _lapse(row, "proposal_closed", now)
    return row


def _lapse(request: Request, kind: str, now: datetime) -> None:
    """Ends the proposals that still live; one whose own time has come is left to the clock."""
    rows = Quote.objects.select_for_update(of=("self",)).filter(request=request, state=Quote.State.SENT)
    for quote in rows.filter(expires_at__gt=now).order_by("pk"):
        with move(quote, Step.LAPSE, by=CLOCK, now=now) as row:
            pass
        tell_of(row, kind, row.provider, now)

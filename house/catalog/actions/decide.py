"""What staff decide about an offer (F-3, F-4, F-10)."""

from datetime import datetime

from house.notices.actions import tell
from house.people import audit
from house.people.models import Role, User
from house.process import Refusal
from house.text import clean_text, visible_length

from ..gate import move
from ..models import Offer
from ..process import Step
from ..ranking import rank_offer


def _needs(by: User, *roles: str) -> None:
    if not by.has_role(*roles):
        raise Refusal("wrong_party")


def _decided(offer: Offer, what: str, *, by: User, why: str, now: datetime, path: str) -> None:
    entry = audit.record(by=by, what=what, about=f"offer:{offer.pk}", why=why, now=now)
    tell(
        offer.provider,
        what,
        key=f"offer:{offer.pk}:{entry.pk}",
        about=f"offer:{offer.pk}",
        path=path,
        now=now,
        title=offer.title,
        reason=why,
    )


def approve(offer: Offer, *, by: User, now: datetime) -> Offer:
    """F-3: a reviewer publishes the offer; the provider is led to the share screen (EMB-03)."""
    _needs(by, Role.REVIEWER)
    with move(offer, Step.APPROVE, by=by) as row:
        row.published_at = row.published_at or now
        row.reason = ""
        rank_offer(row, now)
        _decided(row, "offer_approved", by=by, why="", now=now, path=f"/seller/offers/{row.pk}/share/")
    return row


def deny(offer: Offer, *, by: User, reason: str, now: datetime) -> Offer:
    """F-4: back to the provider with a reason. Refusal: `reason_missing`."""
    _needs(by, Role.REVIEWER)
    if not visible_length(reason):
        raise Refusal("reason_missing")
    with move(offer, Step.DENY, by=by) as row:
        row.reason = clean_text(reason)
        _decided(row, "offer_denied", by=by, why=row.reason, now=now, path=f"/seller/offers/{row.pk}/edit/1/")
    return row


def remove(offer: Offer, *, by: User, reason: str, now: datetime) -> Offer:
    """F-10: by its provider, or by a moderator with a reason (OFR-26, PRO-06); reviewers judge what waits (DEC-20)."""
    own = by.pk == offer.provider_id
    if not own and not visible_length(reason):
        raise Refusal("reason_missing")
    with move(offer, Step.REMOVE, by=by) as row:
        if not own:
            _needs(by, Role.MODERATOR)
        row.reason = clean_text(reason)
        if not own:
            _decided(row, "offer_removed", by=by, why=row.reason, now=now, path="/seller/offers/")
    return row

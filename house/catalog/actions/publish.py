"""Step 6 and what follows: submit, pause, come back."""

from datetime import date, datetime

from house import clock, policy
from house.notices.actions import tell
from house.people.models import User
from house.people.standing import may_start
from house.process import Refusal

from ..completeness import missing
from ..gate import move
from ..models import Offer
from ..process import Step
from ..search import words_of


def submit(offer: Offer, *, by: User, now: datetime, rights: bool) -> Offer:
    """F-2. Refusals: `suspended`, `offer_incomplete`, `rights_not_declared` (GAL-07), `too_many_offers`."""
    may_start(by, now)
    if not rights:
        raise Refusal("rights_not_declared")
    with move(offer, Step.SUBMIT, by=by) as row:
        if missing(row):
            raise Refusal("offer_incomplete")
        live = Offer.objects.filter(provider=row.provider, state__in=["published", "paused", "pending_approval"])
        most = policy.OFFERS_PER_LEVEL[row.provider.profile.level]
        if live.count() >= most:
            raise Refusal("too_many_offers", most=most)
        row.submitted_at, row.reason = now, ""
        row.words = words_of(row)
    return row


def pause(offer: Offer, *, by: User, now: datetime, returns_on: date | None) -> Offer:
    """F-7: clients see when it comes back (OFR-28). Refusal: `return_in_the_past`."""
    if returns_on is not None and returns_on <= now.astimezone(clock.ISRAEL).date():
        raise Refusal("return_in_the_past")
    with move(offer, Step.PAUSE, by=by) as row:
        row.returns_on = returns_on
    return row


def reactivate(offer: Offer, *, by: User, now: datetime) -> Offer:
    """F-8."""
    may_start(by, now)
    with move(offer, Step.REACTIVATE, by=by) as row:
        row.returns_on = None
    return row


def remind_returns(now: datetime) -> int:
    """Reminds providers on the return date; a paused offer never comes back by itself (DEC-35)."""
    today = now.astimezone(clock.ISRAEL).date()
    due = Offer.objects.filter(state=Offer.State.PAUSED, returns_on__lte=today).select_related("provider")
    told = [
        tell(
            offer.provider,
            "offer_return",
            key=f"offer:{offer.pk}:return:{offer.returns_on}",
            about=f"offer:{offer.pk}",
            path="/seller/offers/",
            now=now,
            title=offer.title,
        )
        for offer in due
    ]
    return sum(each is not None for each in told)

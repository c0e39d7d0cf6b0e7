"""What never became an order: cards that were declined, checkouts that were left, custom offers without an answer."""

from collections.abc import Sequence
from datetime import datetime

from house.catalog.models import Offer
from house.orders.actions.checkout import open_for_offer
from house.payments import actions as payments
from house.people.models import User
from house.quotes.actions import expire_due
from house.quotes.models import Quote

from .moments import HOUR, MINUTE, ago
from .orders import Tools
from .people import Cast
from .tailored import TailoredLife, leave_unaccepted, suiting
from .texts import Text
from .till import decline

DECLINED, LEFT = 6, 9
# What becomes of custom offers that were not accepted; those of the first row are Amir's for Noa.
OF_NOA_AND_AMIR = ("open", "declined")
OF_OTHERS = ("open", "open", "declined", "declined", "withdrawn", "expired", "expired")
AGO = {"open": (3, 0.3), "declined": (60, 9), "withdrawn": (40, 9), "expired": (80, 12)}


def leave(tools: Tools, cast: Cast, offers: Sequence[Offer]) -> None:
    """All of it; the clock then ends what nobody paid or answered."""
    _checkouts(tools, cast, offers)
    amirs = [offer for offer in offers if offer.provider_id == cast.amir.pk]
    for outcome in OF_NOA_AND_AMIR:
        _quote(tools, [cast.noa], amirs, outcome)
    for outcome in OF_OTHERS:
        _quote(tools, cast.clients[1:], offers, outcome)
    while payments.expire_due(tools.now) or expire_due(tools.now):
        pass


def _checkouts(tools: Tools, cast: Cast, offers: Sequence[Offer]) -> None:
    for number in range(DECLINED + LEFT):
        client = cast.noa if number in (0, DECLINED) else tools.rng.choice(cast.clients[1:])
        offer = tools.rng.choice(offers)
        at = max(ago(tools.rng, tools.now, 30, 0.2), _known(client, offer))
        checkout = open_for_offer(offer, client=client, package=1, quantity=1, extras={}, fast=False, now=at)
        if number < DECLINED:
            decline(checkout, title=offer.title, at=at + 4 * MINUTE)


def _known(client: User, offer: Offer) -> datetime:
    """When both were there."""
    assert offer.published_at is not None
    return max(client.joined_at, offer.published_at) + HOUR


def _quote(tools: Tools, clients: Sequence[User], offers: Sequence[Offer], outcome: str) -> None:
    client = tools.rng.choice(clients)
    row, offer = tools.rng.choice([(row, offer) for row, offer in suiting(offers) if not _sent(client, row, offer)])
    life = TailoredLife(tools, client, offer, row)
    leave_unaccepted(life, outcome, max(ago(tools.rng, tools.now, *AGO[outcome]), life.earliest + HOUR))


def _sent(client: User, row: Text, offer: Offer) -> bool:
    """Whether the same offer of this provider to this client still waits: nobody sends it twice."""
    waiting = Quote.objects.filter(state=Quote.State.SENT, client=client, provider=offer.provider)
    return waiting.filter(text=row["text"]).exists()

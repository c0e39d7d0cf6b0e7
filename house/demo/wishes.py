"""Service requests: what clients ask for, what providers propose, and what became of it (REQ)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from house.board import actions as board
from house.board.announcing import announce
from house.board.models import Request
from house.catalog.models import Offer, Subcategory
from house.people.models import Place, User
from house.quotes import proposals
from house.quotes.actions import StageRow

from .moments import DAY, HOUR, ago
from .orders import Tools
from .people import Cast
from .texts import Text, words

AGO = {"open": (4, 1), "closed": (25, 15), "expired": (60, 40), "pending": (0.4, 0.2)}
READ_AFTER, FIRST_ANSWER = 3 * HOUR, 6 * HOUR


def ask(tools: Tools, cast: Cast, offers: Sequence[Offer]) -> None:
    """All of them; those whose trade nobody offers on this market are left out."""
    trades = {offer.category.slug for offer in offers if offer.category}
    rows = [row for row in words("requests")["request"] if row["category"] in trades]
    for number, row in enumerate(rows):
        client = tools.rng.choice(cast.clients[1:]) if number else cast.noa
        at = max(ago(tools.rng, tools.now, *AGO[row.get("state", "open")]), client.joined_at + HOUR)
        _live(tools, cast, client, row, offers, at)
    board.expire_due(tools.now)
    announce(tools.now)


def _live(tools: Tools, cast: Cast, client: User, row: Text, offers: Sequence[Offer], at: datetime) -> None:
    wish = _sent(client, row, at)
    if row.get("state") == "pending":
        return
    board.approve(wish, by=cast.shira, now=min(at + READ_AFTER, tools.now))
    wish.refresh_from_db()
    asked = [offer for offer in offers if offer.category_id == wish.category_id and offer.provider_id != client.pk]
    able = {offer.provider_id: offer for offer in asked if _may(offer, wish)}
    chosen = tools.rng.sample(sorted(able), min(len(able), len(row.get("answer", []))))
    for number, (answer, provider) in enumerate(zip(row.get("answer", []), chosen, strict=False)):
        _answer(wish, able[provider], answer, min(at + READ_AFTER + FIRST_ANSWER * (number + 1), tools.now))
    if row.get("state") == "closed":
        proposals.close(wish, by=client, now=at + 5 * DAY)


def _may(offer: Offer, wish: Request) -> bool:
    """Authorised providers whose offer stood when the request opened."""
    assert wish.opened_at is not None and offer.published_at is not None
    return offer.provider.profile.is_authorised and offer.published_at < wish.opened_at


def _sent(client: User, row: Text, at: datetime) -> Request:
    sub = Subcategory.objects.select_related("category").get(category__slug=row["category"], slug=row["subcategory"])
    said: dict[str, Any] = {name: row[name] for name in ("title", "text", "when")}
    said |= {"category": sub.category, "subcategory": sub, "place": Place.objects.get(slug=row["place"])}
    budget = row.get("budget")
    wish = board.create(by=client, now=at)
    board.save(wish, by=client, now=at, **said, budget=None if budget is None else budget * 100)
    return board.submit(wish, by=client, now=at)


def _answer(wish: Request, offer: Offer, answer: Text, at: datetime) -> None:
    stage = StageRow("", answer["price"] * 100, answer["days"], revisions=1)
    starts = (at + 4 * DAY).date()
    proposals.propose(
        wish, by=offer.provider, offer=offer, text=answer["text"], stages=[stage], starts_on=starts, now=at
    )

"""Custom offers and milestone orders: asked for in a conversation, quoted, accepted by paying (COF, MIL)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from house import policy
from house.catalog.extras import OwnLine
from house.catalog.models import Offer
from house.inbox.actions import open_conversation, say
from house.orders.actions import milestones
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Stage
from house.people.models import User
from house.quotes import actions as quotes
from house.quotes.actions import StageRow
from house.quotes.models import Quote

from .moments import HOUR, MINUTE, by_day
from .orders import Life, Tools
from .texts import Text, words
from .till import AT_THE_TILL, pay


def suiting(offers: Sequence[Offer]) -> list[tuple[Text, Offer]]:
    """What can be offered on which of these offers: words about the same thing."""
    rows = words("quotes")["quote"]
    return [(row, each) for row in rows for each in offers if _about(each) == (row["category"], row["subcategory"])]


def _about(offer: Offer) -> tuple[str, str]:
    assert offer.category is not None and offer.subcategory is not None  # a published offer has both
    return offer.category.slug, offer.subcategory.slug


def send(offer: Offer, client: User, words: Text, at: datetime) -> Quote:
    """The provider's answer to a client's question is a custom offer."""
    thread = open_conversation(client, offer.provider, now=at)
    return quotes.send(
        thread,
        by=offer.provider,
        offer=offer,
        text=words["text"],
        stages=[StageRow(**{**row, "price": row["price"] * 100}) for row in words["stages"]],
        lines=[OwnLine(**{**row, "price": row["price"] * 100}) for row in words.get("lines", [])],
        now=at,
    )


def inquire(offer: Offer, client: User, words: Text, at: datetime) -> None:
    """The client's question before it."""
    say(open_conversation(client, offer.provider, now=at), author=client, text=words["question"], now=at)


class TailoredLife(Life):
    """One order from a custom offer, perhaps in milestones."""

    def __init__(self, tools: Tools, client: User, offer: Offer, words: Text) -> None:
        self.tools, self.client, self.offer, self.words = tools, client, offer, words
        self.provider = offer.provider
        self.coupon = None
        self.sent: Quote  # and no order before it is paid

    @property
    def waits(self) -> bool:
        return False

    @property
    def lengths(self) -> list[int]:
        """The days of each stage."""
        return [row["days"] for row in self.words["stages"]]

    @property
    def days(self) -> int:
        return self.lengths[0]

    @property
    def price(self) -> int:
        found: int = self.words["stages"][0]["price"]
        return found * 100

    @property
    def revisions(self) -> int | None:
        found: int = self.words["stages"][0]["revisions"]
        return found

    @property
    def window(self) -> timedelta:
        return policy.DECISION_WINDOW_MILESTONE if len(self.lengths) > 1 else super().window

    def inquire(self, at: datetime) -> None:
        inquire(self.offer, self.client, self.words, at)

    def send(self, at: datetime) -> None:
        self.sent = send(self.offer, self.client, self.words, at)

    def place(self, at: datetime) -> None:
        """Accepted by paying for all of it, or for the first milestone (MIL-12)."""
        self._pay(open_for_quote(self.sent, client=self.client, now=at - AT_THE_TILL), at)

    def begin_next(self, at: datetime) -> None:
        """The client pays for the next milestone, and its clock starts (M-7)."""
        self.tick(at - AT_THE_TILL)
        stage = self._planned()
        checkout = milestones.open_for_stage(stage, client=self.client, now=at - AT_THE_TILL)
        pay(checkout, title=stage.name, at=at)
        self.order.refresh_from_db()
        self._turn_to(self.order.stages.get(pk=stage.pk))

    def stop(self, at: datetime) -> None:
        """The client goes no further (M-8)."""
        self.tick(at)
        milestones.stop(self._planned(), by=self.client, now=at)

    def _planned(self) -> Stage:
        stage = self.order.stages.filter(state=Stage.State.PLANNED)[0]
        stage.order = self.order
        return stage


def leave_unaccepted(life: TailoredLife, outcome: str, at: datetime) -> None:
    """A custom offer that never became an order: declined, withdrawn, or simply left (it may still be open)."""
    life.inquire(at)
    life.send(at + 40 * MINUTE)
    answered = by_day(life.tools.rng, at + life.tools.rng.randrange(5, 40) * HOUR)
    if outcome == "declined":
        quotes.decline(life.sent, by=life.client, now=answered)
    elif outcome == "withdrawn":
        quotes.withdraw(life.sent, by=life.provider, now=answered)

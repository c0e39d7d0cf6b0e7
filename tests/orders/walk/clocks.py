"""What the clocks must say, told again from the diary alone by the words of the rules.

The order's own time stands still while a cancellation is open (AMB-10, DEC-33) or a case holds it (DEC-32).
Counted in that time every promise is a plain sum: due is the start and the days, a revision gives the larger of
what was left at the delivery and the revision days, silence accepts after the window.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from house.orders.models import Order, OrderEvent, ResolutionRequest, Stage
from house.process import Party

ENDS_A_REST = ("consent", "decline", "withdraw", "expire", "lapse")
DAY = timedelta(days=1)


@dataclass
class Told:
    """A stage's promises, in the order's own time."""

    stage: Stage
    days: timedelta
    due: datetime | None = None
    left: timedelta = timedelta()
    decide: datetime | None = None


@dataclass
class Clocks:
    """One order, told again."""

    order: Order
    stages: dict[int, Told] = field(default_factory=dict)
    held_by: set[str] = field(default_factory=set)
    since: datetime | None = None
    rested: timedelta = timedelta()

    def __post_init__(self) -> None:
        for stage, row in zip(self.order.stages.all(), self.order.terms["stages"], strict=True):
            self.stages[stage.pk] = Told(stage, row["days"] * DAY)

    def own(self, at: datetime) -> datetime:
        """A moment in the order's own time."""
        return (min(at, self.since) if self.since else at) - self.rested

    def real(self, own: datetime | None) -> datetime | None:
        return own and own + self.rested

    def holds(self, what: str, at: datetime) -> None:
        if not self.held_by:
            self.since = at
        self.held_by.add(what)

    def lets_go(self, what: str, at: datetime) -> None:
        if self.held_by == {what} and self.since is not None:
            self.rested += at - self.since
            self.since = None
        self.held_by.discard(what)

    def tell(self) -> "Clocks":
        requests = {row.pk: row for row in self.order.requests.all()}
        for row in self.order.events.order_by("pk"):
            if row.step in ("hold", "resume"):
                (self.holds if row.step == "hold" else self.lets_go)("case", row.at)
            elif row.stage_id is None and "request" in row.data:
                self._request(requests[row.data["request"]], row)
            elif row.step in STEPS:
                if row.party == Party.CLOCK:
                    self._on_time(row)
                STEPS[row.step](self, self.stages[row.stage_id], row)
        return self

    def _on_time(self, row: OrderEvent) -> None:
        """DEC-30: the clock acts as of the promised instant, to the microsecond."""
        told = self.stages[row.stage_id]
        promised = {
            "accept": told.decide,
            "note_late": told.due,
            "note_very_late": told.due and told.due + DAY,
            "give_up": self.order.placed_at + 30 * DAY,
        }[row.step]
        assert row.at == self.real(promised), (row.step, row.at, self.real(promised))

    def _request(self, request: ResolutionRequest, row: OrderEvent) -> None:
        step = row.step.removeprefix(f"{request.kind}_")
        if request.kind == "cancellation":
            if step == "open":
                self.holds("cancellation", row.at)
            if step in ENDS_A_REST:
                self.lets_go("cancellation", row.at)
        if step == "consent" and request.kind in ("extension", "scope_change", "extra"):
            self._longer(request)

    def _longer(self, request: ResolutionRequest) -> None:
        """O-19, O-21, O-23: the days are added to whatever is left of them."""
        told, days = self.stages[request.stage_id], request.change.get("days", 0) * DAY
        told.days += days
        told.left += days
        told.due = told.due and told.due + days


def _starts(clocks: Clocks, told: Told, row: OrderEvent) -> None:
    if row.after == Stage.State.ACTIVE:
        told.due = clocks.own(row.at) + told.days


def _delivered(clocks: Clocks, told: Told, row: OrderEvent) -> None:
    assert told.due is not None
    told.left = told.due - clocks.own(row.at)
    told.decide = clocks.own(row.at) + told.stage.decision_window


def _revised(clocks: Clocks, told: Told, row: OrderEvent) -> None:
    told.due = clocks.own(row.at) + max(told.left, told.stage.revision_days * DAY)
    told.decide = None


def _nothing(clocks: Clocks, told: Told, row: OrderEvent) -> None:
    """It moves no clock."""


STEPS: dict[str, Callable[[Clocks, Told, OrderEvent], None]] = {
    "place": _starts,
    "start": _starts,
    "begin": _starts,
    "deliver": _delivered,
    "revise": _revised,
    "accept": _nothing,
    "note_late": _nothing,
    "note_very_late": _nothing,
    "give_up": _nothing,
}


def the_clocks_are_right(order: Order) -> None:
    """What is stored is what the diary says; while the clocks rest, only what the clock has done is compared."""
    clocks = Clocks(order).tell()
    if clocks.held_by or not order.is_open:
        return
    for told in clocks.stages.values():
        if told.stage.in_work:
            assert told.stage.due_at == clocks.real(told.due), (told.stage, told.stage.due_at, clocks.real(told.due))
        if told.stage.state == Stage.State.DELIVERED:
            assert told.stage.decide_at == clocks.real(told.decide), (told.stage, clocks.real(told.decide))

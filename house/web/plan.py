"""The milestones of an order as a plan: where each stage and its money stand (MIL-16, DEC-48)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from house import hebrew
from house.orders.models import Order, ResolutionRequest, Stage
from house.orders.money import Sums
from house.orders.process import OPEN_STATES

from . import room
from .room import Look, Mark

S = Stage.State
# Where the money of a stage is.
PURSES = {
    S.AWAITING: Look(gettext_noop("בנאמנות"), "held", "lock"),
    S.ACTIVE: Look(gettext_noop("בנאמנות"), "held", "lock"),
    S.IN_REVISION: Look(gettext_noop("בנאמנות"), "held", "lock"),
    S.DELIVERED: Look(gettext_noop("בנאמנות"), "held", "lock"),
    S.APPROVED: Look(gettext_noop("שוחרר"), "released", "circle-check"),
    S.PLANNED: Look(gettext_noop("טרם נגבה"), "", "calendar-days"),
    S.CANCELLED: Look(gettext_noop("הוחזר"), "", "rotate-ccw"),
    S.STOPPED: Look(gettext_noop("לא נגבה"), "", "circle-x"),
}


@dataclass(frozen=True)
class Row:
    """A stage of the plan; `mark` says how far it is, `purse` where its money is."""

    stage: Stage
    mark: Mark
    line: str
    purse: Look


@dataclass(frozen=True)
class Plan:
    """The stages, and the sums that the books say."""

    rows: list[Row]
    sums: Sums

    @property
    def whole(self) -> int:
        """What the bar stands for."""
        return max(self.sums.held + self.sums.released + self.sums.to_come, 1)


def plan(order: Order, asked: ResolutionRequest | None, sums: Sums, now: datetime) -> Plan | None:
    """The plan of a milestone order; a simple order has none."""
    stages = list(order.stages.all())
    if len(stages) == 1:
        return None
    marks = room.progress(room.current(order), asked, now)
    rows = [
        Row(stage, mark, _line(stage, now), PURSES[S(stage.state)]) for stage, mark in zip(stages, marks, strict=True)
    ]
    return Plan(rows, sums)


def _line(stage: Stage, now: datetime) -> str:
    """How far a stage is, with its day."""
    state = _(room.STAGE_WORDS[S(stage.state)])
    if stage.state in OPEN_STATES and stage.state != S.DELIVERED and stage.due_at:
        late = stage.lateness(now)
        state = _("באיחור") if late else state
        day = _("המועד היה %(day)s") if late else _("עד %(day)s")
        return f"{state}, {day % {'day': hebrew.day(stage.due_at)}}"
    day_ = stage.ended_at or stage.delivered_at
    return f"{state} ב־{hebrew.day(day_)}" if day_ and stage.state != S.STOPPED else state

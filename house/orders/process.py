"""The tables of an order's life. Pure data: the gate, the buttons, the deadlines and the docs read it.

Two lives: a stage (3.1 and 3.2 are one machine, DEC-3) and a request of the Resolution Center (3.3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from house import clock, policy
from house.process import Party, Process, Timer, rule

from .models import ResolutionRequest, Stage

S = Stage.State
R = ResolutionRequest.State
Kind = ResolutionRequest.Kind
CLIENT, PROVIDER, CLOCK, SUPPORT = Party.CLIENT, Party.PROVIDER, Party.CLOCK, Party.SUPPORT

OPEN_STATES = frozenset({S.AWAITING, S.ACTIVE, S.DELIVERED, S.IN_REVISION})
WORK_STATES = frozenset({S.ACTIVE, S.IN_REVISION})


class Step(StrEnum):
    """What can happen to a stage."""

    START = "start"
    REMIND = "remind"
    GIVE_UP = "give_up"
    SAVE_DRAFT = "save_draft"
    DELIVER = "deliver"
    ACCEPT = "accept"
    REVISE = "revise"
    NOTE_LATE = "note_late"
    NOTE_VERY_LATE = "note_very_late"
    CANCEL = "cancel"
    BEGIN = "begin"
    STOP = "stop"


class Ask(StrEnum):
    """What can happen to a request."""

    OPEN = "open"
    CONSENT = "consent"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    LAPSE = "lapse"


def requirements_lapse(stage: Stage) -> datetime:
    """Thirty days, and the time in which the order's clocks rested (DEC-15, DEC-32, DEC-33)."""
    return clock.due(stage.order.placed_at, policy.REQUIREMENTS_LAPSE + stage.order.rested, stage.order)


def may_give_up_at(stage: Stage) -> datetime:
    """From then on the provider may end an order whose requirements never came (DEC-15)."""
    return clock.due(stage.order.placed_at, policy.REQUIREMENTS_PROVIDER_MAY_CANCEL + stage.order.rested, stage.order)


def _very_late(stage: Stage) -> datetime | None:
    return stage.due_at and clock.due(stage.due_at, policy.VERY_LATE_AFTER, stage.order)


LATENESS = (
    Timer("late", lambda stage: stage.due_at, Step.NOTE_LATE),
    Timer("very_late", _very_late, Step.NOTE_VERY_LATE),
)

STAGE = Process(
    {
        Step.START: rule(by={CLIENT}, start={S.AWAITING}, end=S.ACTIVE, tell={PROVIDER}, ref="O-2, RQM-04"),
        Step.REMIND: rule(by={PROVIDER}, start={S.AWAITING}, end=None, tell={CLIENT}, ref="DEC-15"),
        Step.GIVE_UP: rule(
            by={PROVIDER, CLOCK}, start={S.AWAITING}, end=S.CANCELLED, tell={CLIENT, PROVIDER}, ref="DEC-15"
        ),
        Step.SAVE_DRAFT: rule(by={PROVIDER}, start=WORK_STATES, end=None, ref="O-5, DLV-04"),
        Step.DELIVER: rule(
            by={PROVIDER}, start=WORK_STATES, end=S.DELIVERED, tell={CLIENT}, ref="O-6, M-3, M-5, DLV-07"
        ),
        Step.ACCEPT: rule(
            by={CLIENT, CLOCK},
            start={S.DELIVERED},
            end=S.APPROVED,
            tell={CLIENT, PROVIDER},
            ref="O-7, O-10, M-6, M-10, ORD-10",
        ),
        Step.REVISE: rule(by={CLIENT}, start={S.DELIVERED}, end=S.IN_REVISION, tell={PROVIDER}, ref="O-8, M-4, REV-06"),
        Step.NOTE_LATE: rule(by={CLOCK}, start=WORK_STATES, end=None, tell={CLIENT, PROVIDER}, ref="O-3"),
        Step.NOTE_VERY_LATE: rule(by={CLOCK}, start=WORK_STATES, end=None, tell={CLIENT, PROVIDER}, ref="O-4, ORD-12"),
        Step.CANCEL: rule(
            by={CLIENT, PROVIDER, CLOCK, SUPPORT},
            start=OPEN_STATES,
            end=S.CANCELLED,
            tell={CLIENT, PROVIDER},
            ref="O-12, O-15, O-24, M-11",
        ),
        Step.BEGIN: rule(by={CLIENT}, start={S.PLANNED}, end=S.ACTIVE, tell={PROVIDER}, ref="M-7, MIL-13"),
        Step.STOP: rule(
            by={CLIENT, CLOCK, SUPPORT},
            start={S.PLANNED},
            end=S.STOPPED,
            tell={CLIENT, PROVIDER},
            ref="M-8, M-13, MIL-14, MIL-15",
        ),
    },
    timers={
        S.PLANNED: (Timer("begin", lambda stage: stage.begin_by, Step.STOP, policy.REMINDERS_BEFORE),),
        S.AWAITING: (Timer("requirements", requirements_lapse, Step.GIVE_UP, policy.REMINDERS_BEFORE),),
        S.ACTIVE: LATENESS,
        S.IN_REVISION: LATENESS,
        S.DELIVERED: (Timer("decide", lambda stage: stage.decide_at, Step.ACCEPT, policy.REMINDERS_BEFORE),),
    },
)

# By side: `Party.CLIENT` here means "the side that opened it is the client" is judged by `requests.side`.
REQUEST = Process(
    {
        Ask.OPEN: rule(by={CLIENT, PROVIDER}, start={""}, end=R.OPEN, tell={CLIENT, PROVIDER}, ref="R-1, O-11"),
        Ask.CONSENT: rule(
            by={CLIENT, PROVIDER}, start={R.OPEN}, end=R.ACCEPTED, tell={CLIENT, PROVIDER}, ref="R-2, O-12"
        ),
        Ask.DECLINE: rule(
            by={CLIENT, PROVIDER}, start={R.OPEN}, end=R.DECLINED, tell={CLIENT, PROVIDER}, ref="R-3, O-13"
        ),
        Ask.WITHDRAW: rule(
            by={CLIENT, PROVIDER}, start={R.OPEN}, end=R.WITHDRAWN, tell={CLIENT, PROVIDER}, ref="R-4, O-14"
        ),
        Ask.EXPIRE: rule(by={CLOCK}, start={R.OPEN}, end=R.EXPIRED, tell={CLIENT, PROVIDER}, ref="R-5, O-15"),
        Ask.LAPSE: rule(
            by={CLIENT, PROVIDER, CLOCK, SUPPORT}, start={R.OPEN}, end=R.LAPSED, tell={CLIENT, PROVIDER}, ref="DEC-34"
        ),
    },
    timers={R.OPEN: (Timer("expire", lambda request: request.due_at, Ask.EXPIRE, policy.REMINDERS_BEFORE),)},
)

BOTH = frozenset({CLIENT, PROVIDER})


class Silence(StrEnum):
    """What happens when nobody answers a request."""

    CANCELS = "cancels"
    LAPSES = "lapses"


@dataclass(frozen=True)
class Asking:
    """A kind of request: who may open it, in which states of the stage, for how long, and what silence does.

    `pauses`: every other step and the stage's own clocks rest meanwhile. `delivery_lapses`: a delivery
    answers it. `answer_only`: it can be answered but not declined (AMB-4). `remind_both`: whoever asked is
    reminded as well (DEC-2).
    """

    by: frozenset[Party]
    states: frozenset[str]
    window: timedelta
    silence: Silence
    pauses: bool = False
    delivery_lapses: bool = False
    answer_only: bool = False
    remind_both: bool = False
    ref: str = ""


REVIEWED = frozenset({S.DELIVERED, S.IN_REVISION})
ASKINGS = {
    Kind.CANCELLATION: Asking(
        BOTH, OPEN_STATES, policy.CANCELLATION_WINDOW, Silence.CANCELS, pauses=True, ref="CAN-01, CAN-03, R-5"
    ),
    Kind.PROGRESS_UPDATE: Asking(
        frozenset({CLIENT}),
        WORK_STATES,
        policy.PROGRESS_UPDATE_WINDOW,
        Silence.CANCELS,
        delivery_lapses=True,
        answer_only=True,
        ref="RES-08, RES-09, R-6, R-7",
    ),
    Kind.EXTENSION: Asking(
        BOTH, WORK_STATES, policy.EXTENSION_WINDOW, Silence.LAPSES, delivery_lapses=True, ref="RES-04…06, R-8"
    ),
    Kind.SCOPE_CHANGE: Asking(
        frozenset({PROVIDER}),
        WORK_STATES | {S.AWAITING},
        policy.SCOPE_CHANGE_WINDOW,
        Silence(policy.SCOPE_CHANGE_SILENCE),
        delivery_lapses=True,
        remind_both=True,
        ref="RES-10, R-9, DEC-2",
    ),
    Kind.MORE_REVISIONS: Asking(
        frozenset({PROVIDER}), REVIEWED, policy.REVISIONS_REQUEST_WINDOW, Silence.LAPSES, ref="RES-11, R-10"
    ),
    Kind.ASK_REVISIONS: Asking(
        frozenset({CLIENT}), frozenset({S.DELIVERED}), policy.REVISIONS_REQUEST_WINDOW, Silence.LAPSES, ref="DEC-32"
    ),
    Kind.PARTIAL_REFUND: Asking(
        frozenset({PROVIDER}), REVIEWED, policy.PARTIAL_REFUND_WINDOW, Silence.LAPSES, ref="DEC-12, DEC-34"
    ),
    Kind.EXTRA: Asking(
        frozenset({PROVIDER}),
        WORK_STATES | {S.AWAITING},
        policy.EXTRA_WINDOW,
        Silence.LAPSES,
        delivery_lapses=True,  # what is delivered is judged as it was ordered; it would be paid out undone
        ref="EXT-14…17, DEC-35, DEC-54",
    ),
}

# Taken by the side that opened a request, and by the other side.
OPENERS = frozenset({Ask.OPEN, Ask.WITHDRAW})
ANSWERERS = frozenset({Ask.CONSENT, Ask.DECLINE})

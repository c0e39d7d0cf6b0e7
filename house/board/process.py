"""The table of a service request's life (REQ, DEC-13)."""

from enum import StrEnum

from house.process import Party, Process, Timer, rule

from .models import Request

S = Request.State
CLIENT, STAFF, CLOCK = Party.CLIENT, Party.STAFF, Party.CLOCK


class Step(StrEnum):
    """What can happen to a request."""

    SAVE = "save"
    SUBMIT = "submit"
    DISCARD = "discard"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    PAUSE = "pause"
    RESUME = "resume"
    FIND = "find"
    CLOSE = "close"
    EXPIRE = "expire"
    REOPEN = "reopen"


_ends = Timer("expire", lambda request: request.closes_at, Step.EXPIRE)

# What was published does not change any more: proposals answer the words that were read.
REQUEST = Process(
    {
        Step.SAVE: rule(by={CLIENT}, start={S.DRAFT, S.RETURNED}, end=None, ref="REQ-01, REQ-02"),
        Step.SUBMIT: rule(by={CLIENT}, start={S.DRAFT, S.RETURNED}, end=S.PENDING, ref="REQ-01, REQ-03"),
        Step.DISCARD: rule(by={CLIENT}, start={S.DRAFT, S.RETURNED, S.PENDING}, end=S.DISCARDED, ref="DEC-13"),
        Step.APPROVE: rule(by={STAFF}, start={S.PENDING}, end=S.OPEN, tell={CLIENT}, ref="REQ-01, DEC-20"),
        Step.SEND_BACK: rule(by={STAFF}, start={S.PENDING}, end=S.RETURNED, tell={CLIENT}, ref="DEC-20"),
        Step.REFUSE: rule(by={STAFF}, start={S.PENDING, S.OPEN, S.PAUSED}, end=S.REFUSED, tell={CLIENT}, ref="DEC-20"),
        Step.PAUSE: rule(by={CLIENT}, start={S.OPEN}, end=S.PAUSED, ref="DEC-13"),
        Step.RESUME: rule(by={CLIENT}, start={S.PAUSED}, end=S.OPEN, ref="DEC-13"),
        # A proposal that lives may be accepted while its request rests or after its thirty days.
        Step.FIND: rule(by={CLIENT}, start={S.OPEN, S.PAUSED, S.EXPIRED}, end=S.FOUND, ref="REQ-06, DEC-54"),
        Step.CLOSE: rule(by={CLIENT}, start={S.OPEN, S.PAUSED, S.EXPIRED}, end=S.CLOSED, ref="DEC-13"),
        Step.EXPIRE: rule(by={CLOCK}, start={S.OPEN, S.PAUSED}, end=S.EXPIRED, tell={CLIENT}, ref="DEC-13"),
        Step.REOPEN: rule(by={CLIENT}, start={S.FOUND, S.CLOSED, S.EXPIRED}, end=S.OPEN, ref="DEC-13"),
    },
    timers={S.OPEN: (_ends,), S.PAUSED: (_ends,)},
)

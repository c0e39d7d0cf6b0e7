"""The table of a quote's life (COF, DEC-13)."""

from enum import StrEnum

from house import policy
from house.process import Party, Process, Timer, rule

from .models import Quote

S = Quote.State
CLIENT, PROVIDER, CLOCK = Party.CLIENT, Party.PROVIDER, Party.CLOCK


class Step(StrEnum):
    """What can happen to a quote."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    LAPSE = "lapse"


QUOTE = Process(
    {
        Step.ACCEPT: rule(by={CLIENT}, start={S.SENT}, end=S.ACCEPTED, tell={PROVIDER}, ref="COF-04, O-1, M-2"),
        Step.DECLINE: rule(by={CLIENT}, start={S.SENT}, end=S.DECLINED, tell={PROVIDER}, ref="DEC-13"),
        Step.WITHDRAW: rule(by={PROVIDER}, start={S.SENT}, end=S.WITHDRAWN, tell={CLIENT}, ref="DEC-13"),
        Step.EXPIRE: rule(by={CLOCK}, start={S.SENT}, end=S.EXPIRED, tell={PROVIDER}, ref="DEC-13"),
        # Follows by itself when its request ends; the provider gets kind words that say how (`quotes.proposals`).
        Step.LAPSE: rule(by={CLOCK}, start={S.SENT}, end=S.LAPSED, ref="DEC-13, DEC-54"),
    },
    timers={S.SENT: (Timer("expire", lambda quote: quote.expires_at, Step.EXPIRE, policy.REMINDERS_BEFORE),)},
)

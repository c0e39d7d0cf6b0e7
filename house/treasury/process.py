"""The tables of a payout's and a batch's life."""

from enum import StrEnum

from house.process import Party, Process, rule

from .models import Batch, Payout

P, B = Payout.State, Batch.State
PROVIDER, STAFF = Party.PROVIDER, Party.STAFF


class Step(StrEnum):
    """What can happen to a payout."""

    TAKE_BACK = "take_back"
    COLLECT = "collect"
    DROP = "drop"
    SEND = "send"
    COME_BACK = "come_back"


class Pay(StrEnum):
    """What can happen to a batch."""

    APPROVE = "approve"
    DROP = "drop"
    SEND = "send"


PAYOUT = Process(
    {
        Step.TAKE_BACK: rule(by={PROVIDER}, start={P.WAITING}, end=P.TAKEN_BACK, ref="DEC-12"),
        Step.COLLECT: rule(by={STAFF}, start={P.WAITING}, end=P.BATCHED, ref="DEC-12"),
        Step.DROP: rule(by={STAFF}, start={P.BATCHED}, end=P.WAITING, ref="DEC-12"),
        Step.SEND: rule(by={STAFF}, start={P.BATCHED}, end=P.SENT, tell={PROVIDER}, ref="DEC-12"),
        Step.COME_BACK: rule(by={STAFF}, start={P.SENT}, end=P.RETURNED, tell={PROVIDER}, ref="DEC-12"),
    }
)

BATCH = Process(
    {
        Pay.APPROVE: rule(by={STAFF}, start={B.COLLECTED}, end=B.APPROVED, ref="DEC-20"),
        Pay.DROP: rule(by={STAFF}, start={B.COLLECTED, B.APPROVED}, end=B.DROPPED, ref="DEC-20"),
        Pay.SEND: rule(by={STAFF}, start={B.APPROVED}, end=B.SENT, ref="DEC-20"),
    }
)

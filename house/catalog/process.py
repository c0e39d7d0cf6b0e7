"""The table of an offer's life (3.5)."""

from enum import StrEnum

from house.process import Party, Process, rule

from .models import Offer

S = Offer.State
PROVIDER, STAFF = Party.PROVIDER, Party.STAFF
LIVE = frozenset({S.PUBLISHED, S.PAUSED, S.PENDING})


class Step(StrEnum):
    """What can happen to an offer."""

    SAVE = "save"
    SUBMIT = "submit"
    APPROVE = "approve"
    DENY = "deny"
    PAUSE = "pause"
    REACTIVATE = "reactivate"
    EDIT = "edit"
    REMOVE = "remove"


OFFER = Process(
    {
        Step.SAVE: rule(by={PROVIDER}, start={S.DRAFT, S.DENIED}, end=None, ref="F-1"),
        Step.SUBMIT: rule(by={PROVIDER}, start={S.DRAFT, S.DENIED}, end=S.PENDING, ref="F-2"),
        Step.APPROVE: rule(by={STAFF}, start={S.PENDING}, end=S.PUBLISHED, tell={PROVIDER}, ref="F-3"),
        Step.DENY: rule(by={STAFF}, start={S.PENDING}, end=S.DENIED, tell={PROVIDER}, ref="F-4"),
        Step.PAUSE: rule(by={PROVIDER}, start={S.PUBLISHED}, end=S.PAUSED, ref="F-7"),
        Step.REACTIVATE: rule(by={PROVIDER}, start={S.PAUSED}, end=S.PUBLISHED, ref="F-8"),
        # Words and pictures go back to staff; prices alone do not (`actions.edit`).
        Step.EDIT: rule(by={PROVIDER}, start={S.PUBLISHED, S.PAUSED}, end=S.PENDING, ref="F-9"),
        Step.REMOVE: rule(by={PROVIDER, STAFF}, start=set(S) - {S.REMOVED}, end=S.REMOVED, tell={PROVIDER}, ref="F-10"),
    }
)

"""The Resolution Center in the demo market: fates of requests of every kind, open and ended (RES)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from house import policy
from house.orders.models import ResolutionRequest
from house.orders.process import ASKINGS
from house.process import Party

from .moments import DAY, HOUR
from .scripts import STILL, Fate, Script

Kind = ResolutionRequest.Kind
CLIENT, PROVIDER = Party.CLIENT, Party.PROVIDER
REVIEWED = (Kind.MORE_REVISIONS, Kind.ASK_REVISIONS, Kind.PARTIAL_REFUND)  # about a delivery; the others, about work
WORTH_A_REFUND = 600_00  # nobody asks to return a part of less


def _asks(script: Script, kind: Kind, side: Party) -> Callable[[datetime], None]:
    return partial(script.life.ask, kind, side)


def _up_to(script: Script, kind: Kind, asked: datetime) -> None:
    """What came before a request of this kind."""
    if kind not in REVIEWED:
        script.needs(script.days >= 3 * DAY)
        script.work_until(asked)
        return
    delivered = script.between(asked - 20 * HOUR, asked - HOUR)
    if kind == Kind.ASK_REVISIONS and script.life.revisions == 1:
        script.deliver_again(delivered)
    else:
        script.needs(kind != Kind.ASK_REVISIONS or script.life.revisions == 0)
        script.work(delivered)


def _suits(script: Script, kind: Kind) -> None:
    if kind == Kind.MORE_REVISIONS:
        script.needs(script.life.revisions is not None)
    if kind == Kind.PARTIAL_REFUND:
        script.needs(script.life.price >= WORTH_A_REFUND)


def waiting(kind: Kind, side: Party) -> Fate:
    """Asked, and not answered yet."""

    def write(script: Script) -> None:
        _suits(script, kind)
        window = min(ASKINGS[kind].window, script.window if kind in REVIEWED else ASKINGS[kind].window)
        asked = script.between(script.now - window + 22 * HOUR, script.now - HOUR)
        _up_to(script, kind, asked)
        script.add(asked, _asks(script, kind, side))

    return write


def settled(kind: Kind, side: Party, how: str) -> Fate:
    """Asked, answered in the way of this name (`consent`, `decline`, `withdraw`, `pay_request`); then it went on."""

    def write(script: Script) -> None:
        _suits(script, kind)
        ended = script.ago(110, 3)
        if kind in REVIEWED:
            asked = script.between(ended - 40 * HOUR, ended - 26 * HOUR)
            _up_to(script, kind, asked)
        else:
            script.needs(script.days >= 5 * DAY)
            finished = script.between(ended - 40 * HOUR, ended - 2 * HOUR)
            started = script.between(finished - 0.9 * script.days, finished - 0.7 * script.days)
            script.begin(started)
            asked = script.between(started + 0.1 * script.days, started + 0.3 * script.days)
        script.add(asked, _asks(script, kind, side))
        script.add(script.between(asked + HOUR, asked + 20 * HOUR), getattr(script.life, how))
        if kind not in REVIEWED:
            script.add(finished, script.life.deliver)
        script.add(ended, script.life.accept)

    return write


def ignored(kind: Kind, side: Party) -> Fate:
    """Asked, and nobody answered in time: silence did what the kind says (R-5…R-10)."""

    def write(script: Script) -> None:
        _suits(script, kind)
        asked = script.ago(90, 6)
        _up_to(script, kind, asked)
        script.add(asked, _asks(script, kind, side))
        script.ends = asked + ASKINGS[kind].window

    return write


def outlived(script: Script) -> None:
    """More time was asked for, nobody answered, and the work was delivered all the same."""
    ended = script.ago(90, 3)
    delivered = script.between(ended - 40 * HOUR, ended - 2 * HOUR)
    asked = script.between(delivered - 60 * HOUR, delivered - 10 * HOUR)
    script.needs(script.days >= 6 * DAY)
    script.work_until(asked)
    script.add(asked, _asks(script, Kind.EXTENSION, PROVIDER))
    script.add(delivered, script.life.deliver)
    script.add(ended, script.life.accept)


def _refused(script: Script, side: Party, asked: datetime) -> datetime:
    """A cancellation that was asked for and declined; returns the moment."""
    script.needs(script.days >= 5 * DAY)
    script.work_until(asked)
    script.add(asked, lambda at: script.life.ask_cancellation(side, at))
    declined = script.between(asked + HOUR, asked + 24 * HOUR)
    script.add(declined, script.life.decline)
    return declined


def disputed(side: Party) -> Fate:
    """Declined, and support was called: every clock rests (CAN-10, DEC-32)."""

    def write(script: Script) -> None:
        declined = _refused(script, side, script.between(script.now - 4 * DAY, script.now - 2 * DAY))
        script.add(script.between(declined + HOUR, script.now - HOUR), lambda at: script.life.dispute(side, at))

    return write


def decided(decision: str) -> Fate:
    """Support has decided a dispute."""

    def write(script: Script) -> None:
        declined = _refused(script, CLIENT, script.ago(70, 14))
        called = script.between(declined + HOUR, declined + 20 * HOUR)
        script.add(called, lambda at: script.life.dispute(CLIENT, at))
        at = script.between(called + DAY, called + policy.DISPUTE_WINDOW - STILL)
        script.add(at, lambda at: script.life.decide(decision, at))
        if decision != "cancel":
            delivered = script.between(at + DAY, at + 3 * DAY)
            script.add(delivered, script.life.deliver)
            script.add(script.between(delivered + HOUR, delivered + 2 * DAY), script.life.accept)

    return write


# One of each at least, for the market at large.
MARKET: tuple[tuple[Fate, int], ...] = (
    (waiting(Kind.PROGRESS_UPDATE, CLIENT), 2),
    (waiting(Kind.EXTENSION, PROVIDER), 2),
    (waiting(Kind.EXTENSION, CLIENT), 1),
    (waiting(Kind.SCOPE_CHANGE, PROVIDER), 1),
    (waiting(Kind.MORE_REVISIONS, PROVIDER), 1),
    (waiting(Kind.ASK_REVISIONS, CLIENT), 1),
    (waiting(Kind.PARTIAL_REFUND, PROVIDER), 1),
    (waiting(Kind.EXTRA, PROVIDER), 1),
    (settled(Kind.PROGRESS_UPDATE, CLIENT, "consent"), 2),
    (settled(Kind.EXTENSION, PROVIDER, "consent"), 3),
    (settled(Kind.EXTENSION, CLIENT, "decline"), 1),
    (settled(Kind.SCOPE_CHANGE, PROVIDER, "pay_request"), 2),
    (settled(Kind.SCOPE_CHANGE, PROVIDER, "decline"), 1),
    (settled(Kind.MORE_REVISIONS, PROVIDER, "agree"), 2),
    (settled(Kind.ASK_REVISIONS, CLIENT, "consent"), 1),
    (settled(Kind.ASK_REVISIONS, CLIENT, "decline"), 1),
    (settled(Kind.PARTIAL_REFUND, PROVIDER, "consent"), 4),
    (settled(Kind.EXTRA, PROVIDER, "pay_request"), 5),
    (settled(Kind.EXTRA, PROVIDER, "withdraw"), 1),
    (ignored(Kind.PROGRESS_UPDATE, CLIENT), 1),
    (ignored(Kind.SCOPE_CHANGE, PROVIDER), 1),
    (outlived, 2),
    (disputed(CLIENT), 1),
    (disputed(PROVIDER), 1),
    (decided("refund"), 1),
    (decided("cancel"), 1),
    (decided("continue"), 1),
    (decided("revision"), 1),
)
NOA_AND_AMIR: tuple[Fate, ...] = (
    waiting(Kind.EXTRA, PROVIDER),
    waiting(Kind.EXTENSION, PROVIDER),
    settled(Kind.EXTRA, PROVIDER, "pay_request"),
)
NOA: tuple[Fate, ...] = (
    waiting(Kind.PROGRESS_UPDATE, CLIENT),
    waiting(Kind.PARTIAL_REFUND, PROVIDER),
    settled(Kind.PARTIAL_REFUND, PROVIDER, "consent"),
    disputed(CLIENT),
)
AMIR: tuple[Fate, ...] = (
    waiting(Kind.PROGRESS_UPDATE, CLIENT),
    waiting(Kind.SCOPE_CHANGE, PROVIDER),
    disputed(CLIENT),
)

"""What the clock does when a deadline comes: the same verbs that people take, as of the promised instant."""

from collections.abc import Callable
from datetime import datetime

from house.process import CLOCK, Party

from .. import diary
from ..models import Order, ResolutionRequest, Stage
from ..move import move
from ..notes import words
from ..parties import other
from ..process import ASKINGS, Step
from . import milestones, requests, work


def _stage(order: Order, subject: str) -> Stage:
    stage = order.stages.get(pk=int(subject.removeprefix("stage:")))
    stage.order = order
    return stage


def _named(order: Order, subject: str) -> Stage:
    """Only which stage it is: the gate reads the row under its lock."""
    return Stage(pk=int(subject.removeprefix("stage:")), order=order)


def _request(order: Order, subject: str) -> ResolutionRequest:
    request = order.requests.get(pk=int(subject.removeprefix("request:")))
    request.order = order
    return request


def _note(step: Step) -> Callable[[Order, str, datetime], None]:
    """A step that changes no state: it is written down and told (O-3, O-4)."""

    def verb(order: Order, subject: str, at: datetime) -> None:
        with move(_named(order, subject), step, by=CLOCK, now=at):
            pass

    return verb


def _decide(order: Order, subject: str, at: datetime) -> None:
    work.accept(_named(order, subject), by=CLOCK, now=at)


def _requirements(order: Order, subject: str, at: datetime) -> None:
    work.give_up(_named(order, subject), by=CLOCK, now=at)


def _begin(order: Order, subject: str, at: datetime) -> None:
    milestones.begin_lapsed(order, _stage(order, subject), at)


def _expire(order: Order, subject: str, at: datetime) -> None:
    requests.expire(_request(order, subject), now=at)


TIMED: dict[str, Callable[[Order, str, datetime], None]] = {
    "requirements": _requirements,
    "late": _note(Step.NOTE_LATE),
    "very_late": _note(Step.NOTE_VERY_LATE),
    "decide": _decide,
    "begin": _begin,
    "expire": _expire,
}


def warn(order: Order, kind: str, subject: str, warning: str, *, at: datetime, now: datetime) -> None:
    """Reminds whoever can still act (DEC-48), once; says nothing when the main deadline has passed as well."""
    main = order.deadlines.get(kind=kind, subject=subject)
    if main.due_at <= now:
        return
    key, due = f"{subject}:{kind}:{warning}", main.due_at.isoformat()
    if kind == "expire":
        return _warn_of_request(_request(order, subject), key, due, now)
    # The silence after a second delivery is announced like that after the first.
    number = _stage(order, subject).deliveries.exclude(sent_at=None).count()
    diary.announce(order, f"warn_{kind}", {Party.CLIENT}, key=f"{key}:{number}", now=now, due=due)


def _warn_of_request(request: ResolutionRequest, key: str, due: str, now: datetime) -> None:
    """The side that can answer, and where silence costs both also the side that can withdraw (DEC-2)."""
    asker, said = Party(request.party), {"due": due, **words(request)}
    diary.announce(request.order, "warn_expire", {other(asker)}, key=key, now=now, **said)
    if ASKINGS[ResolutionRequest.Kind(request.kind)].remind_both:
        diary.announce(request.order, "warn_asked", {asker}, key=key, now=now, **said)

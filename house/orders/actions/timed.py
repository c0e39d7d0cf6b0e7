"""What the clock does when a deadline comes: the same verbs that people take, as of the promised instant."""

from collections.abc import Callable
from datetime import datetime

from house.process import CLOCK, Party

from .. import diary
from ..models import Order, ResolutionRequest, Stage
from ..move import move
from ..process import Step
from . import milestones, requests, work
from .requests.notes import words


def _stage(order: Order, subject: str) -> Stage:
    stage = order.stages.get(pk=int(subject.removeprefix("stage:")))
    stage.order = order
    return stage


def _request(order: Order, subject: str) -> ResolutionRequest:
    request = order.requests.get(pk=int(subject.removeprefix("request:")))
    request.order = order
    return request


def _note(step: Step) -> Callable[[Order, str, datetime], None]:
    """A step that changes no state: it is written down and told (O-3, O-4)."""

    def verb(order: Order, subject: str, at: datetime) -> None:
        with move(_stage(order, subject), step, by=CLOCK, now=at):
            pass

    return verb


def _decide(order: Order, subject: str, at: datetime) -> None:
    work.accept(_stage(order, subject), by=CLOCK, now=at)


def _requirements(order: Order, subject: str, at: datetime) -> None:
    work.give_up(_stage(order, subject), by=CLOCK, now=at)


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
    """Reminds whoever can still act (DEC-48); says nothing when the main deadline has passed as well."""
    main = order.deadlines.get(kind=kind, subject=subject)
    if main.due_at <= now:
        return
    told = _who_can_act(order, kind, subject)
    # The moment stands in the key: the silence after a second delivery is announced like that after the first.
    key = f"{subject}:{kind}:{warning}:{main.due_at.timestamp():.0f}"
    said = words(_request(order, subject)) if kind == "expire" else {}
    diary.announce(order, f"warn_{kind}", told, key=key, now=now, due=main.due_at.isoformat(), **said)


def _who_can_act(order: Order, kind: str, subject: str) -> set[Party]:
    if kind == "expire":
        request = _request(order, subject)
        return {Party.CLIENT, Party.PROVIDER} - {Party(request.party)}
    return {Party.CLIENT}

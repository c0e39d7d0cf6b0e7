"""The diary and the bell of a request."""

from datetime import datetime

from house.process import Party

from . import diary
from .models import Order, ResolutionRequest, Stage
from .parties import Actor
from .process import ASKINGS, REQUEST, Ask, Silence
from .reasons import DELIVERED, KINDS, SILENCES, SILENT_STAGE

Kind = ResolutionRequest.Kind


def note(request: ResolutionRequest, step: Ask, *, party: Party, by: Actor, before: str, now: datetime) -> None:
    """Writes the step down and tells whoever did not take it (RES-14, RES-18)."""
    order = request.order
    event = diary.write(
        order,
        f"{request.kind}_{step}",
        party=party,
        by=by,
        now=now,
        before=before,
        after=request.state,
        request=request.pk,
    )
    told = REQUEST.rules[step].tell - {party}
    facts = {"due": request.due_at.isoformat(), "opened_by": request.party, **words(request)}
    diary.announce(order, f"{_notice(request, step)}_{step}", told, key=f"event:{event.pk}", now=now, **facts)


def _notice(request: ResolutionRequest, step: Ask) -> str:
    """A cancellation and a given update speak in words of their own; the other kinds share theirs."""
    own = request.kind == Kind.CANCELLATION or (request.kind == Kind.PROGRESS_UPDATE and step is Ask.CONSENT)
    return request.kind if own else "request"


def whole(request: ResolutionRequest) -> bool:
    """Whether the order itself ends with what this request ends (DEC-2, DEC-36): only a cancellation may name
    one stage of several.
    """
    if request.kind != Kind.CANCELLATION or request.stage_id is None:
        return True
    return request.order.stages.count() == 1


def silence(request: ResolutionRequest) -> str:
    """What silence does to this very request."""
    does = ASKINGS[Kind(request.kind)].silence
    return SILENCES[does] if does is Silence.LAPSES or whole(request) else SILENT_STAGE


def named(order: Order, stage: Stage | None) -> str:
    """The order, or one stage of it, as texts name it."""
    return f"ההזמנה „{order.title}”" if stage is None else f"השלב „{stage.name}” בהזמנה „{order.title}”"


def words(request: ResolutionRequest) -> dict[str, str]:
    """What is asked, of what, what silence does, and what was answered, for texts about a request."""
    return {
        "what": KINDS[request.kind],
        "it": named(request.order, None if whole(request) else request.stage),
        "silence": silence(request),
        "answer": request.answer or DELIVERED,
    }

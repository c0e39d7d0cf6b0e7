"""The diary and the bell of a request."""

from datetime import datetime

from house.process import Party

from ... import diary
from ...models import ResolutionRequest
from ...parties import Actor
from ...process import ASKINGS, REQUEST, Ask
from ...reasons import KINDS, SILENCES


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
    diary.announce(order, f"{_notice(request)}_{step}", told, key=f"event:{event.pk}", now=now, **facts)


def _notice(request: ResolutionRequest) -> str:
    """A cancellation speaks in words of its own; the other kinds share theirs."""
    return request.kind if request.kind == ResolutionRequest.Kind.CANCELLATION else "request"


def words(request: ResolutionRequest) -> dict[str, str]:
    """What is asked, and what silence does, for texts about a request."""
    asking = ASKINGS[ResolutionRequest.Kind(request.kind)]
    return {"what": KINDS[request.kind], "silence": SILENCES[asking.silence]}

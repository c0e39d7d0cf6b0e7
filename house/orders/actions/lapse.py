"""A delivery answers a progress update and lapses what it made pointless (DEC-34)."""

from datetime import datetime

from house.process import Party

from .. import diary
from ..models import Order, ResolutionRequest
from ..process import ASKINGS

R, Kind = ResolutionRequest.State, ResolutionRequest.Kind


def lapse_on_delivery(order: Order, *, now: datetime) -> None:
    """Ends the open request if its kind says so: an update is answered, the others lapse. The gate resets
    the deadlines afterwards.
    """
    request = order.requests.filter(state=R.OPEN).first()
    if request is None or not ASKINGS[Kind(request.kind)].delivery_lapses:
        return
    answered = ASKINGS[Kind(request.kind)].answer_only
    request.state, request.ended_at = R.ACCEPTED if answered else R.LAPSED, now
    request.save()
    diary.write(
        order,
        f"{request.kind}_lapse",
        party=Party.PROVIDER,
        by=order.provider,
        now=now,
        before=R.OPEN,
        after=request.state,
        request=request.pk,
    )

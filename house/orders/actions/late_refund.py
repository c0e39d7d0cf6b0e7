"""Money goes back to the client after it was released, by finance (DEC-38)."""

from datetime import datetime

from house.ledger.actions import Kind, Leg, post
from house.people import audit
from house.people.models import Role, User
from house.process import Party, Refusal
from house.text import clean_line

from .. import diary, money, taking
from ..models import Earning, Stage
from ..move import locked


def refund_late(stage: Stage, *, amount: int, why: str, by: User, now: datetime) -> None:
    """`amount` minor units of a released stage go back to the means they came from; the provider's share of it is
    taken as after a chargeback. Both sides are told.

    Refusals: `wrong_party`, `reason_missing`, `wrong_state` (nothing was released), `more_than_released`.
    """
    if not by.has_role(Role.FINANCE, Role.OWNER):
        raise Refusal("wrong_party")
    why = clean_line(why)[:200]
    if not why:
        raise Refusal("reason_missing")
    with locked(stage.order, by=by, now=now) as order:
        earning = Earning.objects.select_related("stage", "provider").filter(stage=stage.pk).first()
        if earning is None:
            raise Refusal("wrong_state")
        earning.stage.order = order
        left = earning.gross - earning.went_back
        if not 0 < amount <= left:
            raise Refusal("more_than_released", left=left)
        entry = audit.record(by=by, what="late_refund", about=order.about, why=why, now=now, amount=amount)
        key = f"audit:{entry.pk}:refund"
        legs = [Leg(Kind.GATEWAY, amount), *taking.take_back(earning, amount)]
        post(key, kind="late_refund", about=order.about, at=now, legs=legs)
        money.ask_back(earning.stage, amount, key=key, reason="late", now=now)
        event = diary.write(order, "late_refund", party=Party.STAFF, by=by, now=now, amount=amount)
        both = {Party.CLIENT, Party.PROVIDER}
        diary.announce(order, "late_refund", both, key=f"event:{event.pk}", now=now, amount=amount, why=why)

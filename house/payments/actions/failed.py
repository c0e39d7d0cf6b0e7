"""The ways out for a refund that the gateway refused (DEC-38): asked once more, or settled in another way."""

from datetime import datetime

from django.db import transaction

from house.ledger.actions import Kind, Leg, post
from house.people import audit
from house.people.models import Role, User
from house.process import Refusal
from house.text import clean_line

from ..models import Refund
from .refunds import defer

# What staff say became of the money, and which account bears it.
OTHERWISE = {
    "transfer": Kind.BANK,  # finance sent it by bank transfer
    "chargeback": Kind.LOSS,  # the client's bank had taken it already
}


def try_again(refund: Refund, *, by: User, now: datetime) -> Refund:
    """failed → asked; the key is the same, so the gateway does it once. Refusals: `wrong_party`, `wrong_state`."""
    with transaction.atomic():
        row = _failed(refund, by)
        row.state, row.done_at, row.asked_at = Refund.State.ASKED, None, now
        row.save(update_fields=["state", "done_at", "asked_at"])
        audit.record(by=by, what="refund_tried_again", about=row.checkout.about, now=now, refund=row.key)
        defer(row)
    return row


def settle_otherwise(refund: Refund, *, how: str, why: str, by: User, now: datetime) -> Refund:
    """failed → settled: the money did not leave by the gateway, so the books give it back there and take it from where
    it did. Refusals: `wrong_party`, `unknown_reason`, `reason_missing`, `wrong_state`.
    """
    why = clean_line(why)[:200]
    if how not in OTHERWISE:
        raise Refusal("unknown_reason")
    if not why:
        raise Refusal("reason_missing")
    with transaction.atomic():
        row = _failed(refund, by)
        row.state, row.done_at = Refund.State.SETTLED, now
        row.save(update_fields=["state", "done_at"])
        legs = [Leg(Kind.GATEWAY, -row.amount), Leg(OTHERWISE[how], row.amount)]
        post(f"refund:{row.pk}:settled", kind="refund_failed", about=row.checkout.about, at=now, legs=legs)
        facts = {"refund": row.key, "amount": row.amount, "how": how}
        audit.record(by=by, what="refund_settled", about=row.checkout.about, why=why, now=now, **facts)
    return row


def _failed(refund: Refund, by: User) -> Refund:
    if not by.has_role(Role.FINANCE, Role.OWNER):
        raise Refusal("wrong_party")
    row = Refund.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=refund.pk)
    if row.state != Refund.State.FAILED:
        raise Refusal("wrong_state")
    return row

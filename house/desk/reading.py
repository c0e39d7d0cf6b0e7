"""Reading what the two sides of an order wrote to each other: moderators only, with a logged reason (DEC-45)."""

from datetime import datetime

from house import policy
from house.orders.models import Order
from house.people import audit
from house.people.models import AuditEntry, Role, User
from house.process import Refusal
from house.text import clean_text, visible_length

READ = "messages_read"


def open_messages(order: Order, *, by: User, why: str, now: datetime) -> AuditEntry:
    """Writes down who reads and why; from then on `may_read` for a while. Refusals: `wrong_party`, `reason_missing`."""
    if not by.has_role(Role.MODERATOR):
        raise Refusal("wrong_party")
    if visible_length(why) < policy.EXPLANATION_MIN:
        raise Refusal("reason_missing")
    return audit.record(by=by, what=READ, about=order.about, why=clean_text(why), now=now)


def may_read(order: Order, by: User, now: datetime) -> bool:
    """Whether this person, still a moderator, has given a reason for this order a short while ago."""
    given = AuditEntry.objects.filter(by=by, what=READ, about=order.about)
    return by.has_role(Role.MODERATOR) and given.filter(at__gt=now - policy.READING_WINDOW, at__lte=now).exists()

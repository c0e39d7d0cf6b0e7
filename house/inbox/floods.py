"""Messages to many at once are spam (CON-03, REQ-10): they are stopped, and staff see that they were."""

from datetime import datetime, timedelta

from house import policy
from house.contacts import mask
from house.people import audit
from house.people.models import AuditEntry, User
from house.process import Refusal
from house.text import visible_length

from .models import Conversation, Message

STOPPED = "messages_stopped"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def stop(author: User, text: str, conversation: Conversation, now: datetime) -> None:
    """To be asked before a transaction begins, so that what was stopped is counted in the log about its author.

    Refusals: `message_flood` (too many in a minute), `message_mass` (the same words to too many in a day; what is
    as short as a greeting is nobody's advertisement).
    """
    mine = Message.objects.filter(author=author, at__lte=now)
    if mine.filter(at__gt=now - MINUTE).count() >= policy.MESSAGES_PER_MINUTE:
        _count(author, "message_flood", now)
        raise Refusal("message_flood")
    if visible_length(text) < policy.MASS_LENGTH:
        return
    shown = {text, mask(text)}  # before an order it was kept masked
    same = mine.filter(at__gt=now - DAY, text__in=shown, conversation__about="").exclude(conversation=conversation)
    if same.values("conversation").distinct().count() >= policy.MASS_PEOPLE:
        _count(author, "message_mass", now)
        raise Refusal("message_mass", most=policy.MASS_PEOPLE)


def _count(author: User, why: str, now: datetime) -> None:
    """One line a minute, however many were stopped in it: the log is not to be flooded instead."""
    about = f"user:{author.pk}"
    counted = AuditEntry.objects.filter(about=about, what=STOPPED, why=why, at__gt=now - MINUTE, at__lte=now)
    if not counted.exists():
        audit.record(by=None, what=STOPPED, about=about, why=why, now=now)

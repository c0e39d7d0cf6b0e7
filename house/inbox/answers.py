"""An answer stops the clock of the response rate until whoever asked says that it was none (AMB-20, MET-14)."""

from datetime import datetime

from house.people.models import User
from house.process import Refusal

from .models import Conversation, Message


def may_say(conversation: Conversation, user: User) -> bool:
    """Whether this person asked first, and has not yet said it of what was answered since."""
    rows = Message.objects.filter(conversation=conversation)
    if conversation.about or rows.values_list("author_id", flat=True).first() != user.pk:
        return False
    answers = rows.exclude(author=user)
    since = conversation.unanswered_at
    return (answers.filter(at__gt=since) if since else answers).exists()


def not_answered(conversation: Conversation, *, by: User, now: datetime) -> None:
    """The clock runs again from the original question; what is answered from now on stops it. The other side is not
    told who said so. Refusal: `nothing_answered`.
    """
    if not may_say(conversation, by):
        raise Refusal("nothing_answered")
    Conversation.objects.filter(pk=conversation.pk).update(unanswered_at=now)

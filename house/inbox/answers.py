"""An answer stops the clock of the response rate until whoever asked says that it was none (AMB-20, MET-14)."""

from datetime import datetime

from house.people.models import User
from house.process import Refusal

from .models import Conversation, Message


def may_say(conversation: Conversation, user: User) -> bool:
    """Whether this person asked first, and has not yet said it of what was answered since."""
    rows = list(Message.objects.filter(conversation=conversation).values_list("author_id", "at"))
    if conversation.about or not rows or rows[0][0] != user.pk:
        return False
    since = conversation.unanswered_at
    return any(author != user.pk and (since is None or at > since) for author, at in rows)


def not_answered(conversation: Conversation, *, by: User, now: datetime) -> None:
    """The clock runs again from the original question; what is answered from now on stops it. The other side is not
    told who said so. Refusal: `nothing_answered`.
    """
    if not may_say(conversation, by):
        raise Refusal("nothing_answered")
    Conversation.objects.filter(pk=conversation.pk).update(unanswered_at=now)

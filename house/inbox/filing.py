"""Each side keeps its conversations as it likes: stars, an archive, spam. Nobody else sees it."""

from datetime import datetime

from house.people.models import User
from house.process import Refusal

from .models import Conversation, Filing

Folder = Filing.Folder


def star(conversation: Conversation, *, by: User, on: bool, now: datetime) -> None:
    """Marks a conversation, or takes the mark away. Refusal: `stranger`."""
    row = _own(conversation, by, now)
    row.starred = on
    row.save(update_fields=["starred"])


def put(conversation: Conversation, folder: str, *, by: User, now: datetime) -> None:
    """Moves a conversation. What is archived comes back with the next message; spam stays where it is, and rings no
    more. Refusal: `stranger`.
    """
    row = _own(conversation, by, now)
    row.folder, row.at = Folder(folder), now
    row.save(update_fields=["folder", "at"])


def _own(conversation: Conversation, by: User, now: datetime) -> Filing:
    if by.pk not in (conversation.a_id, conversation.b_id):
        raise Refusal("stranger")
    return Filing.objects.get_or_create(conversation=conversation, owner=by, defaults={"at": now})[0]


def of(conversation: Conversation, user: User) -> Filing:
    """Where it is; unsaved when it was never moved."""
    found = Filing.objects.filter(conversation=conversation, owner=user).first()
    return found or Filing(conversation=conversation, owner=user)


def brought_back(conversation: Conversation) -> None:
    """Somebody wrote: it leaves the archive of both."""
    Filing.objects.filter(conversation=conversation, folder=Folder.ARCHIVED).update(folder=Folder.INBOX)


def is_spam(conversation: Conversation, user: User) -> bool:
    return Filing.objects.filter(conversation=conversation, owner=user, folder=Folder.SPAM).exists()

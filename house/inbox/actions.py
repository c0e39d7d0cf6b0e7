"""The verbs of conversations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from house import policy
from house.contacts import mask
from house.live import ring
from house.notices.actions import tell
from house.people import away
from house.people.blocks import keep_apart
from house.people.models import User
from house.process import Refusal
from house.text import clean_text, visible_length

from . import filing, floods
from .models import Archived, Conversation, Message


def open_conversation(one: User, two: User, *, now: datetime) -> Conversation:
    """The conversation of a pair, made when they first talk (DEC-40)."""
    conversation, _ = Conversation.objects.get_or_create(
        **_pair(one, two), about="", defaults={"opened_at": now, "last_at": now}
    )
    return conversation


def open_thread(one: User, two: User, *, about: str, now: datetime) -> Conversation:
    """The thread of a new subject between two people; a subject has one."""
    return Conversation.objects.create(**_pair(one, two), about=about, opened_at=now, last_at=now)


def _pair(one: User, two: User) -> dict[str, User]:
    if one.pk == two.pk:
        raise Refusal("talking_to_yourself")
    a, b = sorted((one, two), key=lambda user: user.pk)
    return {"a": a, "b": b}


def send(
    conversation: Conversation,
    *,
    author: User,
    text: str,
    now: datetime,
    files: Sequence[UUID] = (),
    card: str = "",
) -> Message:
    """Adds a message and the platform's copy of it (INB-04, DEC-45). Before two people have an order, contact details
    are masked; the copy keeps them for staff (DEC-19).

    Refusals: `message_empty`, `message_too_long`, `stranger`, `you_blocked`, `blocked` (BLK-04), `away` (AVL-11).
    """
    text = clean_text(text)
    if not files and not visible_length(text):
        raise Refusal("message_empty")
    if len(text) > policy.MESSAGE_MAX:
        raise Refusal("message_too_long", most=policy.MESSAGE_MAX)
    with transaction.atomic():
        row = Conversation.objects.select_for_update(of=("self",)).select_related("a", "b").get(pk=conversation.pk)
        if author.pk not in (row.a_id, row.b_id):
            raise Refusal("stranger")
        if not row.about:
            _may_write(row, author, now)  # the thread of an order goes on
        shown = text if row.about or _has_orders(row) else mask(text)
        message = Message.objects.create(
            conversation=row,
            author=author,
            text=shown,
            files=list(files),
            card=card,
            masked=shown != text,
            at=now,
        )
        filing.brought_back(row)
        Archived.objects.create(message=message, author_id=author.pk, text=text, at=now)
        row.last_at = now
        _mark_read(row, author, now)
        row.save()
    return message


def _may_write(row: Conversation, author: User, now: datetime) -> None:
    """Blocks (BLK-04), and providers who are away from people whom they don't know yet (AVL-11, AVL-14)."""
    other = other_of(row, author)
    keep_apart(author, other)
    absence = away.of(other, now)
    if absence is None or absence.new_clients:
        return
    if not _has_orders(row) and not Message.objects.filter(conversation=row).exists():
        raise Refusal("away")


def _has_orders(row: Conversation) -> bool:
    """Whether the two have ever had an order: each has a thread of its own (DEC-40)."""
    return Conversation.objects.filter(a=row.a_id, b=row.b_id).exclude(about="").exists()


def say(conversation: Conversation, *, author: User, text: str, now: datetime, files: Sequence[UUID] = ()) -> Message:
    """A message in the conversation of two people; the other one is told, unless they call it spam.

    Refusals: those of `send`, `message_flood`, `message_mass` (CON-03).
    """
    floods.stop(author, clean_text(text), conversation, now)
    with transaction.atomic():
        message = send(conversation, author=author, text=text, now=now, files=files)
        other = other_of(conversation, author)
        if not filing.is_spam(conversation, other):
            _tell(message, other, now)
    return message


def _tell(message: Message, other: User, now: datetime) -> None:
    tell(
        other,
        "message",
        key=f"message:{message.pk}",
        about=f"conversation:{message.conversation_id}",
        path=f"/inbox/{message.conversation_id}/",
        now=now,
        other=message.author.display_name,
    )


def other_of(conversation: Conversation, user: User) -> User:
    """The person on the other side."""
    return conversation.b if user.pk == conversation.a_id else conversation.a


def read(conversation: Conversation, *, by: User, now: datetime) -> None:
    """Notes that a person has seen everything up to now; the other side's mark is not touched."""
    conversation.save(update_fields=[_mark_read(conversation, by, now)])


def _mark_read(conversation: Conversation, user: User, now: datetime) -> str:
    column = "a_read_at" if user.pk == conversation.a_id else "b_read_at"
    setattr(conversation, column, now)
    return column


def typing(conversation: Conversation, *, by: User) -> None:
    """Rings at the other side, whose page shows it for a few seconds; nothing is kept."""
    ring(other_of(conversation, by).pk, f"typing:{conversation.pk}")

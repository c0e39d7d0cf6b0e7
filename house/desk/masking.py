"""A message in which nothing had to be hidden: its author says so, and staff show it as it was written (DEC-19)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from house.inbox.models import Archived, Message
from house.live import ring
from house.people import audit
from house.people.models import Role, User
from house.process import Refusal

from .actions import close, open_support_case
from .models import Case

ABOUT = "message:"


def subject(message: Message) -> str:
    """What a case about this message is about."""
    return f"{ABOUT}{message.pk}"


def appeal(message: Message, *, by: User, text: str, now: datetime) -> Case:
    """Its author asks for another look, and the words that were hidden come along; one open case a message.

    Refusals: `stranger`, `not_masked`.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.author_id != by.pk:
            raise Refusal("stranger")
        if not row.masked:
            raise Refusal("not_masked")
        waiting = Case.objects.filter(about=subject(row), state=Case.State.OPEN).first()
        if waiting is not None:
            return waiting
        words = "\n\n".join(filter(None, [f"„{written(row)}”", text]))
        title = _("פרטי קשר שהוסתרו בהודעה")
        return open_support_case(by=by, about=subject(row), subject=title, text=words, now=now)


def written(message: Message) -> str:
    """What the platform's copy says."""
    return Archived.objects.get(message=message).text


def masked_message(case: Case) -> Message | None:
    """The message that an appeal is about, while something in it is hidden."""
    if not case.about.startswith(ABOUT):
        return None
    rows = Message.objects.select_related("conversation")
    return rows.filter(pk=case.about.removeprefix(ABOUT), masked=True).first()


def unmask(case: Case, *, by: User, now: datetime) -> None:
    """The appeal is right: both sides read the message as it was written, and the case is closed.

    Refusals: `wrong_party`, `case_closed`, `not_masked`.
    """
    if not by.has_role(Role.SUPPORT, Role.MODERATOR):
        raise Refusal("wrong_party")
    with transaction.atomic():
        close(case, by=by, now=now)
        row = masked_message(case)
        if row is None:
            raise Refusal("not_masked")
        Message.objects.filter(pk=row.pk).update(text=written(row), masked=False)
        # Triggers ring for new messages; this one stands there already.
        for side in (row.conversation.a_id, row.conversation.b_id):
            ring(side, f"talk:{row.conversation_id}")
        audit.record(by=by, what="message_unmasked", about=f"case:{case.number}", now=now)

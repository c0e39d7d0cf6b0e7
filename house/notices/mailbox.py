"""A mail backend for the demo market: letters are kept and shown on the mailbox page."""

from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone

from .models import Letter


class Mailbox(BaseEmailBackend):
    """Keeps each letter as a row for each of its recipients."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            html = next((part[0] for part in getattr(message, "alternatives", []) if part[1] == "text/html"), "")
            for address in message.recipients():
                Letter.objects.create(
                    to=address, subject=str(message.subject), text=str(message.body), html=str(html), at=timezone.now()
                )
        return len(messages)

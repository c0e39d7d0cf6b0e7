"""The proof that a letter to us was received, for somebody who has no bell here."""

import logging

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from house import hebrew
from house.desk.models import Case
from house.notices.letters import Words

from .seo import absolute

log = logging.getLogger(__name__)


def send_receipt(case: Case, *, to: str, name: str) -> None:
    """What was received and when, word for word. The case stands even when the letter cannot leave."""
    number = hebrew.isolate(case.number)
    words = Words(
        subject=_("הפנייה %(number)s התקבלה") % {"number": number},
        bell="",
        button=_("לאתר"),
        paragraphs=(
            _("זה אישור שהפנייה שלך, %(subject)s, התקבלה %(at)s. מספרה %(number)s.")
            % {"subject": hebrew.isolate(case.subject), "at": hebrew.exactly(case.opened_at), "number": number},
            _("כך היא נרשמה:"),
            *case.text.split("\n\n"),
            _("התשובה תגיע לכתובת הזו."),
        ),
    )
    context = {"words": words, "link": absolute("/"), "name": name}
    letter = EmailMultiAlternatives(words.subject, render_to_string("mail/notice.txt", context), to=[to])
    letter.attach_alternative(render_to_string("mail/notice.html", context), "text/html")
    try:
        letter.send()
    except OSError:  # every failure of SMTP is one
        log.exception("the receipt of %s could not be sent", case.number)

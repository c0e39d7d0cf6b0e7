"""The proof that a letter to us was received, for somebody who has no bell here."""

from django.utils.translation import gettext as _

from house import hebrew
from house.desk.models import Case
from house.notices.actions import write_to
from house.notices.letters import Words, forms


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
    text, html = forms(words, name=name, path="/")
    write_to(to, subject=words.subject, text=text, html=html)

"""Words to somebody: a question, a message, a report, a call to support."""

from typing import Any

from django import forms
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from house import policy
from house.inbox.models import Filing
from house.text import visible_length

from .base import Form


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files; `files.actions.store` judges them."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(widget=FilesInput(), required=False, **kwargs)  # type: ignore[arg-type]

    def clean(self, data: object, initial: object = None) -> list[object]:
        given = data if isinstance(data, list | tuple) else [data]
        return [_named(super(FilesField, self).clean(each, initial)) for each in given if each]


def _named(file: Any) -> Any:
    """A name of which nothing would be left, such as one sign of joy, is no reason to lose the file."""
    try:
        get_valid_filename(file.name)
    except SuspiciousFileOperation:
        file.name = "file"
    return file


class WordsField(forms.CharField):
    """What must be written must also be seen: signs without a shape are nothing."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.required and not visible_length(value):
            raise ValidationError(self.error_messages["required"], code="required")


def words(
    label: object, *, longest: int, rows: int = 4, required: bool = True, help_text: object = ""
) -> forms.CharField:
    """A field of several lines."""
    return WordsField(
        label=label,  # type: ignore[arg-type]
        max_length=longest,
        required=required,
        help_text=help_text,  # type: ignore[arg-type]
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class QuestionForm(Form):
    """Before ordering."""

    text = words(_("השאלה שלך"), longest=policy.MESSAGE_MAX - 200, rows=5)


class MessageForm(Form):
    """In a conversation or an order."""

    text = words(_("הודעה"), longest=policy.MESSAGE_MAX, rows=2, required=False)
    attached = FilesField(label=_("צירוף קבצים"))


class QuickResponseForm(Form):
    """Words for what is asked again and again."""

    title = forms.CharField(label=_("שם התגובה"), max_length=60, help_text=_("רק לך: השם לא נשלח."))
    text = words(_("הטקסט"), longest=policy.MESSAGE_MAX, help_text=_("[שם] יוחלף בשם של מי שעונים לו."))


REPORT_REASONS = [
    ("copied", _("תמונות או טקסט שאינם של מי שמפרסם")),
    ("contact", _("פרטי קשר בהצעה")),
    ("misleading", _("מידע מטעה")),
    ("forbidden", _("שירות שאסור להציע")),
    ("offensive", _("תוכן פוגעני")),
    ("other", _("סיבה אחרת")),
]


MESSAGE_REASONS = [
    ("terms", _("הצעה לעבוד, לשלם או לדבר מחוץ לאתר")),
    ("spam", _("פרסום או הודעה שנשלחה להרבה אנשים")),
    ("abuse", _("הודעה פוגעת, מאיימת או לא הולמת")),
]


class MessageReportForm(Form):
    """To the moderators, of what somebody wrote (INB-05)."""

    reason = forms.ChoiceField(label=_("מה הבעיה?"), choices=MESSAGE_REASONS, widget=forms.RadioSelect)
    text = words(_("פירוט"), longest=policy.EXPLANATION_MAX, required=False)


class AppealForm(Form):
    """Why nothing in a message had to be hidden (DEC-19)."""

    text = words(_("מה ההסתרה פספסה?"), longest=policy.EXPLANATION_MAX, required=False)


class ReportForm(Form):
    """To the moderators, of an offer."""

    reason = forms.ChoiceField(label=_("מה הבעיה?"), choices=REPORT_REASONS, widget=forms.RadioSelect)
    text = words(_("פירוט"), longest=policy.EXPLANATION_MAX, required=False)


class SupportForm(Form):
    """To support."""

    subject = forms.CharField(label=_("נושא"), max_length=160)
    text = words(_("מה קרה ומה אפשר לעשות?"), longest=policy.EXPLANATION_MAX, rows=6)


class NoteForm(Form):
    """An answer in a case."""

    text = words(_("תשובה"), longest=policy.EXPLANATION_MAX)


class FolderForm(Form):
    """Where a conversation goes."""

    folder = forms.ChoiceField(choices=Filing.Folder.choices)


class ContactNoteForm(Form):
    """For oneself alone."""

    text = words(_("הערה אישית"), longest=policy.CONTACT_NOTE_MAX, required=False)

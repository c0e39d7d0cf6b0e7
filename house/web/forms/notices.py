"""Words to support, of people with an account and without."""

from django import forms
from django.utils.translation import gettext_lazy as _

from house import policy

from .base import Form
from .talk import FilesField, NoteForm, SupportForm, words


class CaseForm(SupportForm):
    """A case with files."""

    attached = FilesField(label=_("צילומים או קבצים"))


class AnswerForm(NoteForm):
    """The opener's own addition to a case."""

    attached = FilesField(label=_("צילומים או קבצים"))


def sender_name() -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    return forms.CharField(label=_("שם מלא"), max_length=120, widget=widget)


def sender_email() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email"})
    return forms.EmailField(label=_("דוא״ל לתשובה"), max_length=254, widget=widget)


class OutsiderForm(Form):
    """Somebody who has not signed in, or cannot."""

    name = sender_name()
    email = sender_email()
    subject = forms.CharField(label=_("נושא"), max_length=160)
    text = words(_("במה אפשר לעזור?"), longest=policy.EXPLANATION_MAX, rows=6)

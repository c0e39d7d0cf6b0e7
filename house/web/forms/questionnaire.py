"""The onboarding questionnaire as a form: every question may stay open."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from house import policy
from house.orders.onboarding import QUESTIONS

from .base import Form
from .talk import words


class QuestionnaireForm(Form):
    """One field a question (ONB-02…21)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, asked={code: _field(*texts) for code, texts in QUESTIONS.items()}, **kwargs)


def _field(question: str, help_text: str) -> forms.CharField:
    told = _(help_text) if help_text else ""
    return words(_(question), longest=policy.MESSAGE_MAX, rows=2, required=False, help_text=told)

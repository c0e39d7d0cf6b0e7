"""Which letters somebody wants, and when (page 32)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from house.notices.topics import TOPICS, How

from .base import Form

HOURS = [("", _("בלי")), *((hour, f"{hour:02}:00") for hour in range(24))]


def _hour(label: object) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=HOURS, coerce=int, empty_value=None, required=False)  # type: ignore[arg-type]


def _pace(label: object) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=How.choices, required=False)  # type: ignore[arg-type]


class MailForm(Form):
    """Marketing is a consent of its own; each topic has its pace; at night it may be quiet."""

    marketing = forms.BooleanField(label=_("לקבל עדכונים והטבות בדוא״ל"), required=False)
    quiet_from = _hour(_("שקט מ־"))
    quiet_to = _hour(_("עד"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, asked={topic: _pace(label) for topic, label in TOPICS.items()}, **kwargs)

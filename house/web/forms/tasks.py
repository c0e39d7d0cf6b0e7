"""A task of an order (INV-04)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from house import policy
from house.orders.models import Task

from .base import Form


class TaskForm(Form):
    """A new one."""

    text = forms.CharField(label=_("מה צריך לעשות?"), max_length=policy.TASK_LENGTH_MAX)
    day = forms.DateField(
        label=_("עד מתי?"), widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d")
    )


class TaskChangeForm(TaskForm):
    """One that is there."""

    state = forms.ChoiceField(label=_("מצב"), choices=Task.State.choices, widget=forms.RadioSelect)

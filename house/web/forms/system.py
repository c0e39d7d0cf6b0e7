"""Cancelling a deal by law (section 14ט): with an account, and without one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from house import policy
from house.orders.models import Order

from .base import Form
from .notices import sender_email, sender_name
from .talk import words

REASON = _("סיבה או פרטים נוספים")


class OwnCancelForm(Form):
    """One of the orders of whoever is signed in."""

    text = words(REASON, longest=policy.EXPLANATION_MAX, required=False)

    def __init__(self, orders: Sequence[Order], *args: Any, **kwargs: Any) -> None:
        choice = forms.ChoiceField(
            label=_("איזו הזמנה לבטל?"),
            choices=[(row.number, _choice(row)) for row in orders],
            widget=forms.RadioSelect,
        )
        super().__init__(*args, asked={"order": choice}, **kwargs)


def _choice(order: Order) -> str:
    return _now("%(title)s, הזמנה %(number)s") % {"title": order.title, "number": order.number}


class CancelForm(Form):
    """What the law lets a seller ask of a consumer: who, and which deal."""

    name = sender_name()
    identity = forms.CharField(
        label=_("מספר זהות"),
        validators=[RegexValidator(r"\A\d{5,9}\Z", _("רק ספרות, עד 9."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "maxlength": 9}),
    )
    deal = words(_("מספר ההזמנה, או פרטים שיעזרו למצוא אותה"), longest=400, rows=2)
    email = sender_email()
    text = words(REASON, longest=policy.EXPLANATION_MAX, required=False)

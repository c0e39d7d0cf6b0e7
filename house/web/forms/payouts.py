"""Bank details, a withdrawal, and why a payment came back or a batch was taken apart."""

from django import forms
from django.utils.translation import gettext_lazy as _

from house.treasury.banks import BANKS

from .base import Form, MoneyField
from .talk import words


def _digits(most: int) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "maxlength": most, "autocomplete": "off"})


class BankForm(Form):
    """Whose account, and where; the verb checks the check digits."""

    holder = forms.CharField(label=_("שם בעל/ת החשבון"), max_length=60)
    id_number = forms.CharField(label=_("מספר זהות או ח״פ"), max_length=9, widget=_digits(9))
    bank = forms.TypedChoiceField(
        label=_("בנק"),
        coerce=int,
        choices=[("", _("בחירת בנק")), *((code, f"{name} ({code})") for code, name in BANKS.items())],
    )
    branch = forms.IntegerField(
        label=_("סניף"),
        min_value=1,
        max_value=999,
        widget=_digits(3),
        error_messages={name: _("מספר הסניף הוא 1 עד 3 ספרות.") for name in ("invalid", "min_value", "max_value")},
    )
    account = forms.CharField(label=_("מספר חשבון"), max_length=9, widget=_digits(9))


class WithdrawalForm(Form):
    """How much."""

    amount = MoneyField(label=_("כמה למשוך?"))


class ReasonForm(Form):
    """Why; it is kept."""

    why = words(_("סיבה"), longest=200, rows=2)

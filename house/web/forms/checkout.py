"""What a client writes before paying (ORD-02, GEN-16)."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from house import hebrew, policy
from house.text import clean_line, visible_length

from .base import Form


class CheckoutForm(Form):
    """Name and number for the invoice, and the terms."""

    key = forms.CharField(
        label=_("הטופס"),
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"\A[A-Za-z0-9]{22}\Z", _("הוא התיישן. אפשר לפתוח אותו מחדש מעמוד ההצעה."))],
    )
    invoice_name = forms.CharField(
        label=_("שם לחשבונית"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    invoice_number = forms.CharField(
        label=_("מספר זהות או ח״פ"),
        required=False,
        validators=[RegexValidator(r"\A[0-9]{8,9}\Z", _("8 או 9 ספרות, בלי מקפים."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "maxlength": 9}),
    )
    coupon = forms.IntegerField(required=False, widget=forms.HiddenInput)  # COU-15: which of the client's own
    terms = forms.BooleanField(
        label=_("קראתי את תנאי השימוש ואת תנאי הביטול, ומוסכם עליי"),
        error_messages={"required": _("כדי להמשיך לתשלום צריך לאשר את התנאים.")},
    )

    def clean_invoice_name(self) -> str:
        """One line that a reader sees."""
        name = clean_line(self.cleaned_data["invoice_name"])
        if not visible_length(name):
            raise ValidationError(self.fields["invoice_name"].error_messages["required"])
        return name


class MembershipForm(CheckoutForm):
    """For how long (DEC-21)."""

    months = forms.TypedChoiceField(
        label=_("לכמה זמן?"),
        coerce=int,
        choices=[
            (months, f"{hebrew.count(months, 'month')} · {hebrew.price(price)}")
            for months, price in policy.MEMBERSHIP_PRICES.items()
        ],
        widget=forms.RadioSelect,
        initial=min(policy.MEMBERSHIP_PRICES),
    )

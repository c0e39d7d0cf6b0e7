"""A provider's thanks to their clients (COU-03…09)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from house import policy
from house.people.models import User

from .base import Form
from .quotes import whole_number
from .talk import words


class CouponForm(Form):
    """Whom, how much, and a word of one's own."""

    clients = forms.ModelMultipleChoiceField(
        label=_("למי?"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("צריך לבחור לפחות לקוח/ה אחד/ת.")},
    )
    percent = forms.IntegerField(
        label=_("אחוז ההנחה"),
        min_value=1,
        max_value=policy.COUPON_PERCENT_MAX,
        error_messages=whole_number(policy.COUPON_PERCENT_MAX),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "maxlength": 2, "autocomplete": "off"}),
    )
    note = words(_("כמה מילים אישיות"), longest=400, rows=3, required=False)

    def __init__(self, clients: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clients"].queryset = clients  # type: ignore[attr-defined]
        self.fields["clients"].label_from_instance = lambda user: user.display_name  # type: ignore[attr-defined]

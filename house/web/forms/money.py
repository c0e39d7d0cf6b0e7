"""What finance decide about money that did not go its usual way."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from house import hebrew
from house.orders.models import Earning, Stage

from .base import Form, MoneyField
from .talk import words

WAYS = {
    "transfer": _("העברנו את הכסף ללקוח/ה בהעברה בנקאית"),
    "chargeback": _("הכסף כבר אצל הלקוח/ה: הבנק לקח אותו בהכחשת עסקה"),
}


class SettlingForm(Form):
    """How a refund that the gateway refused reached its client after all."""

    how = forms.ChoiceField(label=_("איך זה הוסדר?"), choices=WAYS.items(), widget=forms.RadioSelect)
    why = words(_("פרטים"), longest=200, rows=2)


class LateRefundForm(Form):
    """How much of what was released, of which stage, and why."""

    stage = forms.ChoiceField(label=_("מאיזה סכום ששוחרר?"), widget=forms.RadioSelect)
    amount = MoneyField(label=_("כמה להחזיר?"))
    why = words(_("סיבה"), longest=200, rows=2)

    def __init__(self, earnings: list[Earning], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stages = {str(row.stage_id): row.stage for row in earnings}
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)
        stage.choices = [(str(row.stage_id), self._label(row)) for row in earnings]
        stage.initial = str(earnings[0].stage_id)

    def _label(self, row: Earning) -> str:
        left = hebrew.price(row.gross - row.went_back)
        return f"{row.stage.name}: {left}" if row.stage.name else left

    def clean_stage(self) -> Stage:
        return self.stages[self.cleaned_data["stage"]]

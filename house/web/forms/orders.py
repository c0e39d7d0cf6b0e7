"""The forms of an order's page. They check shapes; the verbs of orders check rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from house import policy
from house.orders.models import OrderRequirement
from house.orders.reasons import REVISION_QUESTIONS, YES_NO
from house.process import Party

from .base import Form
from .talk import FilesField, words

LINKS_MAX = 10


class LinksField(forms.CharField):
    """Web addresses, one in each line; a list in `cleaned_data` (DLV-06)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr", "inputmode": "url"}), **kwargs)

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        check = URLValidator(schemes=["http", "https"], message=_now("קישור צריך להתחיל ב־https://"))
        if len(lines) > LINKS_MAX:
            raise ValidationError(_now("אפשר עד %(most)s קישורים.") % {"most": LINKS_MAX})
        for line in lines:
            if len(line) > policy.LINK_MAX:
                raise ValidationError(_now("הקישור ארוך מדי."))
            check(line)
        return lines


class RequirementsForm(Form):
    """The offer's questions as frozen into the order; every answer may still be missing (RQM)."""

    def __init__(self, rows: Iterable[OrderRequirement], *args: Any, **kwargs: Any) -> None:
        self.rows = list(rows)
        initial = {f"r{row.position}": FROM_ROW[row.kind](row) for row in self.rows if row.kind in FROM_ROW}
        asked = {f"r{row.position}": FIELDS[row.kind](row) for row in self.rows}
        super().__init__(*args, initial=initial, asked=asked, **kwargs)

    @property
    def questions(self) -> list[tuple[OrderRequirement, forms.BoundField]]:
        """Each requirement beside its field."""
        return [(row, self[f"r{row.position}"]) for row in self.rows]


def _text(row: OrderRequirement) -> forms.Field:
    return words(row.text, longest=policy.MESSAGE_MAX, rows=3, required=False)


def _choice(row: OrderRequirement) -> forms.Field:
    choices = [(choice, choice) for choice in row.choices]
    if row.multiple:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(label=row.text, choices=choices, required=False, widget=widget)
    return forms.ChoiceField(label=row.text, choices=choices, required=False, widget=forms.RadioSelect)


def _file(row: OrderRequirement) -> forms.Field:
    return FilesField(label=row.text)


FIELDS = {"text": _text, "choice": _choice, "file": _file}
FROM_ROW = {
    "text": lambda row: row.answer,
    "choice": lambda row: row.chosen if row.multiple else next(iter(row.chosen), ""),
}


class DeliveryForm(Form):
    """A delivery or its draft (DLV)."""

    text = words(_("מה נעשה ומה כדאי לבדוק?"), longest=policy.MESSAGE_MAX, rows=6, required=False)
    links = LinksField(label=_("קישורים לקבצים גדולים"), required=False, help_text=_("קישור אחד בכל שורה."))
    attached = FilesField(label=_("קבצים"))

    def __init__(self, *args: Any, whole: bool = False, **kwargs: Any) -> None:
        """`whole`: the last milestone is asked for the full project (MIL-10)."""
        super().__init__(*args, **kwargs)
        if whole:
            self.fields["full"] = forms.BooleanField(label=_("המסירה הזו מכילה את הפרויקט כולו"), required=False)


class RevisionForm(Form):
    """What to change, and the questions that must be answered by Yes or No (REV-06)."""

    text = words(_("מה צריך לתקן?"), longest=policy.EXPLANATION_MAX, rows=6)
    attached = FilesField(label=_("צילומים או קבצים"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [(value, _now(label)) for value, label in YES_NO.items()]
        asked: dict[str, forms.Field] = {
            name: forms.ChoiceField(label=_now(label), choices=choices, required=False, widget=forms.RadioSelect)
            for name, label in REVISION_QUESTIONS.items()
        }
        super().__init__(*args, asked=asked, **kwargs)

    @property
    def answers(self) -> dict[str, str]:
        """What was answered."""
        return {name: self.cleaned_data[name] for name in REVISION_QUESTIONS if self.cleaned_data.get(name)}


STARS = [(str(number), str(number)) for number in (5, 4, 3, 2, 1)]
CLIENT_RATINGS = (("quality", _("איכות העבודה")), ("communication", _("תקשורת")), ("value", _("תמורה למחיר")))
PROVIDER_RATINGS = (("stars", _("ציון ללקוח/ה")),)


class ReviewForm(Form):
    """Three ratings of a client, one of a provider, and words (DEC-10)."""

    text = words(_("מה כדאי שאחרים ידעו?"), longest=policy.EXPLANATION_MAX, rows=5)

    def __init__(self, party: Party, *args: Any, **kwargs: Any) -> None:
        self.ratings = CLIENT_RATINGS if party is Party.CLIENT else PROVIDER_RATINGS
        asked: dict[str, forms.Field] = {name: _stars(label) for name, label in self.ratings}
        super().__init__(*args, asked=asked, **kwargs)

    @property
    def given(self) -> dict[str, Any]:
        """The ratings by name, as `reputation.review` takes them."""
        return {name: int(self.cleaned_data[name]) for name, _label in self.ratings}


def _stars(label: Any) -> forms.ChoiceField:
    missing = {"required": _("צריך לבחור ציון מ־1 עד 5.")}
    return forms.ChoiceField(label=label, choices=STARS, widget=forms.RadioSelect, error_messages=missing)


class ReplyForm(Form):
    """The provider's one public answer."""

    text = words(_("התשובה שלך"), longest=policy.EXPLANATION_MAX)

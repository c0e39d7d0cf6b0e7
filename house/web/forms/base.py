"""What every form of ours has: our classes, directions, and errors tied to their fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from house.images import PictureProblem
from house.process import Refusal

from ..sentences import sentence

LEFT_TO_RIGHT = (forms.EmailInput, forms.URLInput, forms.NumberInput, forms.PasswordInput)
BARE = (
    forms.CheckboxInput,
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
    forms.HiddenInput,
    forms.ClearableFileInput,
)


DJANGOS_OWN = forms.Field.default_error_messages["required"]


class Form(forms.Form):
    """Without the browser's own bubbles: our sentences say what to do."""

    use_required_attribute = False

    def __init__(self, *args: Any, asked: dict[str, forms.Field] | None = None, **kwargs: Any) -> None:
        """`asked` are fields that only this form has, such as the questions of one offer; they come first."""
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.fields = {**(asked or {}), **self.fields}
        for field in self.fields.values():
            _dress(field)
            if field.error_messages.get("required") == DJANGOS_OWN:
                field.error_messages["required"] = _("אי אפשר להמשיך בלי זה.")

    def full_clean(self) -> None:
        """What is wrong is tied to its field for those who listen to the page."""
        super().full_clean()
        for name in self.fields.keys() & self.errors.keys():
            attrs = self.fields[name].widget.attrs
            attrs["aria-invalid"] = "true"
            attrs["aria-describedby"] = f"{self[name].auto_id}-error1"


def _dress(field: forms.Field) -> None:
    attrs = field.widget.attrs
    if isinstance(field.widget, BARE):
        return
    attrs.setdefault("class", "input")
    attrs.setdefault("dir", "ltr" if isinstance(field.widget, LEFT_TO_RIGHT) else "auto")


def add_refusal(form: forms.Form, refusal: Refusal | PictureProblem, field: str | None = None) -> None:
    """A verb's refusal stands in the form that asked for it; what was typed stays."""
    form.add_error(field, sentence(refusal))


class MoneyField(forms.DecimalField):
    """Shekels as people type them; `cleaned_data` holds minor units."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"})
        super().__init__(max_digits=9, decimal_places=2, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace(",", "").replace("₪", "").strip()
        return super().to_python(text or None)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

"""Accounts: allauth's forms in our words and clothes, and the forms of the settings pages."""

from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as SecondFactorReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from house import contacts
from house.people.models import User
from house.process import Refusal
from house.text import clean_line, visible_length

from ..sentences import sentence
from .base import Form

PASSWORD_HINT = _("8 תווים לפחות. משפט קצר שקל לזכור הוא סיסמה טובה.")
PASSWORD_PROBLEMS = {
    "password_too_short": _("הסיסמה קצרה מדי."),
    "password_too_common": _("הסיסמה נפוצה מדי וקל לנחש אותה."),
    "password_too_similar": _("הסיסמה דומה מדי לשם או לדוא״ל."),
}
CODE = {"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false", "class": "input code-input"}
LTR = {"dir": "ltr"}


class NameField(forms.CharField):
    """A first or a last name: one line, and no way to reach its owner (DEC-19)."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(max_length=60, widget=forms.TextInput(attrs={"autocomplete": autocomplete}), **kwargs)

    def clean(self, value: Any) -> Any:
        name = clean_line(super().clean(value))
        if self.required and not visible_length(name):
            raise ValidationError(self.error_messages["required"], code="required")
        if found := contacts.find(name):
            words = ", ".join(finding.text for finding in found)
            raise ValidationError(sentence(Refusal("contact_details", found=words)))
        return name


def _first_name() -> NameField:
    return NameField(label=_("שם פרטי"), autocomplete="given-name")


def _last_name() -> NameField:
    return NameField(label=_("שם משפחה"), autocomplete="family-name", required=False)


def _email() -> forms.EmailField:
    """An address as people type it; accounts know it in small letters."""
    return forms.EmailField(label=_("דוא״ל"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


def _password(autocomplete: str, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=_("סיסמה"), help_text=hint, strip=False, max_length=128, widget=widget)


def check_password(password: str, user: User | None = None) -> None:
    """The rules of settings, in our words: Django has no Hebrew for some of them."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise ValidationError([PASSWORD_PROBLEMS[error.code or ""] for error in problem.error_list]) from None


class Worded:
    """Between our `Form` and one of allauth's: our labels and hints, and no text inside empty fields.

    It stands before `Form` in time and after it in the list of bases, because `Form` looks at what was typed.
    """

    labels = {
        "login": _("דוא״ל"),
        "email": _("דוא״ל"),
        "password": _("סיסמה"),
        "oldpassword": _("הסיסמה הנוכחית"),
        "password1": _("סיסמה חדשה"),
        "password2": _("הסיסמה החדשה, שוב"),
        "code": _("הקוד מהדוא״ל"),
    }
    hints = {"password1": PASSWORD_HINT}
    attributes = {"login": LTR, "email": LTR, "code": CODE}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(self.attributes.get(name, {}))
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class LoginForm(Form, Worded, allauth.LoginForm):
    """Page 23."""


class SignupForm(Form, Worded, allauth.SignupForm):
    """Page 24: names, an unticked box of its own for marketing, and the terms (GEN-16)."""

    labels = {**Worded.labels, "password1": _("סיסמה")}
    first_name = _first_name()
    last_name = _last_name()
    marketing = forms.BooleanField(label=_("לקבל עדכונים והטבות בדוא״ל"), required=False)
    terms = forms.BooleanField(
        label=_("קראתי את תנאי השימוש ואת מדיניות הפרטיות, ומוסכם עליי"),
        error_messages={"required": _("כדי להירשם צריך לאשר את התנאים.")},
    )
    field_order = ("first_name", "last_name", "email", "password1", "terms", "marketing")

    def try_save(self, request: Any) -> Any:
        """One account per address, also when two ask for it at once; a taken one costs the same time."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists: bool = True
            return super().try_save(request)


class ResetPasswordForm(Form, Worded, allauth.ResetPasswordForm):
    """The first step of a forgotten password."""


class ResetPasswordKeyForm(Form, Worded, allauth.ResetPasswordKeyForm):
    """Its last step."""


class ChangePasswordForm(Form, Worded, allauth.ChangePasswordForm):
    """With the current password."""


class SetPasswordForm(Form, Worded, allauth.SetPasswordForm):
    """Of an account that has none."""


class AddEmailForm(Form, Worded, allauth.AddEmailForm):
    """A new address, which replaces the old one when its code has come back."""

    labels = {"email": _("הכתובת החדשה")}


class ConfirmEmailVerificationCodeForm(Form, Worded, allauth.ConfirmEmailVerificationCodeForm):
    """Page 25."""


class Coded(Worded):
    """A second factor's code."""

    labels = {"code": _("הקוד")}
    hints = {"code": _("6 ספרות מאפליקציית האימות, או אחד מקודי הגיבוי.")}


class SecondFactorForm(Form, Coded, AuthenticateForm):
    """On the way in."""


class SecondFactorAgainForm(Form, Coded, SecondFactorReauthenticateForm):
    """Before something that asks for it again."""


class ActivateAppForm(Form, Coded, ActivateTOTPForm):
    """The first code of a new authenticator app."""

    hints = {"code": _("6 הספרות שהאפליקציה מציגה אחרי הסריקה.")}


class ReauthenticateForm(Form, Worded, allauth.ReauthenticateForm):
    """The password once more, before something delicate."""


class NamesForm(Form):
    """Page 30: the names."""

    first_name = _first_name()
    last_name = _last_name()


class PictureForm(Form):
    """Page 30: a picture of oneself."""

    picture = forms.FileField(
        label=_("תמונה"),
        error_messages={"required": _("צריך לבחור קובץ.")},
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class ClosingForm(Form):
    """The password again, before an account is closed."""

    password = _password("current-password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        if not self.user.check_password(typed):
            raise ValidationError(_("הסיסמה אינה נכונה."))
        return typed


class OwnerForm(Form):
    """The first owner of a market."""

    first_name = _first_name()
    last_name = _last_name()
    email = _email()
    password = _password("new-password", PASSWORD_HINT)
    terms = forms.BooleanField(
        label=_("קראתי את תנאי השימוש ואת מדיניות הפרטיות, ומוסכם עליי"),
        error_messages={"required": _("כדי להמשיך צריך לאשר את התנאים.")},
    )

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=address).exists():
            raise ValidationError(_("כבר יש חשבון עם הכתובת הזו."))
        return address

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        check_password(typed)
        return typed

"""The forms of a provider's own area."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from house import policy
from house.clock import ISRAEL
from house.people.models import Away, Place, Profile, ProfileEntry

from .base import Form
from .talk import words

LANGUAGES = [(name, name) for name in ("עברית", "ערבית", "רוסית", "אנגלית", "אמהרית", "צרפתית", "ספרדית")]


class OnboardingForm(Form):
    """Opening provider mode (ACC-04)."""

    username = forms.CharField(
        label=_("כתובת הפרופיל"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none"}),
    )
    business_name = forms.CharField(label=_("שם העסק"), max_length=80, required=False)


class ApplicationForm(Form):
    """The business application (PRO-04)."""

    text = words(_("על העסק ועל הניסיון"), longest=2000, rows=7)
    registry_number = forms.CharField(
        label=_("מספר רישיון או רישום"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )


class AboutForm(Form):
    """What a provider says of themselves (PROF-02)."""

    business_name = forms.CharField(label=_("שם העסק"), max_length=80, required=False)
    bio = words(_("תיאור"), longest=policy.BIO_MAX + 200, rows=6)
    languages = forms.MultipleChoiceField(
        label=_("שפות"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    hours = forms.CharField(label=_("שעות עבודה"), max_length=120, required=False)

    @classmethod
    def start(cls, profile: Profile) -> dict[str, Any]:
        return {name: getattr(profile, name) for name in ("business_name", "bio", "languages", "hours")}


class AreasForm(Form):
    """DEC-17."""

    place = forms.ModelChoiceField(label=_("מקום העסק"), queryset=Place.objects.none(), required=False)
    areas = forms.ModelMultipleChoiceField(
        label=_("אזורי שירות"),
        queryset=Place.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.all()  # type: ignore[attr-defined]
        self.fields["areas"].queryset = Place.objects.exclude(kind=Place.Kind.NEIGHBOURHOOD)  # type: ignore[attr-defined]

    @classmethod
    def start(cls, profile: Profile) -> dict[str, Any]:
        return {"place": profile.place, "areas": profile.areas.all()}


def _day(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("התאריך לא קיים ביומן. אפשר לבחור תאריך אחר.")},
    )


class AwayForm(Form):
    """AVL-03…12."""

    starts_on = _day(_("מהיום"), _("היום, או יום אחר בעתיד."))
    returns_on = _day(_("חזרה ביום"), _("מתחילת היום הזה אפשר שוב להזמין."))
    reason = forms.ChoiceField(label=_("הסיבה"), choices=Away.Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("הודעה קצרה"),
        max_length=policy.AWAY_NOTE_MAX,
        required=False,
        help_text=_("מוצגת בפרופיל, בהצעות ובשיחות."),
    )
    new_clients = forms.BooleanField(
        label=_("אפשר ללקוחות חדשים ב-build-in house ליצור איתי קשר"),
        required=False,
        help_text=_("פניות שיגיעו נספרות בשיעור המענה ובזמן המענה הממוצע גם בתקופה הזו."),
    )

    @staticmethod
    def start(planned: Away | None, now: datetime) -> dict[str, Any]:
        """What is planned; else from today, with words that may stay."""
        if planned is None:
            said = _("כרגע אין קבלה של הזמנות חדשות. אפשר לשמור את ההצעה ולחזור אחרי התאריך.")
            return {"starts_on": now.astimezone(ISRAEL).date(), "reason": Away.Reason.HOLIDAY, "note": said}
        return {name: getattr(planned, name) for name in AwayForm.base_fields}


class EntriesForm(Form):
    """PRO-08."""

    education = words(_("השכלה, שורה לכל פריט"), longest=2000, rows=3, required=False)
    experience = words(_("ניסיון, שורה לכל פריט"), longest=2000, rows=4, required=False)

    @classmethod
    def start(cls, profile: Profile) -> dict[str, Any]:
        rows = list(profile.entries.all())
        return {kind: "\n".join(row.text for row in rows if row.kind == kind) for kind in ProfileEntry.Kind.values}


class ShowcaseForm(Form):
    """PROF-04 and DEC-51."""

    client_name = forms.CharField(label=_("שם הלקוח או המותג"), max_length=80)
    supplied = forms.CharField(label=_("מה סופק"), max_length=160)
    year = forms.IntegerField(label=_("שנה"), required=False)
    agreed = forms.BooleanField(label=_("הלקוח הסכים להופיע כאן"), required=False)


class WorkForm(Form):
    """A work sample."""

    title = forms.CharField(label=_("שם העבודה"), max_length=80)
    text = forms.CharField(label=_("היקף, משך, פרטים"), max_length=400, required=False)
    image = forms.FileField(label=_("תמונה"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))

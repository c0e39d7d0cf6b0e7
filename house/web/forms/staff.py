"""The forms of staff. What they decide carries a reason, which the audit log keeps (DEC-20)."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from house import hebrew, policy
from house.catalog.models import Category
from house.clock import ISRAEL
from house.desk.models import Case
from house.orders.models import Order, Stage
from house.orders.process import OPEN_STATES
from house.orders.reasons import SUPPORT_CANCELLATION
from house.people.models import Application, Profile, Role, User
from house.text import clean_line, clean_text

from .base import Form, MoneyField
from .talk import words

DENIALS = {
    "pictures": _("התמונות אינן מקוריות. צריך להחליף אותן בצילומים מעבודות שלך."),
    "contact": _("יש פרטי קשר בטקסט או בתמונה. צריך להסיר אותם, כל התקשורת מתנהלת באתר."),
    "category": _("הקטגוריה לא מתאימה לשירות. צריך לבחור קטגוריה אחרת."),
    "description": _("התיאור לא ברור או חסר. צריך לפרט מה כלול, מה לא כלול ומה התוצאה."),
    "licence": _("לעבודה הזו נדרש רישיון, והוא חסר או לא בתוקף."),
    "price": _("המחירים לא מתאימים למה שכתוב בתיאור."),
}
REMOVALS = {
    "rights": _("התמונות או הטקסט שייכים לאחרים."),
    "forbidden": _("השירות לא מותר בשוק לפי תנאי השימוש."),
    "misleading": _("ההצעה מטעה את מי שמזמין."),
    "contact": _("ההצעה מפנה אל מחוץ לאתר."),
}
DECISIONS = {
    Application.State.APPROVED: _("אישור העסק"),
    Application.State.MORE_ASKED: _("בקשת השלמה"),
    Application.State.DENIED: _("דחייה"),
}


def _reason() -> forms.CharField:
    return words(_("הסיבה"), longest=policy.EXPLANATION_MAX, rows=3)


def _preset(ready: dict[str, Any]) -> forms.ChoiceField:
    choices = [("", _("בלי סיבה מוכנה")), *ready.items()]
    return forms.ChoiceField(label=_("סיבה מוכנה"), choices=choices, required=False)


class ReasonForm(Form):
    """A ready-made reason, words of one's own, or both."""

    ready: dict[str, Any] = {}
    text = words(_("ובמילים שלך"), longest=policy.EXPLANATION_MAX, rows=4, required=False)

    @property
    def reason(self) -> str:
        """What the provider will read."""
        ready = str(self.ready.get(self.cleaned_data["preset"], ""))
        return "\n".join(part for part in (ready, self.cleaned_data["text"]) if part)


class DenialForm(ReasonForm):
    """F-4."""

    ready = DENIALS
    preset = _preset(DENIALS)


class RemovalForm(ReasonForm):
    """F-10 (OFR-26)."""

    ready = REMOVALS
    preset = _preset(REMOVALS)


class RequestReasonForm(Form):
    """Why a service request is not shown as it is."""

    reason = _reason()


class DecisionForm(Form):
    """About a business application (DEC-39)."""

    decision = forms.ChoiceField(label=_("ההחלטה"), choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    reason = words(_("סיבה, או מה חסר"), longest=policy.EXPLANATION_MAX, rows=4, required=False)


class LevelForm(Form):
    """TRS-04."""

    level = forms.ChoiceField(label=_("הדרגה"), choices=Profile.Level.choices)
    why = _reason()


STEPS = {"suspend": _("השעיה"), "lift": _("הסרת ההשעיה או החסימה"), "block": _("חסימה מיידית")}
S = User.Standing
STEPS_FROM = {
    S.GOOD: ("suspend", "block"),
    S.DEMOTED: ("suspend", "block"),
    S.SUSPENDED: ("suspend", "lift", "block"),
    S.BLOCKED: ("lift",),
}


class StandingForm(Form):
    """Suspend, lift, block (DEC-37); a suspension without an end lasts until it is lifted (AMB-14)."""

    until = forms.DateField(
        label=_("השעיה עד סוף היום"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
    )
    why = _reason()

    def __init__(self, user: User, now: datetime, *args: Any, **kwargs: Any) -> None:
        self._now = now
        steps = [(step, STEPS[step]) for step in STEPS_FROM[S(user.standing)]]
        asked: dict[str, forms.Field] = {
            "step": forms.ChoiceField(label=_("הצעד"), choices=steps, widget=forms.RadioSelect)
        }
        super().__init__(*args, asked=asked, **kwargs)

    def clean_until(self) -> datetime | None:
        """The end of the day that was chosen, in Israel."""
        day = self.cleaned_data["until"]
        end = datetime.combine(day + timedelta(days=1), time.min, ISRAEL) if day else None
        if end is not None and end <= self._now:
            raise forms.ValidationError(_now("התאריך כבר עבר."))
        return end


class GrantForm(Form):
    """Membership that is given (DEC-21)."""

    months = forms.TypedChoiceField(
        label=_("לכמה זמן?"),
        coerce=int,
        choices=[(number, hebrew.count(number, "month")) for number in range(1, policy.MEMBERSHIP_GRANT_MAX + 1)],
    )
    why = _reason()


class RoleForm(Form):
    """The owner hands out roles and takes them back (DEC-20)."""

    role = forms.ChoiceField(label=_("תפקיד"), choices=Role.choices)
    step = forms.ChoiceField(choices=[("grant", ""), ("revoke", "")], widget=forms.HiddenInput)


class CaseNoteForm(Form):
    """An answer to whoever opened the case, or a note among staff."""

    text = words(_("הטקסט"), longest=policy.EXPLANATION_MAX, rows=5)

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        opener = [("opener", _("תשובה למי שפנה"))] if case.answerable else []
        choices = [*opener, ("staff", _("הערה פנימית, רק לצוות"))]
        to = forms.ChoiceField(label=_("למי"), choices=choices, initial=choices[0][0], widget=forms.RadioSelect)
        super().__init__(*args, asked={"to": to}, **kwargs)


FAULT_OF = {"nobody": _("אף צד"), "client": _("הלקוח/ה"), "provider": _("נותן/ת השירות")}


class ReadingForm(Form):
    """Why somebody's messages are read (DEC-45)."""

    why = words(_("הסיבה לקריאה"), longest=policy.EXPLANATION_MAX, rows=3)


class OrderCancellationForm(Form):
    """What support says when it cancels (O-24, MET-05)."""

    reason = forms.ChoiceField(
        label=_("הסיבה"),
        choices=[(code, _(label)) for code, label in SUPPORT_CANCELLATION.items()],
        widget=forms.RadioSelect,
    )
    fault = forms.ChoiceField(label=_("באחריות מי הביטול?"), choices=list(FAULT_OF.items()))
    why = words(_("מה קרה? רק ליומן הצוות"), longest=policy.EXPLANATION_MAX)

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, asked=scope_of(order, required=True), **kwargs)

    def clean_why(self) -> str:
        return clean_text(self.cleaned_data["why"])

    @property
    def decided(self) -> dict[str, Any]:
        """The words of `support.cancel`."""
        return {"whole": is_whole(self), **{name: self.cleaned_data[name] for name in ("reason", "fault", "why")}}


def scope_of(order: Order | None, *, required: bool) -> dict[str, forms.Field]:
    """This stage or all of the order (SUP-08); asked only where a stage is open and others are still to come."""
    stages = list(order.stages.all()) if order else []
    now = next((row for row in stages if row.state in OPEN_STATES), None)
    if now is None or not any(row.state == Stage.State.PLANNED for row in stages):
        return {}
    choices = [("stage", _now("רק השלב הזה: %(name)s") % {"name": now.name}), ("order", _now("כל ההזמנה"))]
    field = forms.ChoiceField(
        label=_("מה לבטל?"), choices=choices, initial="stage", required=required, widget=forms.RadioSelect
    )
    return {"scope": field}


def is_whole(form: Form) -> bool:
    """Whether all of the order is meant: where nothing else can be, nothing is asked."""
    return bool(form.cleaned_data.get("scope", "order") == "order")


class RateForm(Form):
    """Why a cancellation is left out of the completion rate, or counted again (MET-06, SUP-05)."""

    why = words(_("הנימוק, ליומן הצוות"), longest=policy.EXPLANATION_MAX)


DISPUTE_DECISIONS = {
    "continue": _("להמשיך כמו שסוכם"),
    "revision": _("סבב תיקונים אחד נוסף"),
    "refund": _("החזר חלקי, והמסירה נשארת"),
    "cancel": _("ביטול והחזר של מה שמוחזק"),
}


class DisputeDecisionForm(Form):
    """What support decides in a dispute (DEC-32, SUP-08). What a decision does not need is not read."""

    decision = forms.ChoiceField(label=_("ההחלטה"), choices=list(DISPUTE_DECISIONS.items()), widget=forms.RadioSelect)
    amount = MoneyField(label=_("סכום ההחזר החלקי"), min_value=0, required=False)
    reason = forms.ChoiceField(
        label=_("סיבת הביטול"),
        choices=[("", _("לא בוטל")), *((code, _(label)) for code, label in SUPPORT_CANCELLATION.items())],
        required=False,
    )
    fault = forms.ChoiceField(label=_("באחריות מי הביטול?"), choices=list(FAULT_OF.items()), required=False)
    why = words(_("הנימוק, ליומן הצוות"), longest=policy.EXPLANATION_MAX)

    NEEDS: dict[str, tuple[str, ...]] = {"refund": ("amount",), "cancel": ("reason", "fault", "scope")}

    def __init__(self, order: Order | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, asked=scope_of(order, required=False), **kwargs)

    def clean(self) -> dict[str, Any]:
        """A decision needs its own facts."""
        for name in self.NEEDS.get(self.cleaned_data.get("decision", ""), ()):
            if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, _now("ההחלטה הזו צריכה גם את זה."))
        return self.cleaned_data

    @property
    def decided(self) -> dict[str, Any]:
        """The words of `disputes.decide`."""
        needs = self.NEEDS.get(self.cleaned_data["decision"], ())
        whole = {"whole": is_whole(self)} if "scope" in needs else {}
        return {name: self.cleaned_data[name] for name in ("decision", "why", *needs) if name != "scope"} | whole


class AuditForm(Form):
    """What to look for in the log."""

    by = forms.CharField(label=_("מי (דוא״ל)"), max_length=254, required=False, widget=forms.TextInput({"dir": "ltr"}))
    about = forms.CharField(label=_("על מה"), max_length=60, required=False, widget=forms.TextInput({"dir": "ltr"}))

    def __init__(self, deeds: Iterable[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        choices = [("", _("הכול")), *deeds]
        asked: dict[str, forms.Field] = {"what": forms.ChoiceField(label=_("מה נעשה"), choices=choices, required=False)}
        super().__init__(*args, asked=asked, **kwargs)


class LedgerForm(Form):
    """Which transfers of the books to show."""

    about = forms.CharField(label=_("נושא"), max_length=60, required=False, widget=forms.TextInput({"dir": "ltr"}))

    def __init__(self, kinds: Iterable[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        choices = [("", _("הכול")), *kinds]
        asked: dict[str, forms.Field] = {"kind": forms.ChoiceField(label=_("תנועה"), choices=choices, required=False)}
        super().__init__(*args, asked=asked, **kwargs)

    def clean_about(self) -> str:
        """The number of an order is enough."""
        about: str = self.cleaned_data["about"].strip()
        return f"order:{about.upper()}" if about.upper().startswith("BH-") else about


class CategoryForm(Form):
    """What an editor may change of a category (CAT-03, CAT-05…08), with the names of its subcategories."""

    name = forms.CharField(label=_("שם"), max_length=60)
    intro = words(_("פתיח"), longest=policy.EXPLANATION_MAX, required=False)
    licence_note = forms.CharField(label=_("הערה על רישיון"), max_length=200, required=False)
    price_note = forms.CharField(label=_("הערה על מחירים"), max_length=300, required=False)
    position = forms.IntegerField(label=_("מקום ברשימה"), min_value=0, max_value=999)
    open = forms.BooleanField(label=_("פתוחה בקטלוג"), required=False)
    has_packages = forms.BooleanField(label=_("אפשר שלוש חבילות"), required=False)
    has_audio = forms.BooleanField(label=_("אפשר קובצי שמע בגלריה"), required=False)
    video_required = forms.BooleanField(label=_("חובה סרטון בגלריה"), required=False)

    OWN: dict[str, Callable[[Any], Any]] = {
        "name": clean_line,
        "intro": clean_text,
        "licence_note": clean_line,
        "price_note": clean_line,
        "position": int,
        "open": bool,
        "has_packages": bool,
        "has_audio": bool,
        "video_required": bool,
    }

    def __init__(self, category: Category, *args: Any, **kwargs: Any) -> None:
        self.parts = list(category.subcategories.all())
        names = {f"sub_{part.pk}": part.name for part in self.parts}
        asked: dict[str, forms.Field] = {field: _name(name) for field, name in names.items()}
        initial = {name: getattr(category, name) for name in self.OWN} | names
        super().__init__(*args, asked=asked, initial=initial, **kwargs)

    @property
    def names(self) -> list[forms.BoundField]:
        """The fields of the subcategories."""
        return [self[f"sub_{part.pk}"] for part in self.parts]

    @property
    def changes(self) -> dict[str, Any]:
        """The words of `change_category`."""
        return {
            "values": {name: clean(self.cleaned_data[name]) for name, clean in self.OWN.items()},
            "subcategories": {part.slug: self.cleaned_data[f"sub_{part.pk}"] for part in self.parts},
        }


def _name(now: str) -> forms.CharField:
    return forms.CharField(label=now, max_length=60)

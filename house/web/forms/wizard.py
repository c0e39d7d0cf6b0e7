"""The offer wizard's steps (OFR-02). A step reads the offer, shows it, and saves it through the catalogue's verb.

Each step is one object of several small forms: `parts` are all of them, `head` takes a verb's refusal.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from house import hebrew, policy
from house.catalog import actions as catalog
from house.catalog.actions import ExtraRow, PackageRow, RequirementRow
from house.catalog.models import Category, Extra, Offer, Package, Requirement, ServiceType, Subcategory
from house.people.models import Place, User

from .base import Form, MoneyField
from .talk import words

SPARE = 2  # empty rows below the filled ones; saving brings new ones


class Step:
    """What the wizard's view needs of a step."""

    template = ""
    parts: Sequence[forms.Form] = ()

    def __init__(self, offer: Offer, data: Any = None) -> None:
        self.offer = offer
        self.data = data

    @property
    def head(self) -> forms.Form:
        """The form that shows what the verb refused."""
        return self.parts[0]

    def is_valid(self) -> bool:
        """Every part is judged, so that all problems are shown at once."""
        judged = [form.is_valid() for form in self.parts]
        return all(judged)

    def save(self, *, by: User, now: datetime) -> None:
        raise NotImplementedError


def grouped(rows: Any, group: str) -> list[Any]:
    """Choices of a drop-down under the names of their groups."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(str(getattr(row, group)), []).append((row.pk, str(row)))
    return [("", _("בחירה")), *found.items()]


class OverviewForm(Form):
    """OFR-04…09 and DEC-17."""

    title = forms.CharField(label=_("כותרת ההצעה"), max_length=policy.TITLE_MAX, required=False)
    subcategory = forms.TypedChoiceField(label=_("קטגוריה ותת־קטגוריה"), coerce=int, empty_value=None, required=False)
    service_type = forms.TypedChoiceField(label=_("סוג השירות"), coerce=int, empty_value=None, required=False)
    tags = forms.CharField(label=_("תגיות לחיפוש"), max_length=200, required=False)
    where = forms.ChoiceField(
        label=_("איפה נעשית העבודה?"), choices=Offer.Where.choices, widget=forms.RadioSelect, required=False
    )
    places = forms.ModelMultipleChoiceField(
        label=_("באילו מקומות?"),
        queryset=Place.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, locked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = Subcategory.objects.filter(category__open=True).select_related("category")
        types = ServiceType.objects.select_related("subcategory")
        self.fields["subcategory"].choices = grouped(open_ones.order_by("category__position", "position"), "category")  # type: ignore[attr-defined]
        self.fields["service_type"].choices = grouped(types, "subcategory")  # type: ignore[attr-defined]
        self.fields["places"].queryset = Place.objects.select_related("parent")  # type: ignore[attr-defined]
        self.fields["subcategory"].disabled = locked


class Overview(Step):
    """Step 1."""

    template = "wizard/overview.html"

    @cached_property
    def parts(self) -> Sequence[forms.Form]:  # type: ignore[override]
        offer = self.offer
        start = {
            "title": offer.title,
            "subcategory": offer.subcategory_id,
            "service_type": offer.service_type_id,
            "tags": ", ".join(offer.tags),
            "where": offer.where,
            "places": offer.places.all() if offer.pk else [],
        }
        return [OverviewForm(self.data, initial=start, locked=self.locked)]

    @property
    def locked(self) -> bool:
        """OFR-07: after publication the category stays."""
        return self.offer.published_at is not None

    @property
    def has_types(self) -> bool:
        """OFR-08: only certain subcategories have service types."""
        chosen = self.offer.subcategory
        return chosen is not None and chosen.service_types.exists()

    def save(self, *, by: User, now: datetime) -> None:
        words_ = self.parts[0].cleaned_data
        sub = Subcategory.objects.select_related("category").filter(pk=words_["subcategory"]).first()
        kind = ServiceType.objects.filter(pk=words_["service_type"], subcategory=sub).first()
        category: Category | None = sub.category if sub else None
        self.offer = catalog.save_overview(
            self.offer,
            by=by,
            now=now,
            title=words_["title"],
            category=category,
            subcategory=sub,
            service_type=kind,
            tags=words_["tags"].split(","),
            where=words_["where"],
            places=words_["places"],
        )


UNLIMITED = "unlimited"
REVISIONS = [
    ("0", _("בלי")),
    *((str(number), hebrew.count(number, "revision")) for number in range(1, policy.REVISIONS_MAX + 1)),
    (UNLIMITED, _("ללא הגבלה")),
]


def _revisions(value: str) -> int | None:
    """None: unlimited (REV-10)."""
    return None if value == UNLIMITED else int(value)


class PackageForm(Form):
    """One package (OFR-10…14)."""

    name = forms.CharField(label=_("שם החבילה"), max_length=40, required=False)
    text = forms.CharField(
        label=_("מה מקבלים"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    price = MoneyField(label=_("מחיר, כולל מע״מ"), required=False)
    days = forms.IntegerField(label=_("ימים למסירה"), required=False)
    revisions = forms.TypedChoiceField(
        label=_("סבבי תיקונים כלולים"),
        choices=REVISIONS,
        coerce=_revisions,
        empty_value=0,  # type: ignore[arg-type]
        required=False,
    )
    items = forms.MultipleChoiceField(label=_("מה כלול"), required=False, widget=forms.CheckboxSelectMultiple)
    fast_days = forms.IntegerField(label=_("מסירה מהירה: ימים"), required=False)
    fast_price = MoneyField(label=_("מסירה מהירה: תוספת מחיר"), required=False)

    def __init__(self, *args: Any, items: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [(item, item) for item in items]  # type: ignore[attr-defined]

    @property
    def row(self) -> PackageRow:
        return PackageRow(**self.cleaned_data)


class ExtraForm(Form):
    """One extra (EXT); one with nothing in it is left out."""

    kind = forms.ChoiceField(label=_("סוג"), choices=Extra.Kind.choices)
    title = forms.CharField(label=_("שם התוספת"), max_length=60, required=False)
    text = forms.CharField(label=_("פירוט"), max_length=160, required=False)
    price = MoneyField(label=_("מחיר ליחידה"), required=False)
    days = forms.IntegerField(label=_("ימים שהיא מוסיפה"), required=False, min_value=0, max_value=policy.DAYS_MAX)
    max_quantity = forms.IntegerField(label=_("עד כמה יחידות"), required=False, min_value=1, max_value=20)

    @property
    def row(self) -> ExtraRow | None:
        words_ = self.cleaned_data
        if not words_["title"] and not words_["text"] and words_["price"] is None:
            return None
        return ExtraRow(
            kind=words_["kind"],
            title=words_["title"],
            text=words_["text"],
            price=words_["price"] or 0,
            days=words_["days"] or 0,
            max_quantity=words_["max_quantity"] or 1,
        )


class ScopeForm(Form):
    """What holds for all packages (DEC-42, EXT-11)."""

    quantity_max = forms.IntegerField(label=_("כמה יחידות אפשר להזמין יחד"), min_value=1, max_value=20, initial=1)
    extra_unit_days = forms.IntegerField(
        label=_("כמה ימים מוסיפה כל יחידה נוספת"), min_value=0, max_value=policy.DAYS_MAX, initial=0
    )
    fast_quantity_max = forms.IntegerField(label=_("עד כמה יחידות במסירה מהירה"), min_value=1, max_value=20, initial=1)
    physical = forms.BooleanField(label=_("השירות כולל מוצר פיזי שנשלח"), required=False)


def _as_typed(row: Package | None) -> dict[str, Any]:
    """A stored package as its form shows it."""
    if row is None:
        return {}
    names = ("name", "text", "days", "items", "fast_days")
    revisions = UNLIMITED if row.revisions is None else str(row.revisions)
    sums = {"price": shekels(row.price), "fast_price": shekels(row.fast_price)}
    return {**{name: getattr(row, name) for name in names}, **sums, "revisions": revisions}


class Packages(Step):
    """Step 2: one package or three, and extras within the level's limits (DEC-11)."""

    template = "wizard/packages.html"

    @cached_property
    def parts(self) -> Sequence[forms.Form]:  # type: ignore[override]
        return [self.scope, *self.packages, *self.extras]

    @property
    def three(self) -> bool:
        """Whether three packages are on the page (OFR-15)."""
        if self.offer.category and not self.offer.category.has_packages:
            return False
        asked = self.data.get("three") if self.data is not None else None
        return asked == "1" if asked is not None else self.offer.packages.count() != 1

    @cached_property
    def scope(self) -> ScopeForm:
        names = ("quantity_max", "extra_unit_days", "fast_quantity_max", "physical")
        return ScopeForm(self.data, initial={name: getattr(self.offer, name) for name in names})

    @cached_property
    def packages(self) -> list[PackageForm]:
        """Those on the page."""
        return self._all[: policy.PACKAGES_MAX if self.three else 1]

    @property
    def kept(self) -> list[PackageForm]:
        """What was typed into packages that are not on the page; it comes back when they do."""
        return [form for form in self._all if form not in self.packages and f"{form.prefix}-name" in (self.data or ())]

    @cached_property
    def _all(self) -> list[PackageForm]:
        saved = {row.position: row for row in self.offer.packages.all()}
        items = self.offer.subcategory.items if self.offer.subcategory else []
        return [
            PackageForm(self.data, prefix=f"p{number}", initial=_as_typed(saved.get(number)), items=items)
            for number in range(1, policy.PACKAGES_MAX + 1)
        ]

    @cached_property
    def extras(self) -> list[ExtraForm]:
        most = policy.EXTRAS_PER_LEVEL[self.offer.provider.profile.level]
        saved = list(self.offer.extras.all())
        names = ("kind", "title", "text", "days", "max_quantity")
        starts: list[dict[str, Any]] = [
            {**{name: getattr(row, name) for name in names}, "price": shekels(row.price)} for row in saved
        ]
        starts += [{"kind": Extra.Kind.OTHER}] * (most - len(starts))
        return [ExtraForm(self.data, prefix=f"x{number}", initial=start) for number, start in enumerate(starts)]

    def save(self, *, by: User, now: datetime) -> None:
        rows = [form.row for form in self.extras]
        self.offer = catalog.save_packages(
            self.offer,
            by=by,
            now=now,
            packages=[form.row for form in self.packages],
            extras=[row for row in rows if row is not None],
            **self.scope.cleaned_data,
        )


def shekels(minor: int | None) -> str:
    """A stored sum as it is typed."""
    return "" if minor is None else hebrew.amount(minor).replace(",", "")


class DescriptionForm(Form):
    """OFR-17…22."""

    description = words(_("תיאור"), longest=policy.DESCRIPTION_MAX + 200, rows=10, required=False)


class FaqForm(Form):
    """One question and its answer (OFR-18)."""

    question = forms.CharField(label=_("שאלה"), max_length=160, required=False)
    answer = words(_("תשובה"), longest=600, rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        """Half a pair is mended, not lost."""
        pair = {name: self.cleaned_data.get(name, "") for name in ("question", "answer")}
        for name, other, said in (("answer", "question", _("חסרה תשובה.")), ("question", "answer", _("חסרה שאלה."))):
            if pair[other] and not pair[name] and name not in self.errors:
                self.add_error(name, said)
        return self.cleaned_data


class Description(Step):
    """Step 3."""

    template = "wizard/description.html"

    @cached_property
    def parts(self) -> Sequence[forms.Form]:  # type: ignore[override]
        return [DescriptionForm(self.data, initial={"description": self.offer.description}), *self.faq]

    @cached_property
    def faq(self) -> list[FaqForm]:
        starts = [{"question": row.question, "answer": row.answer} for row in self.offer.faq.all()]
        starts += [{"question": "", "answer": ""}] * min(SPARE, policy.FAQ_MAX - len(starts))
        number = rows_sent(self.data, "q", "question") or len(starts)
        starts += [{"question": "", "answer": ""}] * (number - len(starts))
        return [FaqForm(self.data, prefix=f"q{index}", initial=starts[index]) for index in range(number)]

    def save(self, *, by: User, now: datetime) -> None:
        rows = [(form.cleaned_data["question"], form.cleaned_data["answer"]) for form in self.faq]
        self.offer = catalog.save_description(
            self.offer,
            by=by,
            now=now,
            description=self.parts[0].cleaned_data["description"],
            faq=[row for row in rows if all(row)],
        )


def rows_sent(data: Any, prefix: str, name: str) -> int:
    """How many rows a page sent, at most what any page of ours has."""
    most = policy.REQUIREMENTS_MAX + SPARE
    return 0 if data is None else sum(f"{prefix}{number}-{name}" in data for number in range(most))


class RequirementForm(Form):
    """One requirement (RQM-02…04); an empty text leaves it out."""

    text = forms.CharField(label=_("מה צריך לדעת?"), max_length=400, required=False)
    kind = forms.ChoiceField(label=_("סוג התשובה"), choices=Requirement.Kind.choices, required=False)
    choices = forms.CharField(
        label=_("תשובות אפשריות, אחת בכל שורה"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    multiple = forms.BooleanField(label=_("אפשר לבחור כמה תשובות"), required=False)
    mandatory = forms.BooleanField(label=_("חובה: השעון יתחיל רק אחרי התשובה"), required=False)

    def clean(self) -> dict[str, Any]:
        """Answers without their question are mended, not lost."""
        if self.cleaned_data.get("choices") and not self.cleaned_data.get("text") and "text" not in self.errors:
            self.add_error("text", _("חסרה השאלה עצמה."))
        return self.cleaned_data

    @property
    def row(self) -> RequirementRow | None:
        words_ = self.cleaned_data
        if not words_["text"].strip():
            return None
        choices = [line.strip() for line in words_["choices"].splitlines() if line.strip()]
        kind = words_["kind"] or Requirement.Kind.TEXT
        return RequirementRow(
            text=words_["text"],
            kind=kind,
            choices=choices if kind == Requirement.Kind.CHOICE else [],
            multiple=words_["multiple"],
            mandatory=words_["mandatory"],
        )


class Requirements(Step):
    """Step 4."""

    template = "wizard/requirements.html"

    @cached_property
    def parts(self) -> Sequence[forms.Form]:  # type: ignore[override]
        names = ("text", "kind", "multiple", "mandatory")
        starts: list[dict[str, Any]] = [
            {**{name: getattr(row, name) for name in names}, "choices": "\n".join(row.choices)}
            for row in self.offer.requirements.all()
        ]
        starts += [{}] * min(SPARE, policy.REQUIREMENTS_MAX - len(starts))
        number = rows_sent(self.data, "r", "text") or len(starts)
        starts += [{}] * (number - len(starts))
        return [RequirementForm(self.data, prefix=f"r{index}", initial=starts[index]) for index in range(number)]

    def save(self, *, by: User, now: datetime) -> None:
        rows = [form.row for form in self.parts]  # type: ignore[attr-defined]
        self.offer = catalog.save_requirements(self.offer, by=by, now=now, rows=[row for row in rows if row])


class PauseForm(Form):
    """F-7: the day of return, which clients see (OFR-28)."""

    returns_on = forms.DateField(
        label=_("מתי חוזרים?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("התאריך לא קיים ביומן. אפשר לבחור תאריך אחר.")},
    )


STEPS: dict[int, type[Step]] = {1: Overview, 2: Packages, 3: Description, 4: Requirements}
GALLERY, PUBLISH = 5, 6


def step_of(number: int, offer: Offer, request: HttpRequest) -> Step:
    """The step of this number, with what was sent."""
    return STEPS[number](offer, request.POST or None)

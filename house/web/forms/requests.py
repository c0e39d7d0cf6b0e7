"""A client's request, step by step. A step reads the request, shows it, and saves it through the board's verb."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from house import policy
from house.board.actions import attach, save
from house.board.models import Request
from house.catalog.models import Subcategory
from house.people.models import Place, User

from ..uploads import with_files
from .base import Form, MoneyField
from .talk import FilesField, words
from .wizard import grouped


class StepForm(Form):
    """What the view needs of a step: it starts from a request, and saves one."""

    template = ""
    names: tuple[str, ...] = ()

    @classmethod
    def start(cls, wish: Request) -> dict[str, Any]:
        return {name: getattr(wish, name) for name in cls.names}

    def values(self) -> dict[str, Any]:
        """As the verb takes them."""
        return {name: self.cleaned_data[name] for name in self.names}

    def save(self, wish: Request, *, by: User, now: datetime) -> None:
        save(wish, by=by, now=now, **self.values())


class JobForm(StepForm):
    """Step 1: what kind of work."""

    template = "requests/job.html"
    subcategory = forms.TypedChoiceField(label=_("באיזה תחום?"), coerce=int, empty_value=None, required=False)
    title = forms.CharField(label=_("מה צריך, במשפט אחד"), max_length=policy.TITLE_MAX, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Subcategory.objects.filter(category__open=True).select_related("category")
        self.fields["subcategory"].choices = grouped(rows.order_by("category__position", "position"), "category")  # type: ignore[attr-defined]

    @classmethod
    def start(cls, wish: Request) -> dict[str, Any]:
        return {"subcategory": wish.subcategory_id, "title": wish.title}

    def values(self) -> dict[str, Any]:
        row = Subcategory.objects.select_related("category").filter(pk=self.cleaned_data["subcategory"]).first()
        return {"subcategory": row, "category": row and row.category, "title": self.cleaned_data["title"]}


class DetailsForm(StepForm):
    """Step 2: the words, and files."""

    template = "requests/details.html"
    names = ("text",)
    text = words(_("פירוט העבודה"), longest=policy.REQUEST_TEXT_MAX, rows=8, required=False)
    attached = FilesField(label=_("תמונות, תוכניות או קבצים"))

    def save(self, wish: Request, *, by: User, now: datetime) -> None:
        super().save(wish, by=by, now=now)

        def keep(files: list[UUID]) -> None:
            attach(wish, files=files, by=by, now=now)

        if self.cleaned_data["attached"]:
            with_files(self.cleaned_data["attached"], keep, owner=by, about=wish.about, now=now)


class TermsForm(StepForm):
    """Step 3: where, when, for how much."""

    template = "requests/terms.html"
    names = ("place", "when", "budget")
    place = forms.ModelChoiceField(
        label=_("איפה?"), queryset=Place.objects.none(), required=False, empty_label=_("בחירה")
    )
    when = forms.ChoiceField(label=_("מתי?"), choices=Request.When.choices, widget=forms.RadioSelect, required=False)
    budget = MoneyField(label=_("תקציב, עד"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.all()  # type: ignore[attr-defined]

    @classmethod
    def start(cls, wish: Request) -> dict[str, Any]:
        budget = None if wish.budget is None else f"{wish.budget / 100:g}"
        return {"place": wish.place_id, "when": wish.when, "budget": budget}


STEPS: dict[int, type[StepForm]] = {1: JobForm, 2: DetailsForm, 3: TermsForm}
CHECK = 4

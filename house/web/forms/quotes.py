"""A custom offer as its provider types it (COF, MIL): one whole, or up to six milestones. Empty rows are left out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from house import hebrew, policy
from house.board.models import Request
from house.catalog.extras import OwnLine
from house.catalog.models import Extra, Offer
from house.inbox.models import Conversation
from house.people.models import User
from house.quotes.actions import StageRow, send
from house.quotes.models import Quote
from house.quotes.proposals import propose

from .base import Form, MoneyField
from .talk import words
from .wizard import REVISIONS

EXTRAS = 3  # rows on the page
WHOLE, MILESTONES = "whole", "milestones"
SHAPES = [(WHOLE, _("מחיר אחד לכל העבודה")), (MILESTONES, _("שלבים: כל שלב נמסר, מאושר ומשולם לבד"))]


def _number(label: Any, most: int, **more: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "maxlength": 3, "autocomplete": "off"})
    return forms.IntegerField(
        label=label, min_value=1, max_value=most, widget=widget, error_messages=whole_number(most), **more
    )


def whole_number(most: int) -> dict[str, Any]:
    """What a field of a whole number from 1 says instead of Django's words."""
    said = format_lazy(_("מספר שלם בין 1 ל־{most}."), most=most)
    return {"invalid": said, "min_value": said, "max_value": said}


def _revisions() -> forms.TypedChoiceField:
    label = _("סבבי תיקונים")
    return forms.TypedChoiceField(
        label=label, choices=REVISIONS, coerce=int, empty_value=None, required=False, initial="1"
    )


# What each offer's list has, under the offer's title.
Lists = list[tuple[str, list[tuple[str, str]]]]


def lists_of(offers: QuerySet[Offer]) -> Lists:
    """The extras that may be chosen; whether one belongs to the chosen offer is judged by the verb."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in Extra.objects.filter(offer__in=offers).select_related("offer"):
        found.setdefault(row.offer.title, []).append((str(row.pk), f"{row.title} · {hebrew.price(row.price)}"))
    return list(found.items())


class Row(Form):
    """A row that counts only when something was typed into it; a drop-down alone says nothing."""

    typed: Sequence[str] = ()

    def has_changed(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.typed)


class HeadForm(Form):
    """What belongs to every custom offer."""

    offer = forms.ModelChoiceField(label=_("על בסיס ההצעה"), queryset=Offer.objects.none(), empty_label=None)
    text = words(_("מה כלול בהצעה?"), longest=policy.EXPLANATION_MAX, rows=6)
    shape = forms.ChoiceField(label=_("איך לתמחר?"), choices=SHAPES, widget=forms.RadioSelect, initial=WHOLE)
    expires_in = _number(_("בתוקף למשך (ימים)"), policy.QUOTE_DAYS_MAX, initial=policy.QUOTE_DAYS)
    asks_requirements = forms.BooleanField(label=_("לבקש את הדרישות של ההצעה לפני תחילת העבודה"), required=False)

    def __init__(self, offers: QuerySet[Offer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = offers  # type: ignore[attr-defined]


class WholeForm(Form):
    """One price for all of it."""

    price = MoneyField(label=_("מחיר, כולל מע״מ"))
    days = _number(_("ימי עבודה עד המסירה"), policy.DAYS_MAX)
    revisions = _revisions()


class ExtraRow(Row):
    """An extra of a custom offer without milestones: one of the offer's list, or one of one's own (EXT-15, EXT-16)."""

    typed = ("title", "price", "listed")
    listed = forms.TypedChoiceField(label=_("מרשימת התוספות"), coerce=int, empty_value=None, required=False)
    title = forms.CharField(label=_("או תוספת אחרת"), max_length=80, required=False)
    price = MoneyField(label=_("המחיר שלה"), required=False)
    quantity = _number(_("כמות"), max(policy.QUANTITY_PER_LEVEL.values()), initial=1)

    def __init__(self, lists: Lists, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["listed"].choices = [("", "–"), *lists]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """From the list, with the list's price; or a name and a price. Nothing of both."""
        said = self.cleaned_data
        own = bool(said.get("title")) or said.get("price") is not None
        if said.get("listed") and own:
            self.add_error("listed", _("תוספת מהרשימה, או אחרת: לא שתיהן באותה שורה."))
        if own and not self.errors and not (said.get("title") and said.get("price") is not None):
            self.add_error("price" if said.get("title") else "title", _("בכל שורה צריך שם ומחיר."))
        return said


class MilestoneRow(Row):
    """MIL-04…07."""

    typed = ("name", "outcome", "days", "price")
    name = forms.CharField(label=_("שם השלב"), max_length=80)
    outcome = words(_("מה יימסר בסופו?"), longest=policy.EXPLANATION_MAX, rows=2, required=False)
    days = _number(_("ימים"), policy.MILESTONE_DAYS_MAX)
    price = MoneyField(label=_("מחיר, כולל מע״מ"))
    revisions = _revisions()


class QuoteForm:
    """All parts of the page; the parts of the shape that was not chosen are kept as typed, and not judged."""

    head_form: type[HeadForm] = HeadForm

    def __init__(self, offers: QuerySet[Offer], data: Any = None) -> None:
        self.head = self.head_form(offers, data)
        self.whole = WholeForm(data, prefix="whole")
        lists = lists_of(offers)
        self.extras = [ExtraRow(lists, data, prefix=f"extra{n}", empty_permitted=True) for n in range(1, EXTRAS + 1)]
        numbers = range(1, policy.MILESTONES_MAX + 1)
        self.milestones = [MilestoneRow(data, prefix=f"stage{n}", empty_permitted=True) for n in numbers]

    @cached_property
    def parts(self) -> list[Form]:
        """Those that count."""
        if self.head["shape"].value() == MILESTONES:
            return [self.head, *self.milestones]
        return [self.head, self.whole, *self.extras]

    def is_valid(self) -> bool:
        """Every part is judged, so that all problems are shown at once."""
        judged = [part.is_valid() for part in self.parts]
        return all(judged)

    @property
    def errors(self) -> list[Form]:
        """The parts that have something to mend."""
        return [part for part in self.parts if part.errors]

    def send(self, conversation: Conversation, *, by: User, now: datetime) -> Quote:
        """Through the verb, which judges the rules."""
        return send(conversation, by=by, now=now, **self.said)

    @property
    def said(self) -> dict[str, Any]:
        """As the verb takes it."""
        head = {name: value for name, value in self.head.cleaned_data.items() if name != "shape"}
        rows = self._rows
        own = [OwnLine(row["title"], row["price"], row["quantity"]) for row in rows if not row["listed"]]
        listed = {row["listed"]: row["quantity"] for row in rows if row["listed"]}
        return {**head, "stages": self._stages, "lines": own, "listed": listed}

    @property
    def _stages(self) -> list[StageRow]:
        if self.whole not in self.parts:
            return [StageRow(**row.cleaned_data) for row in self.milestones if row.has_changed()]
        return [StageRow(name="", **self.whole.cleaned_data)]

    @property
    def _rows(self) -> list[dict[str, Any]]:
        if self.whole not in self.parts:
            return []
        return [row.cleaned_data for row in self.extras if row.has_changed()]


class ProposalHead(HeadForm):
    """A proposal also says when the work can begin."""

    starts_on = forms.DateField(
        label=_("מתי אפשר להתחיל?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ProposalForm(QuoteForm):
    """A proposal to a request, in the order of REQ-08: offer, extras, words, time, price."""

    head_form = ProposalHead

    def propose(self, wish: Request, *, by: User, now: datetime) -> Quote:
        """Through the verb, which judges the rules."""
        return propose(wish, by=by, now=now, **self.said)

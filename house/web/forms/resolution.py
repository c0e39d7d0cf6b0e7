"""The form of each kind of request, the answers, and a call to support. They check shapes; the verbs check rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from house import hebrew, policy
from house.catalog.models import Extra
from house.orders.models import ResolutionRequest, Stage
from house.orders.reasons import REASONS
from house.process import Party

from .base import Form, MoneyField
from .talk import FilesField, words

Kind = ResolutionRequest.Kind
Fields = dict[str, forms.Field]
ROWS = range(1, 7)  # lines of a bill that a form without JavaScript offers
OPEN_ROWS = 2  # shown at once; the others are folded


class RequestForm(Form):
    """Why, what exactly, and what shows it (RES-13)."""

    reason = forms.ChoiceField(label=_("הסיבה"), widget=forms.RadioSelect)
    explanation = words(_("הסבר לצד השני"), longest=policy.EXPLANATION_MAX)
    attached = FilesField(label=_("צירוף קבצים"))

    def __init__(self, kind: Kind, stage: Stage, party: Party, now: datetime, *args: Any, **kwargs: Any) -> None:
        self.kind = kind
        self.prices = _extras(stage).values_list("pk", "price")
        own = FIELDS[kind](stage, now) if kind in FIELDS else {}
        super().__init__(*args, asked=own, **kwargs)
        reasons = REASONS[kind][party]
        self.fields["reason"].choices = [(code, _now(label)) for code, label in reasons.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A line of a bill is whole or empty."""
        for number in ROWS if "title_1" in self.fields else ():
            title, price = (self.cleaned_data.get(f"{name}_{number}") for name in ("title", "price"))
            if bool(title) != (price is not None) and not self.errors.keys() & {f"title_{number}", f"price_{number}"}:
                self.add_error(f"price_{number}" if title else f"title_{number}", _now("בכל שורה צריך שם ומחיר."))
        return self.cleaned_data

    @property
    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of the lines of a bill; none for a kind without one."""
        numbers = ROWS if "title_1" in self.fields else ()
        return [tuple(self[f"{name}_{number}"] for name in ("title", "price", "quantity")) for number in numbers]

    @property
    def listed(self) -> list[forms.BoundField]:
        """How many of each extra of the offer's list (EXT-15)."""
        return [self[name] for name in self.fields if name.startswith("listed_")]

    @property
    def folded_in_use(self) -> bool:
        """Whether something stands in a line that is folded at first."""
        return any(bound.errors or bound.data for row in self.rows[OPEN_ROWS:] for bound in row[:2])

    @property
    def own(self) -> list[forms.BoundField]:
        """The other fields of this kind, in their order."""
        return [self[name] for name in ("scope", "days", "revisions", "amount", "proof") if name in self.fields]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines that were written."""
        given = self.cleaned_data
        return [
            {"title": given[f"title_{number}"], "price": given[f"price_{number}"], "quantity": quantity}
            for number in ROWS
            if given.get(f"title_{number}")
            for quantity in [given.get(f"quantity_{number}") or 1]
        ]

    @property
    def change(self) -> dict[str, Any]:
        """What is asked for, as `requests.ask` takes it."""
        found = {
            name: self.cleaned_data[name] for name in ("days", "revisions", "amount") if self.cleaned_data.get(name)
        }
        return found | ({"lines": self.lines, "listed": self._chosen} if self.rows else {})

    @property
    def _chosen(self) -> dict[int, int]:
        """The chosen extras of the list, by their id."""
        return {
            int(bound.name.removeprefix("listed_")): self.cleaned_data[bound.name]
            for bound in self.listed
            if self.cleaned_data.get(bound.name)
        }

    @property
    def sum(self) -> int:
        """What the change costs, or gives back; a preview of what the verb will compute."""
        if not self.rows:
            return int(self.change.get("amount", 0))
        prices = dict(self.prices)
        of_list = sum(prices[pk] * number for pk, number in self._chosen.items())
        return of_list + sum(row["price"] * row["quantity"] for row in self.lines)

    @property
    def whole(self) -> bool:
        """Whether the whole order is meant (DEC-36): a simple order has nothing else."""
        return self.kind == Kind.CANCELLATION and self.cleaned_data.get("scope", "order") == "order"

    @property
    def evidence(self) -> dict[str, Any]:
        """The chosen proof (DEC-46)."""
        kind, _sign, number = self.cleaned_data.get("proof", "").partition(":")
        return {kind: int(number) if number else True} if kind else {}


def _cancellation(stage: Stage, now: datetime) -> Fields:
    proofs = [("", _now("בלי")), *_proofs(stage, bool(stage.lateness(now)))]
    own: Fields = {"proof": forms.ChoiceField(label=_("אסמכתה מההזמנה"), choices=proofs, required=False)}
    if len(stage.order.stages.all()) == 1:
        return own
    scopes = [("stage", _now("רק השלב הזה: %(name)s") % {"name": stage.name}), ("order", _now("כל ההזמנה"))]
    scope = forms.ChoiceField(label=_("מה לבטל?"), choices=scopes, initial="stage", widget=forms.RadioSelect)
    return {"scope": scope, **own}


def _proofs(stage: Stage, late: bool) -> list[tuple[str, str]]:
    """Lateness, deliveries and the latest messages of this order."""
    found = [("late", _now("האיחור במסירה"))] if late else []
    sent = stage.deliveries.exclude(sent_at=None)
    found += [(f"delivery:{row.pk}", _now("מסירה מס׳ %(number)s") % {"number": row.number}) for row in sent]
    messages = stage.order.thread.messages.order_by("-at")[:10]
    return found + [(f"message:{row.pk}", _now("הודעה: %(text)s") % {"text": row.text[:50]}) for row in messages]


def _days(stage: Stage, least: int) -> forms.Field:
    """Each choice says the date that it leads to: before and after without any script."""
    numbers = range(least, policy.EXTENSION_DAYS_MAX + 1)
    choices = [(str(number), _with_date(stage, number)) for number in numbers]
    return forms.TypedChoiceField(label=_("כמה ימים להוסיף?"), choices=choices, coerce=int, required=least > 0)


def _with_date(stage: Stage, number: int) -> str:
    if not number:
        return _now("בלי לשנות את המועד")
    days = hebrew.count(number, "day")
    if stage.due_at is None:
        return days
    return _now("%(days)s, עד %(date)s") % {"days": days, "date": hebrew.day(stage.due_at + timedelta(days=number))}


def _extension(stage: Stage, now: datetime) -> Fields:
    return {"days": _days(stage, least=1)}


def _extras(stage: Stage) -> QuerySet[Extra]:
    """The list that the order's offer has now."""
    return Extra.objects.filter(offer=stage.order.offer_id)


def _listed(stage: Stage, most: int) -> Fields:
    """EXT-15: choose the service and its quantity."""
    numbers = [(str(number), str(number) if number else "–") for number in range(most + 1)]
    return {
        f"listed_{row.pk}": forms.TypedChoiceField(
            label=f"{row.title} · {hebrew.price(row.price)}", choices=numbers, coerce=int, required=False
        )
        for row in _extras(stage)
    }


def _lines(stage: Stage, now: datetime) -> Fields:
    own: Fields = _listed(stage, policy.QUANTITY_PER_LEVEL[stage.order.provider.profile.level])
    for number in ROWS:
        own[f"title_{number}"] = forms.CharField(label=_("מה נוסף?"), max_length=120, required=False)
        own[f"price_{number}"] = MoneyField(label=_("מחיר ליחידה"), min_value=0, required=False)
        own[f"quantity_{number}"] = forms.IntegerField(
            label=_("כמות"), min_value=1, max_value=max(policy.QUANTITY_PER_LEVEL.values()), initial=1, required=False
        )
    return own | {"days": _days(stage, least=0)}


def _revisions() -> forms.Field:
    numbers = range(1, policy.REVISIONS_MAX + 1)
    choices = [(str(number), hebrew.count(number, "revision")) for number in numbers]
    return forms.TypedChoiceField(label=_("כמה סבבים להוסיף?"), choices=choices, coerce=int)


def _more_revisions(stage: Stage, now: datetime) -> Fields:
    price = MoneyField(label=_("המחיר לכולם"), min_value=0, required=False, help_text=_("ריק: בלי תשלום."))
    return {"revisions": _revisions(), "amount": price}


def _ask_revisions(stage: Stage, now: datetime) -> Fields:
    return {"revisions": _revisions()}


def _partial_refund(stage: Stage, now: datetime) -> Fields:
    return {"amount": MoneyField(label=_("הסכום שיחזור ללקוח/ה"), min_value=0)}


FIELDS: dict[Kind, Callable[[Stage, datetime], Fields]] = {
    Kind.CANCELLATION: _cancellation,
    Kind.EXTENSION: _extension,
    Kind.SCOPE_CHANGE: _lines,
    Kind.EXTRA: _lines,
    Kind.MORE_REVISIONS: _more_revisions,
    Kind.ASK_REVISIONS: _ask_revisions,
    Kind.PARTIAL_REFUND: _partial_refund,
}


class UpdateForm(Form):
    """The update that was asked for (AMB-4)."""

    answer = words(_("מה קורה עם העבודה?"), longest=policy.EXPLANATION_MAX, rows=5)


class DisputeForm(Form):
    """What support should know (CAN-10)."""

    text = words(_("מה קרה, ומה יהיה פתרון הוגן?"), longest=policy.EXPLANATION_MAX, rows=6)

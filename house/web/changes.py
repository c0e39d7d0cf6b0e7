"""Before → after of a request: the date, the money, the rounds. The form, the order page and the payment read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from house import hebrew
from house.orders.models import ResolutionRequest, Stage

from . import room

Kind = ResolutionRequest.Kind


@dataclass(frozen=True)
class Change:
    """What changes, from what, to what; `after` is empty while nothing was chosen."""

    label: str
    before: str
    after: str


def changes(kind: str, stage: Stage, change: dict[str, Any]) -> list[Change]:
    """Before → after of a kind: the date, the money, the rounds."""
    return [row for part in PARTS.get(Kind(kind), ()) for row in part(stage, change)]


def _date(stage: Stage, change: dict[str, Any]) -> list[Change]:
    days = change.get("days", 0)
    if stage.due_at is None:
        return []
    after = hebrew.day(stage.due_at + timedelta(days=days)) if days else ""
    return [Change(_("מועד המסירה"), hebrew.day(stage.due_at), after)]


def _more_money(stage: Stage, change: dict[str, Any]) -> list[Change]:
    amount = change.get("amount", 0)
    return [Change(_label(stage), hebrew.price(stage.price), hebrew.price(stage.price + amount) if amount else "")]


def _less_money(stage: Stage, change: dict[str, Any]) -> list[Change]:
    left = stage.price - change.get("amount", 0)
    return [Change(_label(stage), hebrew.price(stage.price), hebrew.price(left) if 0 < left < stage.price else "")]


def _label(stage: Stage) -> str:
    return _("סכום השלב") if room.is_milestone(stage) else _("סכום ההזמנה")


def _rounds(stage: Stage, change: dict[str, Any]) -> list[Change]:
    left, more = stage.revisions_left, change.get("revisions", 0)
    if left is None:
        return []
    return [Change(_("סבבי תיקונים שנותרו"), str(left), str(left + more) if more else "")]


PARTS: dict[Kind, tuple[Callable[[Stage, dict[str, Any]], list[Change]], ...]] = {
    Kind.EXTENSION: (_date,),
    Kind.SCOPE_CHANGE: (_more_money, _date),
    Kind.EXTRA: (_more_money, _date),
    Kind.MORE_REVISIONS: (_rounds, _more_money),
    Kind.ASK_REVISIONS: (_rounds,),
    Kind.PARTIAL_REFUND: (_less_money,),
}

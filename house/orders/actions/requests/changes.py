"""What a kind of request asks for, checked and in one shape: {days, amount, revisions, lines}."""

from collections.abc import Callable, Mapping
from typing import Any

from house import policy
from house.catalog.extras import OwnLine, billed
from house.catalog.models import Extra
from house.process import Refusal

from ...models import ResolutionRequest, Stage

Kind = ResolutionRequest.Kind
Change = dict[str, Any]


def checked(kind: Kind, stage: Stage, change: Mapping[str, Any]) -> Change:
    """The change of this kind; kinds that change nothing give an empty one."""
    return SHAPES[kind](stage, change) if kind in SHAPES else {}


def _days(change: Mapping[str, Any], *, least: int) -> int:
    days = int(change.get("days") or 0)
    if not least <= days <= policy.EXTENSION_DAYS_MAX:
        raise Refusal("bad_days", least=least, most=policy.EXTENSION_DAYS_MAX)
    return days


def _revisions(change: Mapping[str, Any]) -> int:
    number = int(change.get("revisions") or 0)
    if not 1 <= number <= policy.REVISIONS_MAX:
        raise Refusal("bad_revisions", most=policy.REVISIONS_MAX)
    return number


def _amount(amount: int, *, least: int) -> int:
    if not least <= amount <= policy.PRICE_MAX:
        raise Refusal("price_out_of_range", least=least // 100, most=policy.PRICE_MAX // 100)
    return amount


def _extension(stage: Stage, change: Mapping[str, Any]) -> Change:
    return {"days": _days(change, least=1)}


def _lines(stage: Stage, change: Mapping[str, Any]) -> Change:
    """Extras of the offer's list (EXT-15) or of one's own (EXT-16), within the provider's level."""
    return _billed(stage, change, within_level=True)


def _billed(stage: Stage, change: Mapping[str, Any], *, within_level: bool) -> Change:
    """The sum is computed here, never believed; rounds of changes that are bought join the stage's own."""
    own = [OwnLine(str(row["title"]), int(row["price"]), int(row["quantity"])) for row in change.get("lines", ())]
    listed = {int(pk): int(number) for pk, number in change.get("listed", {}).items()}
    assert stage.order.offer is not None
    bill = billed(stage.order.offer, listed=listed, own=own, within_level=within_level)
    if not bill:
        raise Refusal("bad_extra")
    rounds = sum(line.quantity for line in bill if line.kind == Extra.Kind.REVISIONS)
    return {
        "lines": [{"title": line.title, "price": line.unit_price, "quantity": line.quantity} for line in bill],
        "amount": _amount(sum(line.amount for line in bill), least=1_00),
        "days": _days(change, least=0),
        **({"rounds": rounds} if rounds else {}),
    }


def _scope(stage: Stage, change: Mapping[str, Any]) -> Change:
    """More work for more money, or another delivery time, or both (RES-10)."""
    if change.get("lines") or change.get("listed"):
        return _billed(stage, change, within_level=False)
    return {"lines": [], "amount": 0, "days": _days(change, least=1)}


def _more(stage: Stage, change: Mapping[str, Any]) -> Change:
    """Free or paid (RES-11)."""
    amount = int(change.get("amount") or 0)
    return {"revisions": _revisions(change), "amount": _amount(amount, least=1_00) if amount else 0}


def _asked(stage: Stage, change: Mapping[str, Any]) -> Change:
    return {"revisions": _revisions(change), "amount": 0}


def _part(stage: Stage, change: Mapping[str, Any]) -> Change:
    amount = int(change.get("amount") or 0)
    if not 0 < amount < stage.price:
        raise Refusal("bad_partial_refund")
    return {"amount": amount}


SHAPES: dict[Kind, Callable[[Stage, Mapping[str, Any]], Change]] = {
    Kind.EXTENSION: _extension,
    Kind.SCOPE_CHANGE: _scope,
    Kind.EXTRA: _lines,
    Kind.MORE_REVISIONS: _more,
    Kind.ASK_REVISIONS: _asked,
    Kind.PARTIAL_REFUND: _part,
}

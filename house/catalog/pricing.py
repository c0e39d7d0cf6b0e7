"""What an order of an offer costs and how long it takes (DEC-42). Page, checkout and order use this one."""

from collections.abc import Mapping
from dataclasses import dataclass

from house import policy
from house.process import Refusal

from .models import Extra, Offer, Package


@dataclass(frozen=True)
class Line:
    """One row of the bill; minor units with VAT. `kind`: package, fast, or a kind of extra."""

    kind: str
    title: str
    unit_price: int
    quantity: int
    amount: int
    days: int = 0


@dataclass(frozen=True)
class Quote:
    """`revisions` None: unlimited (REV-10)."""

    lines: tuple[Line, ...]
    total: int
    days: int
    revisions: int | None


def quantity_limit(offer: Offer) -> int:
    """The smaller of what the provider set and what the level allows (DEC-11)."""
    return min(offer.quantity_max, policy.QUANTITY_PER_LEVEL[offer.provider.profile.level])


def quote(offer: Offer, *, package: int, quantity: int, extras: Mapping[int, int], fast: bool) -> Quote:
    """Total = package × quantity + Σ(extra × its quantity); fast is charged per unit.

    `package` is a position, `extras` maps an extra's id to its quantity (zero leaves it out). Refusals:
    `bad_package`, `bad_quantity`, `bad_extra`, `no_fast`, `fast_too_many`, `total_too_large`.
    """
    chosen = next((row for row in offer.packages.all() if row.position == package), None)
    if chosen is None or chosen.price is None or chosen.days is None:
        raise Refusal("bad_package")
    if not 1 <= quantity <= quantity_limit(offer):
        raise Refusal("bad_quantity", most=quantity_limit(offer))
    lines = [_line("package", chosen.name or offer.title, chosen.price, quantity)]
    if fast:
        lines.append(_fast(offer, chosen, quantity))
    added = [_extra(row, extras[row.pk]) for row in offer.extras.all() if extras.get(row.pk)]
    if len(added) != sum(1 for number in extras.values() if number):
        raise Refusal("bad_extra")
    lines += added
    total = sum(line.amount for line in lines)
    if total > policy.ORDER_TOTAL_MAX:
        raise Refusal("total_too_large")
    days = _days(offer, chosen, quantity, fast, added)
    return Quote(tuple(lines), total, days, _revisions(chosen, added))


def _line(kind: str, title: str, price: int, quantity: int, days: int = 0) -> Line:
    return Line(kind, title, price, quantity, price * quantity, days)


def _fast(offer: Offer, package: Package, quantity: int) -> Line:
    if package.fast_days is None or package.fast_price is None:
        raise Refusal("no_fast")
    if quantity > offer.fast_quantity_max:
        raise Refusal("fast_too_many", most=offer.fast_quantity_max)
    return _line("fast", "", package.fast_price, quantity)


def _extra(extra: Extra, quantity: int) -> Line:
    if not 1 <= quantity <= extra.max_quantity:
        raise Refusal("bad_extra")
    return _line(extra.kind, extra.title, extra.price, quantity, extra.days * quantity)


def _days(offer: Offer, package: Package, quantity: int, fast: bool, added: list[Line]) -> int:
    """With fast delivery the fast days hold and day additions are ignored (AMB-46)."""
    more_units = offer.extra_unit_days * (quantity - 1)
    if fast:
        return (package.fast_days or 0) + more_units
    return (package.days or 0) + more_units + sum(line.days for line in added)


def _revisions(package: Package, added: list[Line]) -> int | None:
    if package.revisions is None:
        return None
    return package.revisions + sum(line.quantity for line in added if line.kind == Extra.Kind.REVISIONS)

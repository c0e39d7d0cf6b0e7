"""Extras outside of the order form: in a custom offer, and offered in an active order (EXT-14…16, COF)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from house import policy
from house.process import Refusal
from house.text import clean_line, visible_length

from .models import Extra, Offer
from .pricing import Line

SHIPPING = re.compile(r"(?<!\w)[בוהלכ]{0,2}(?:משלוח|שילוח)(?:ים|י)?(?!\w)|\bshipping\b", re.IGNORECASE)


@dataclass(frozen=True)
class OwnLine:
    """An extra that is on no list (EXT-16); minor units for one."""

    title: str
    price: int
    quantity: int = 1


def billed(offer: Offer, *, listed: Mapping[int, int], own: Sequence[OwnLine], within_level: bool = True) -> list[Line]:
    """The lines of the bill: extras of the offer's list by id and quantity (EXT-15), then lines of one's own.

    Refusals: `too_many_lines`, `bad_extra`, `bad_quantity` and `extra_price_out_of_range` (of the provider's level,
    DEC-11, TRS-02; not judged for a change of scope), `shipping_without_goods` (EXT-12, PAY-08).
    """
    chosen = [row for row in offer.extras.all() if listed.get(row.pk)]
    if len(chosen) != sum(1 for number in listed.values() if number):
        raise Refusal("bad_extra")
    if len(chosen) + len(own) > policy.EXTRA_LINES_MAX:
        raise Refusal("too_many_lines", most=policy.EXTRA_LINES_MAX)
    lines = [_line(row.kind, row.title, row.price, listed[row.pk]) for row in chosen]
    lines += [_line(Extra.Kind.OTHER, clean_line(row.title)[:80], row.price, row.quantity) for row in own]
    for line in lines:
        _check(line, offer, within_level)
    return lines


def _line(kind: str, title: str, price: int, quantity: int) -> Line:
    return Line(kind, title, price, quantity, price * quantity)


def _check(line: Line, offer: Offer, within_level: bool) -> None:
    level = offer.provider.profile.level
    if not visible_length(line.title) or not 0 < line.unit_price <= policy.PRICE_MAX:
        raise Refusal("bad_extra")
    if not 1 <= line.quantity <= policy.QUANTITY_PER_LEVEL[level]:
        raise Refusal("bad_quantity", most=policy.QUANTITY_PER_LEVEL[level])
    if within_level and line.unit_price > policy.EXTRA_PRICE_PER_LEVEL[level]:
        raise Refusal("extra_price_out_of_range", most=policy.EXTRA_PRICE_PER_LEVEL[level] // 100)
    if not offer.physical and (line.kind == Extra.Kind.SHIPPING or SHIPPING.search(line.title)):
        raise Refusal("shipping_without_goods")

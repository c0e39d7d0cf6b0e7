"""Money is a whole number of minor units (agorot): `int`, never float."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from house import policy


@dataclass(frozen=True)
class Split:
    """How one release is divided; `commission + vat + provider == gross` (DEC-12)."""

    gross: int
    provider: int
    commission: int
    vat: int


def _round(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def vat_percent(on: date) -> Decimal:
    """The VAT rate, in percent, in force on a day (DEC-12)."""
    return policy.VAT_PERCENT_SINCE[max(day for day in policy.VAT_PERCENT_SINCE if day <= on)]


def vat_inside(gross: int, *, on: date) -> int:
    """The VAT that a price with VAT contains."""
    return gross - _round(Decimal(gross) * 100 / (100 + vat_percent(on)))


def split(gross: int, *, percent: int, on: date) -> Split:
    """Divides a release once: commission half-up to the agora, the rest to the provider (DEC-12).

    VAT is inside the commission and posted apart, so `commission` here is net of VAT.
    """
    with_vat = _round(Decimal(gross) * percent / 100)
    vat = vat_inside(with_vat, on=on)
    return Split(gross=gross, provider=gross - with_vat, commission=with_vat - vat, vat=vat)

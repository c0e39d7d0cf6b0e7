"""One release is divided once, to the agora (DEC-12)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from house import policy
from house.money import split, vat_percent

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("on", [date(2024, 12, 31), TODAY], ids=["17", "18"])
def test_every_amount_up_to_a_hundred_adds_up(on):
    """The parts are whole, never negative, and sum to the whole; the commission is rounded half up."""
    rate = Fraction(vat_percent(on))
    for gross in range(1, 10_001):
        parts = split(gross, percent=20, on=on)
        assert parts.provider + parts.commission + parts.vat == parts.gross == gross
        assert min(parts.provider, parts.commission, parts.vat) >= 0
        with_vat = gross - parts.provider
        assert with_vat == (2 * gross + 5) // 10
        assert abs(Fraction(with_vat * 100) / (100 + rate) - parts.commission) <= Fraction(1, 2)


@settings(deadline=None)
@given(gross=st.integers(1, policy.ORDER_TOTAL_MAX), percent=st.integers(0, 100))
def test_any_amount_at_any_commission_adds_up(gross, percent):
    parts = split(gross, percent=percent, on=TODAY)
    assert parts.provider + parts.commission + parts.vat == gross
    assert min(parts.provider, parts.commission, parts.vat) >= 0


def test_what_is_printed_on_the_help_page():
    """₪1,000: 800 to the provider; of the 200, ₪169.49 net and ₪30.51 VAT."""
    parts = split(1000_00, percent=policy.COMMISSION_PERCENT, on=TODAY)
    assert (parts.provider, parts.commission, parts.vat) == (800_00, 169_49, 30_51)


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        (date(2015, 10, 1), 17),
        (date(2024, 12, 31), 17),
        (date(2025, 1, 1), 18),
        (date(2026, 11, 23), 18),
    ],
)
def test_the_rate_is_that_of_the_day(on, percent):
    """DEC-12: a dated rate."""
    assert vat_percent(on) == Decimal(percent)


def test_half_an_agora_goes_up():
    assert split(2, percent=25, on=TODAY).provider == 1
    assert split(1, percent=49, on=TODAY).provider == 1

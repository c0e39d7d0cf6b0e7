"""Fixtures of the races."""

from ..orders.conftest import races  # noqa: F401

"""What a client chooses on an offer's page: package, quantity, extras, fast delivery."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from house.catalog.models import Offer

EXTRA = "extra_"
DIGITS = 6  # of a quantity
ID_DIGITS = 18  # what the database can hold
EXTRAS_READ = 50


@dataclass(frozen=True)
class Choice:
    """As typed; `catalog.pricing.quote` judges it. `extras` maps an extra's id to its quantity."""

    package: int
    quantity: int = 1
    extras: dict[int, int] = field(default_factory=dict)
    fast: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of `quote` and of the checkout."""
        return {"package": self.package, "quantity": self.quantity, "extras": self.extras, "fast": self.fast}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as names and values of form fields."""
        found = [("package", str(self.package)), ("quantity", str(self.quantity))]
        found += [(f"{EXTRA}{pk}", str(number)) for pk, number in self.extras.items() if number]
        return [*found, ("fast", "1")] if self.fast else found


def _whole(text: str, otherwise: int) -> int:
    """A whole number as people type it; nonsense becomes -1, which every price refuses."""
    text = text.strip()
    if not text:
        return otherwise
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else -1


def read(data: QueryDict, offer: Offer) -> Choice:
    """From an address or a form to a choice. Nothing chosen yet: the middle package of three, else the first."""
    positions = [row.position for row in offer.packages.all()]
    usual = positions[len(positions) // 2] if positions else 1
    named = {key: key.removeprefix(EXTRA) for key in data if key.startswith(EXTRA)}
    ids = {key: int(pk) for key, pk in named.items() if pk.isascii() and pk.isdigit() and len(pk) <= ID_DIGITS}
    extras = {pk: _whole(data.get(key, ""), 0) for key, pk in list(ids.items())[:EXTRAS_READ]}
    return Choice(
        package=_whole(data.get("package", ""), usual),
        quantity=_whole(data.get("quantity", ""), 1),
        extras={pk: number for pk, number in extras.items() if number},
        fast=data.get("fast") == "1",
    )

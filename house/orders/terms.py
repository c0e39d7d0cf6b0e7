"""The agreed terms, frozen at checkout (DEC-4): the shape of `Checkout.terms` and `Order.terms`.

{offer: {id, title, description, where}, package: {name, text, items}, quantity, lines: [{kind, title,
unit_price, quantity, amount, days}], total, days, revisions (null: unlimited), revision_days,
decision_window (seconds), commission_percent, requirements: [{position, text, kind, choices, multiple,
mandatory}]}. Money in minor units.
"""

from dataclasses import asdict
from typing import Any

from house import policy
from house.catalog.models import Offer, Package
from house.catalog.pricing import Quote


def frozen(offer: Offer, package: Package, quote: Quote, quantity: int) -> dict[str, Any]:
    """Everything a later edit of the offer or of policy must not change."""
    assert offer.category is not None
    return {
        "offer": {"id": offer.pk, "title": offer.title, "description": offer.description, "where": offer.where},
        "package": {"position": package.position, "name": package.name, "text": package.text, "items": package.items},
        "quantity": quantity,
        "lines": [asdict(line) for line in quote.lines],
        "total": quote.total,
        "days": quote.days,
        "revisions": quote.revisions,
        "revision_days": policy.REVISION_DAYS,
        "decision_window": int(offer.category.decision_window.total_seconds()),
        "commission_percent": policy.COMMISSION_PERCENT,
        "requirements": [
            {
                "position": number,
                "text": row.text,
                "kind": row.kind,
                "choices": row.choices,
                "multiple": row.multiple,
                "mandatory": row.mandatory,
            }
            for number, row in enumerate(offer.requirements.all(), start=1)
        ],
    }

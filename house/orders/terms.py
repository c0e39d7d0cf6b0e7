"""The agreed terms, frozen at checkout (DEC-4): the shape of `Checkout.terms` and `Order.terms`.

{offer: {id, title, description, where}, package: {position, name, text, items}, quantity,
lines: [{kind, title, unit_price, quantity, amount, days}], total, days, revisions (null: unlimited),
stages: [{name, outcome, price, days, revisions}], revision_days, decision_window (seconds),
commission_percent, requirements: [{position, text, kind, choices, multiple, mandatory}],
quote (only of a custom offer)}. Money in minor units.
"""

from dataclasses import asdict
from typing import Any

from house import policy
from house.catalog.models import Offer, Package
from house.catalog.pricing import Quote
from house.quotes.models import Quote as CustomQuote


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
        "stages": [
            {
                "name": package.name,
                "outcome": "",
                "price": quote.total,
                "days": quote.days,
                "revisions": quote.revisions,
            }
        ],
        "revision_days": policy.REVISION_DAYS,
        "decision_window": int(offer.category.decision_window.total_seconds()),
        "commission_percent": policy.COMMISSION_PERCENT,
        "requirements": _requirements(offer),
    }


def _requirements(offer: Offer) -> list[dict[str, Any]]:
    names = ("text", "kind", "choices", "multiple", "mandatory")
    return [
        {"position": number, **{name: getattr(row, name) for name in names}}
        for number, row in enumerate(offer.requirements.all(), start=1)
    ]


def frozen_quote(quote: CustomQuote) -> dict[str, Any]:
    """The terms of a custom offer; with milestones each has eight days to decide (MIL-17)."""
    offer, stages = quote.offer, list(quote.stages.all())
    lines = [_line("package", stages[0].name, stages[0].price, 1)]
    lines += [_line("other", line["title"], line["price"], line["quantity"]) for line in quote.lines]
    assert offer.category is not None
    window = policy.DECISION_WINDOW_MILESTONE if quote.milestones else offer.category.decision_window
    names = ("name", "outcome", "price", "days", "revisions")
    return {
        "offer": {"id": offer.pk, "title": quote.title, "description": quote.text, "where": offer.where},
        "package": {"position": 0, "name": stages[0].name, "text": quote.text[:200], "items": []},
        "quantity": 1,
        "lines": lines,
        "total": quote.total,
        "days": quote.days,
        "revisions": stages[0].revisions,
        "stages": [{name: getattr(stage, name) for name in names} for stage in stages],
        "revision_days": policy.REVISION_DAYS,
        "decision_window": int(window.total_seconds()),
        "commission_percent": policy.COMMISSION_PERCENT,
        "requirements": _requirements(offer) if quote.asks_requirements else [],
        "quote": quote.pk,
    }


def _line(kind: str, title: str, price: int, quantity: int) -> dict[str, Any]:
    amount = price * quantity
    return {"kind": kind, "title": title, "unit_price": price, "quantity": quantity, "amount": amount, "days": 0}

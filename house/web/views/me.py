"""The client's own area: what is next, and the receipts."""

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from house import money
from house.clock import ISRAEL
from house.orders import money as books
from house.orders.models import Order
from house.payments.models import Refund

from ..guards import person, signed_in
from ..paging import page_of
from ..request import Request
from .orders import lines

NEXT = 6


@require_safe
@signed_in
def home(request: Request) -> HttpResponse:
    """Page 37: the next action first."""
    mine = Order.objects.filter(client=person(request))
    rows = mine.open().select_related("client", "provider", "offer").prefetch_related("stages", "requests")
    last = mine.exclude(state=Order.State.OPEN).select_related("provider").order_by("-ended_at")[:3]
    context = {"rows": lines(list(rows.order_by("-placed_at")[:NEXT]), request), "last": last}
    return render(request, "me/home.html", context)


@require_safe
@signed_in
def receipts(request: Request) -> HttpResponse:
    """Page 49: what was paid and what came back."""
    rows = Order.objects.filter(client=person(request)).select_related("provider", "checkout")
    page = page_of(request, rows.order_by("-placed_at", "-pk"))
    returned = _returned(page.rows)
    paid = [(order, returned[order.pk]) for order in page.rows]
    return render(request, "me/receipts.html", {"page": page, "rows": paid})


def _returned(orders: list[Order]) -> dict[int, int]:
    """Minor units on their way back or returned, by order."""
    found: dict[int, int] = defaultdict(int)
    for refund in books.refunds(orders).exclude(state=Refund.State.FAILED):
        found[refund.order_id] += refund.amount  # type: ignore[attr-defined]
    for dispute in books.chargebacks(orders):
        found[dispute.order_id] += dispute.amount - dispute.loss  # type: ignore[attr-defined]
    return found


@require_safe
@signed_in
def receipt(request: Request, number: str) -> HttpResponse:
    """One receipt, made to be printed."""
    rows = Order.objects.filter(client=person(request)).select_related("provider__profile", "checkout", "client")
    order = get_object_or_404(rows, number=number)
    return render(request, "me/receipt.html", {"order": order, **_sums(order)})


def _sums(order: Order) -> dict[str, Any]:
    """VAT inside the price, at the rate of the day it was paid (DEC-12)."""
    on = order.placed_at.astimezone(ISRAEL).date()
    vat = money.vat_inside(order.total, on=on)
    refunds = books.refunds([order]).exclude(state=Refund.State.FAILED)
    sums = {"percent": money.vat_percent(on), "net": order.total - vat, "vat": vat}
    return {**sums, "refunds": refunds, "chargebacks": books.chargebacks([order]), "charges": books.joined(order)}

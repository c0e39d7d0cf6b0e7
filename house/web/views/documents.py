"""The client's documents: what was paid and what came back, by year, to print and to take away."""

from collections import defaultdict
from datetime import MAXYEAR, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from house import money
from house.clock import ISRAEL
from house.orders import money as books
from house.orders.models import Order
from house.payments.models import Refund

from ..guards import person, signed_in
from ..paging import page_of
from ..request import Request
from ..sheets import Cell, Sheet, as_file
from ..sheets import money as cell

SHEET_ROWS = 5_000  # orders in one file; who has more takes a year


@require_safe
@signed_in
def receipts(request: Request) -> HttpResponse:
    """Page 49: what was paid and what came back, all of it or of one year."""
    year = _year(request)
    page = page_of(request, _paid(request, year))
    returned = _returned(page.rows)
    paid = [(order, returned[order.pk]) for order in page.rows]
    years = [each.year for each in _mine(request).datetimes("placed_at", "year", order="DESC", tzinfo=ISRAEL)]
    context = {"page": page, "rows": paid, "year": year, "years": years, "query": f"year={year}&" if year else ""}
    return render(request, "me/receipts.html", context)


def _mine(request: Request) -> QuerySet[Order]:
    return Order.objects.filter(client=person(request))


def _year(request: Request) -> int | None:
    """The year asked for; nonsense is all years."""
    text = request.GET.get("year", "")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and int(text) else None


def _paid(request: Request, year: int | None) -> QuerySet[Order]:
    rows = _mine(request).select_related("provider", "checkout").order_by("-placed_at", "-pk")
    if year is None:
        return rows
    first, following = (datetime(each, 1, 1, tzinfo=ISRAEL) for each in (year, min(year + 1, MAXYEAR)))
    return rows.filter(placed_at__gte=first, placed_at__lt=following)


@require_safe
@signed_in
def receipts_file(request: Request, kind: str) -> HttpResponse:
    """The same rows to take away, for whoever keeps books."""
    year = _year(request)
    orders = list(_paid(request, year)[:SHEET_ROWS])
    returned = _returned(orders)
    head = [_("מספר הזמנה"), _("הזמנה"), _("נותן/ת השירות"), _("תאריך"), _("שולם"), _("הוחזר")]
    rows: list[list[Cell]] = [
        [
            *(order.number, order.title, order.provider.display_name, order.placed_at),
            *(cell(order.total), cell(returned[order.pk])),
        ]
        for order in orders
    ]
    name = f"documents-{year}" if year else "documents"
    return as_file(Sheet(name, name, head, rows), kind)


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

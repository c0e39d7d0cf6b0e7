"""The client's own area: what is next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from house.orders.models import Order

from ..guards import person, signed_in
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

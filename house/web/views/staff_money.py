"""The finance half of page 62: money that did not go its usual way, each with its state and its way out (DEC-38)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import policy
from house.orders.actions.late_refund import refund_late
from house.orders.models import Earning, Order
from house.payments.actions.failed import settle_otherwise, try_again
from house.payments.models import Chargeback, Refund
from house.process import Refusal

from ..books import refund_reason
from ..forms.base import add_refusal
from ..forms.money import LateRefundForm, SettlingForm
from ..guards import moves_money, person
from ..paging import page_of
from ..request import Request
from .staff import desk, failed_refunds

GET_POST = require_http_methods(["GET", "POST"])
SHOWN = 50  # of each list that should be empty


@require_safe
@moves_money
def index(request: Request) -> HttpResponse:
    """Refunds that failed or take long, chargebacks, and payments that bought nothing."""
    refunds = Refund.objects.select_related("checkout__client").order_by("asked_at", "pk")
    late = refunds.filter(state=Refund.State.ASKED, asked_at__lte=request.now - policy.REFUND_LATE)
    returned = refunds.filter(key__startswith="payment:").order_by("-pk")
    context = {
        "failed": failed_refunds().select_related("checkout__client").order_by("asked_at", "pk")[:SHOWN],
        "late": late[:SHOWN],
        "returned": returned[:SHOWN],
        "page": page_of(request, Chargeback.objects.select_related("checkout__client").order_by("-at", "-pk")),
        "reason": refund_reason,
    }
    return desk(request, "money", context)


def _refund(pk: int) -> Refund:
    return get_object_or_404(Refund.objects.select_related("checkout__client"), pk=pk)


@require_POST
@moves_money
def retry(request: Request, pk: int) -> HttpResponse:
    """The gateway is asked once more."""
    try_again(_refund(pk), by=person(request), now=request.now)
    messages.success(request, _("ההחזר נשלח שוב לחברת התשלומים."))
    return redirect("staff_money")


@GET_POST
@moves_money
def settling(request: Request, pk: int) -> HttpResponse:
    """The money went another way."""
    row, form = _refund(pk), SettlingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settle_otherwise(row, by=person(request), now=request.now, **form.cleaned_data)
            messages.success(request, _("נרשם. ההחזר סגור."))
            return redirect("staff_money")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return desk(request, "refund_settling", {"row": row, "form": form, "reason": refund_reason}, form)


@GET_POST
@moves_money
def late_refund(request: Request, number: str) -> HttpResponse:
    """Money of a released stage goes back to the client."""
    order = get_object_or_404(Order.objects.select_related("client", "provider"), number=number)
    earnings = Earning.objects.filter(stage__order=order).select_related("stage").order_by("stage__position")
    if not earnings:
        raise Http404
    form = LateRefundForm(list(earnings), request.POST or None)
    if request.method == "POST" and form.is_valid():
        found: dict[str, Any] = form.cleaned_data
        try:
            refund_late(found.pop("stage"), by=person(request), now=request.now, **found)
            messages.success(request, _("ההחזר נרשם, ושני הצדדים קיבלו הודעה."))
            return redirect("staff_order", number)
        except Refusal as refusal:
            add_refusal(form, refusal, "amount" if refusal.code == "more_than_released" else None)
    return desk(request, "order_refund", {"order": order, "form": form}, form)

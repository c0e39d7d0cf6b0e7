"""Page 73: batches of payouts. Whoever moves money has signed in with a second factor (DEC-20)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.clock import ISRAEL
from house.people.models import AuditEntry
from house.process import Party, Refusal
from house.treasury import batches, payouts
from house.treasury.banks import BANKS
from house.treasury.masav import Sender, bank_file
from house.treasury.models import Batch, Payout
from house.treasury.process import BATCH, Pay

from ..forms.base import add_refusal
from ..forms.payouts import ReasonForm
from ..guards import View, moves_money, person
from ..paging import page_of
from ..request import Request
from ..sheets import Cell, Sheet, as_file, money
from .staff import desk

GET_POST = require_http_methods(["GET", "POST"])
READY = (Batch.State.APPROVED, Batch.State.SENT)


@require_safe
@moves_money
def index(request: Request) -> HttpResponse:
    """What waits, and every batch, the newest first."""
    waiting = Payout.objects.filter(state=Payout.State.WAITING)
    rows = Batch.objects.select_related("made_by").annotate(number=Count("payouts"))
    context = {**waiting.aggregate(number=Count("pk"), sum=Sum("amount")), "page": page_of(request, rows)}
    return desk(request, "payouts", context)


@require_POST
@moves_money
def collection(request: Request) -> HttpResponse:
    """Everything that waits becomes a batch."""
    batch = batches.collect(by=person(request), now=request.now)
    return redirect("staff_batch", batch.pk)


def _batch(pk: int) -> Batch:
    return get_object_or_404(Batch.objects.select_related("made_by"), pk=pk)


@require_safe
@moves_money
def show(request: Request, pk: int) -> HttpResponse:
    """One batch: its payouts, who has approved it, what may be done."""
    batch = _batch(pk)
    approvals = list(batch.approvals.select_related("by"))
    context = {
        "batch": batch,
        "rows": batch.payouts.select_related("provider").order_by("pk"),
        "banks": BANKS,
        "approvals": approvals,
        "needed": batches.approvals_needed(batch),
        "may": {str(step): BATCH.allows(step, state=batch.state, party=Party.STAFF) for step in Pay},
        "approved_by_me": any(each.by_id == request.user.pk for each in approvals),
        "ready": batch.state in READY,
        "masav": settings.MASAV_INSTITUTION != "",
        "entries": AuditEntry.objects.filter(about=f"batch:{batch.pk}").select_related("by"),
    }
    return desk(request, "batch", context)


def _step(act: Callable[..., Any], said: Any) -> View:
    """A page for one step of a batch that needs no words."""

    @require_POST
    @moves_money
    def view(request: Request, pk: int) -> HttpResponse:
        act(_batch(pk), by=person(request), now=request.now)
        messages.success(request, said)
        return redirect("staff_batch", pk)

    return view


approval = _step(batches.approve, _later("האישור שלך נרשם."))
sending = _step(batches.send, _later("המנה סומנה כנשלחה, ומקבלי הכסף יודעים."))


@GET_POST
@moves_money
def dropping(request: Request, pk: int) -> HttpResponse:
    """Taking a batch apart, with a reason."""
    batch, form = _batch(pk), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            batches.drop(batch, by=person(request), now=request.now, **form.cleaned_data)
            return redirect("staff_payouts")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return desk(request, "batch_dropping", {"batch": batch, "form": form}, form)


@GET_POST
@moves_money
def returning(request: Request, pk: int) -> HttpResponse:
    """The bank sent a payment back."""
    row = get_object_or_404(Payout.objects.select_related("provider"), pk=pk, batch__isnull=False)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            payouts.come_back(row, by=person(request), now=request.now, **form.cleaned_data)
            messages.success(request, _("ההחזרה נרשמה, והכסף שוב פנוי למשיכה."))
            return redirect("staff_batch", row.batch_id)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return desk(request, "payout_returning", {"row": row, "form": form}, form)


@require_safe
@moves_money
def bank(request: Request, pk: int) -> HttpResponse:
    """The bank's file (MASAV) of an approved batch; the operator's numbers come from the settings."""
    batch = _batch(pk)
    if batch.state not in READY or not settings.MASAV_INSTITUTION:
        raise Http404
    sender = Sender(settings.MASAV_INSTITUTION, settings.MASAV_SENDER, settings.MASAV_NAME)
    today = request.now.astimezone(ISRAEL).date()
    rows = batch.payouts.order_by("pk")
    body = bank_file(rows, sender=sender, pay_on=today, made_on=today, serial=batch.pk)
    name = f'attachment; filename="masav-{batch.pk}.txt"'
    return HttpResponse(body, content_type="application/octet-stream", headers={"Content-Disposition": name})


@require_safe
@moves_money
def sheet(request: Request, pk: int, kind: str) -> HttpResponse:
    """The same for banks without MASAV."""
    batch = _batch(pk)
    if batch.state not in READY:
        raise Http404
    head = [_("מספר"), _("שם"), _("מספר זהות"), _("בנק"), _("סניף"), _("חשבון"), _("סכום")]
    rows: list[list[Cell]] = [
        [str(row.pk), row.holder, row.id_number, str(row.bank), str(row.branch), row.account, money(row.amount)]
        for row in batch.payouts.order_by("pk")
    ]
    return as_file(Sheet(f"payouts-{batch.pk}", f"payouts-{batch.pk}", head, rows), kind)

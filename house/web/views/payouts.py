"""Page 63: where a provider's money is paid to, withdrawing it, and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import clock, policy
from house.ledger import debts
from house.ledger.actions import Kind, balance
from house.process import Refusal
from house.treasury import payouts
from house.treasury.banks import set_bank_account
from house.treasury.models import BankAccount, Payout

from ..forms.base import Form, add_refusal
from ..forms.payouts import BankForm, WithdrawalForm
from ..guards import person, provider
from ..paging import page_of
from ..request import Request

GET_POST = require_http_methods(["GET", "POST"])


def _bank(request: Request) -> BankAccount | None:
    return BankAccount.objects.filter(user=person(request)).first()


@require_safe
@provider
def index(request: Request) -> HttpResponse:
    """What may be withdrawn, to where, and every withdrawal so far."""
    user, bank = person(request), _bank(request)
    rests = bank and clock.due(bank.changed_at, policy.BANK_ACCOUNT_RESTS)
    context = {
        "bank": bank,
        "rests_until": rests if rests and rests > request.now else None,
        "cleared": balance(Kind.CLEARED, user),
        "under_way": balance(Kind.PAYOUT, user),
        "owed": debts.owed(user),
        "page": page_of(request, Payout.objects.filter(provider=user)),
    }
    return render(request, "payouts/index.html", context)


def _ask(request: Request, template: str, form: Form, **more: Any) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if form.errors else 200)


@GET_POST
@provider
def bank(request: Request) -> HttpResponse:
    """Writing the account down, or another one."""
    form = BankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_bank_account(person(request), now=request.now, **form.cleaned_data)
            messages.success(request, _("פרטי חשבון הבנק נשמרו."))
            return redirect("seller_payouts")
        except Refusal as refusal:
            add_refusal(form, refusal, FIELDS.get(refusal.code))
    return _ask(request, "payouts/bank.html", form)


FIELDS = {"holder_missing": "holder", "bad_id_number": "id_number", "bad_bank_account": "account"}


@GET_POST
@provider
def withdrawal(request: Request) -> HttpResponse:
    """Asking for cleared money."""
    cleared = balance(Kind.CLEARED, person(request))
    form = WithdrawalForm(request.POST or None, initial={"amount": f"{max(cleared, 0) / 100:.2f}"})
    if request.method == "POST" and form.is_valid():
        try:
            payouts.withdraw(person(request), amount=form.cleaned_data["amount"], now=request.now)
            messages.success(request, _("הבקשה נרשמה. הכסף ייצא בהעברה הקרובה לבנקים."))
            return redirect("seller_payouts")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _ask(request, "payouts/withdrawal.html", form, cleared=cleared, bank=_bank(request))


@require_POST
@provider
def taking_back(request: Request, pk: int) -> HttpResponse:
    """While finance has not taken it up."""
    row = get_object_or_404(Payout, pk=pk, provider=person(request))
    payouts.take_back(row, by=person(request), now=request.now)
    messages.success(request, _("הבקשה בוטלה, והכסף שוב פנוי למשיכה."))
    return redirect("seller_payouts")

"""Membership: where it stands, what it gives and costs, and what was bought (MEM-01, DEC-21)."""

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from house import clock, money, policy
from house.payments.models import checkout_token
from house.process import Refusal
from house.treasury.membership import open_for_membership
from house.treasury.models import Membership

from ..forms.base import add_refusal
from ..forms.checkout import MembershipForm
from ..guards import person, provider
from ..request import Request
from .checkout import to_gateway


@require_http_methods(["GET", "POST"])
@provider
def index(request: Request) -> HttpResponse:
    """State, prices, history; sending it leads to the gateway."""
    user = person(request)
    form = MembershipForm(request.POST or None, initial={"key": checkout_token(), "invoice_name": str(user)})
    if request.method == "POST" and form.is_valid():
        try:
            return _buy(request, form)
        except Refusal as refusal:
            add_refusal(form, refusal)
    today = request.now.astimezone(clock.ISRAEL).date()
    context = {
        "form": form,
        "profile": user.profile,
        "member": user.profile.is_member(request.now),
        "vat": {price: money.vat_inside(price, on=today) for price in policy.MEMBERSHIP_PRICES.values()},
        "history": Membership.objects.filter(user=user).select_related("checkout"),
    }
    return render(request, "membership/index.html", context, status=422 if form.errors else 200)


def _buy(request: Request, form: MembershipForm) -> HttpResponse:
    words = form.cleaned_data
    try:
        checkout = open_for_membership(person(request), months=words["months"], now=request.now, token=words["key"])
    except IntegrityError:
        raise Refusal("wrong_state") from None  # the key of somebody else's checkout
    return to_gateway(request, checkout, words["invoice_name"], words["invoice_number"])

"""Coupons: a provider's, given to clients of late, and a client's own (COU)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from house.orders.actions import coupons
from house.orders.models import Coupon
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.coupons import CouponForm
from ..guards import person, provider, signed_in
from ..paging import page_of
from ..request import Request


@require_http_methods(["GET", "POST"])
@provider
def index(request: Request) -> HttpResponse:
    """Page 67: give, and see what was given; who is no member sees what membership gives (DEC-21)."""
    user = person(request)
    clients = coupons.eligible(user, request.now)
    form = CouponForm(clients, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = coupons.give(user, now=request.now, **form.cleaned_data)
            messages.success(request, _("נשלחו קופונים: %(number)s.") % {"number": len(given)})
            return redirect("seller_coupons")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form,
        "member": user.profile.is_member(request.now),
        "clients": clients.exists(),
        "page": page_of(request, Coupon.objects.filter(provider=user).select_related("client")),
    }
    return render(request, "coupons/index.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def mine(request: Request) -> HttpResponse:
    """What a client was given, whether it can still be used, and where (COU-15)."""
    rows = Coupon.objects.filter(client=person(request)).select_related("provider__profile", "checkout")
    return render(request, "me/coupons.html", {"page": page_of(request, rows)})

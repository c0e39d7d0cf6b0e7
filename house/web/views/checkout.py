"""Paying: what is ordered and on which terms, the way to the gateway and back, and the gateway's door."""

from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import policy
from house.catalog.models import Offer
from house.catalog.pricing import quote
from house.gateways.payments import BODY_MAX, BadHook, get_gateway
from house.orders.actions.checkout import open_for_offer
from house.payments import actions as payments
from house.payments.models import Checkout, checkout_token
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.checkout import CheckoutForm
from ..forms.choice import Choice, read
from ..guards import person, signed_in
from ..request import Request
from ..seo import absolute
from .offers import visible

LIVE = (Checkout.State.OPEN, Checkout.State.PAYING)


@require_http_methods(["GET", "POST"])
@signed_in
def start(request: Request, pk: int) -> HttpResponse:
    """Page 42: the bill, the cancellation terms, the invoice; sending it leads to the gateway."""
    offer = visible(request, pk)
    choice = read(request.POST or request.GET, offer)
    form = CheckoutForm(request.POST or None, initial={"key": checkout_token(), "invoice_name": str(person(request))})
    if request.method == "POST" and form.is_valid():
        try:
            return _buy(request, offer, choice, form)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, offer, choice, form)


def _buy(request: Request, offer: Offer, choice: Choice, form: CheckoutForm) -> HttpResponse:
    words = form.cleaned_data
    client = person(request)
    try:
        checkout = open_for_offer(offer, client=client, now=request.now, token=words["key"], **choice.asked)
    except IntegrityError:
        raise Refusal("wrong_state") from None  # the key of somebody else's checkout
    return _to_gateway(request, checkout, words["invoice_name"], words["invoice_number"])


def _to_gateway(request: Request, checkout: Checkout, name: str, number: str) -> HttpResponse:
    """The intent is committed before the gateway hears of it; the same checkout has one page there."""
    checkout = payments.begin(
        checkout,
        invoice_name=name,
        invoice_number=number,
        terms_version=policy.TERMS_VERSION,
        now=request.now,
    )
    back = reverse("checkout_done", args=[checkout.token])
    url = payments.send_to_gateway(checkout, return_url=absolute(back), title=checkout.terms["offer"]["title"])
    return HttpResponseRedirect(url)


def _page(request: Request, offer: Offer, choice: Choice, form: CheckoutForm) -> HttpResponse:
    context = {"offer": offer, "choice": choice, "form": form, "bill": None}
    try:
        context["bill"] = quote(offer, **choice.asked)
    except Refusal as refusal:
        if not form.is_bound:
            raise
        add_refusal(form, refusal)
    return render(request, "checkout/start.html", context, status=422 if form.errors else 200)


def _own(request: Request, token: str) -> Checkout:
    rows = Checkout.objects.filter(client=person(request)).select_related("provider", "order")
    return get_object_or_404(rows, token=token)


@require_safe
@signed_in
def show(request: Request, token: str) -> HttpResponse:
    """Where a payment stands."""
    checkout = _own(request, token)
    if checkout.state == Checkout.State.PAID and hasattr(checkout, "order"):
        return redirect("checkout_done", token=token)
    over = checkout.is_live and checkout.is_over(request.now)
    return render(request, "checkout/show.html", {"checkout": checkout, "over": over})


@require_POST
@signed_in
def pay(request: Request, token: str) -> HttpResponse:
    """On to the gateway, or once more after a decline."""
    checkout = _own(request, token)
    fresh = checkout
    if checkout.state == Checkout.State.DECLINED:
        fresh = payments.try_again(checkout, now=request.now)
    return _to_gateway(request, fresh, checkout.invoice_name, checkout.invoice_number)


@require_safe
@signed_in
def done(request: Request, token: str) -> HttpResponse:
    """Page 43: the gateway sends the payer here; the market believes only its webhook."""
    checkout = _own(request, token)
    if checkout.state in (Checkout.State.DECLINED, Checkout.State.EXPIRED):
        return redirect("checkout", token=token)
    return render(request, "checkout/done.html", {"checkout": checkout, "order": getattr(checkout, "order", None)})


@csrf_exempt
@require_POST
def hook(request: Request, gateway: str) -> HttpResponse:
    """A gateway's webhook: verified, stored raw once, applied by an errand. Real time judges its age."""
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > BODY_MAX:
        return HttpResponse(status=413)
    try:
        event = get_gateway(gateway).read_hook(request.headers, request.body, now=timezone.now())
    except (BadHook, KeyError):
        return HttpResponse(status=400)
    raw = request.body.decode("utf-8", "replace").replace("\x00", "")
    payments.store_event(event, gateway=gateway, raw=raw, now=request.now)
    return HttpResponse(status=204)

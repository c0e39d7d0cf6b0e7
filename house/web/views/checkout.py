"""Paying: what is ordered and on which terms, the way to the gateway and back, and the gateway's door."""

from typing import Any

from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import policy
from house.catalog.models import Offer
from house.catalog.pricing import Quote as Bill
from house.catalog.pricing import quote
from house.gateways.payments import BODY_MAX, BadHook, GatewayDown, GatewayRefusal, get_gateway
from house.orders.actions.checkout import again, open_for_offer
from house.orders.actions.coupons import discounted, usable
from house.orders.models import Coupon, Order
from house.payments import actions as payments
from house.payments.models import Checkout, checkout_token
from house.people.models import User
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.checkout import CheckoutForm
from ..forms.choice import Choice, read
from ..guards import person, signed_in
from ..request import Request
from ..seo import absolute
from .offers import PRICED, visible

LIVE = (Checkout.State.OPEN, Checkout.State.PAYING)


@require_http_methods(["GET", "POST"])
@signed_in
def start(request: Request, pk: int) -> HttpResponse:
    """Page 42: the bill, the cancellation terms, the invoice; sending it leads to the gateway."""
    offer = visible(request, pk, PRICED)
    _offered(request, offer)
    choice = read(request.POST or request.GET, offer)
    if "recount" in request.POST:
        return _page(request, offer, choice, CheckoutForm(initial=request.POST.dict()))
    form = CheckoutForm(request.POST or None, initial={"key": checkout_token(), "invoice_name": str(person(request))})
    if request.method == "POST" and form.is_valid():
        try:
            return _buy(request, offer, choice, form)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, offer, choice, form)


def _offered(request: Request, offer: Offer) -> None:
    """A page that could not be sent is not shown (OFR-28, DEC-41); what is sent is judged by the verb."""
    if request.method == "GET" and offer.state != Offer.State.PUBLISHED:
        raise Refusal("offer_closed")
    if request.method == "GET" and offer.provider_id == person(request).pk:
        raise Refusal("own_offer")


def _buy(request: Request, offer: Offer, choice: Choice, form: CheckoutForm) -> HttpResponse:
    words = form.cleaned_data
    client = person(request)
    coupon = _coupon(words["coupon"], offer, client)
    _still(request.POST.get("total", ""), offer, choice, coupon)
    try:
        checkout = open_for_offer(
            offer, client=client, now=request.now, token=words["key"], coupon=coupon, **choice.asked
        )
    except IntegrityError:
        raise Refusal("wrong_state") from None  # the key of somebody else's checkout
    return to_gateway(request, checkout, words["invoice_name"], words["invoice_number"])


def _coupon(pk: int | None, offer: Offer, client: User) -> Coupon | None:
    """The client's own coupon of this provider (COU-15)."""
    if pk is None:
        return None
    found = Coupon.objects.filter(pk=pk, client=client, provider=offer.provider).first()
    if found is None:
        raise Refusal("coupon_taken")
    return found


def _still(shown: str, offer: Offer, choice: Choice, coupon: Coupon | None) -> None:
    """What is paid is the sum that stood on the page."""
    bill = quote(offer, **choice.asked)
    total = (discounted(bill, coupon.percent) if coupon else bill).total
    if shown and shown != str(total):
        raise Refusal("price_changed")


def to_gateway(request: Request, checkout: Checkout, name: str, number: str) -> HttpResponse:
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
    context: dict[str, Any] = {"offer": offer, "choice": choice, "form": form, "bill": None, "coupon": None}
    try:
        context |= _bill(request, quote(offer, **choice.asked), usable(person(request), offer, request.now))
    except Refusal as refusal:
        if not form.is_bound:
            raise
        add_refusal(form, refusal)
    return render(request, "checkout/start.html", context, status=422 if form.errors else 200)


def _bill(request: Request, bill: Bill, coupon: Coupon | None) -> dict[str, Any]:
    """The bill, and the client's best coupon for it: used when they said so, and when the order is large enough
    (COU-10, COU-15). The provider's share is nobody's business here.
    """
    if coupon is None or bill.total < policy.COUPON_ORDER_MIN[policy.CURRENCY]:
        return {"bill": bill, "coupon": coupon, "used": False, "fits": False}
    used = bool(request.POST.get("recount", request.POST.get("coupon")))
    if used:
        bill = discounted(bill, coupon.percent)
    return {"bill": bill, "coupon": coupon, "used": used, "fits": True}


def _own(request: Request, token: str) -> Checkout:
    rows = Checkout.objects.filter(client=person(request)).select_related("provider", "order")
    return get_object_or_404(rows, token=token)


def _bought(checkout: Checkout) -> dict[str, Any]:
    """What came of a paid checkout: an order, something inside of one, or a membership; nothing yet."""
    if checkout.state != Checkout.State.PAID:
        return {}
    if checkout.purpose == Checkout.Purpose.ORDER:
        order = getattr(checkout, "order", None)
    else:
        order = Order.objects.filter(stages__charges__checkout=checkout).first()
    return {"order": order, "membership": getattr(checkout, "membership", None)}


@require_safe
@signed_in
def show(request: Request, token: str) -> HttpResponse:
    """Where a payment stands."""
    checkout = _own(request, token)
    if any(_bought(checkout).values()):
        return redirect("checkout_done", token=token)
    over = checkout.is_live and checkout.is_over(request.now)
    context = {"checkout": checkout, "over": over, "back": _back(checkout)}
    return render(request, "checkout/show.html", context)


def _back(checkout: Checkout) -> str:
    """Where the payer came from."""
    kind, _sign, number = checkout.about.partition(":")
    if kind == "quote":
        return reverse("quote", args=[number])
    if checkout.purpose == Checkout.Purpose.MEMBERSHIP:
        return reverse("seller_membership")
    if "order" in checkout.terms:
        return reverse("order", args=[checkout.terms["order"]])
    return reverse("offer_short", args=[checkout.terms["offer"]["id"]])


@require_POST
@signed_in
def pay(request: Request, token: str) -> HttpResponse:
    """On to the gateway, or once more after a decline."""
    checkout = _own(request, token)
    fresh = checkout
    if checkout.state == Checkout.State.DECLINED:
        fresh = again(checkout, now=request.now)
    return to_gateway(request, fresh, checkout.invoice_name, checkout.invoice_number)


@require_safe
@signed_in
def done(request: Request, token: str) -> HttpResponse:
    """Page 43: the gateway sends the payer here; the market believes only its webhook."""
    checkout = _own(request, token)
    if checkout.state in (Checkout.State.DECLINED, Checkout.State.EXPIRED):
        return redirect("checkout", token=token)
    context: dict[str, Any] = {"checkout": checkout, "order": None, "membership": None, **_bought(checkout)}
    return render(request, "checkout/done.html", context)


@csrf_exempt
@require_POST
def hook(request: Request, gateway: str) -> HttpResponse:
    """A gateway's webhook: verified, stored raw once, applied by an errand. Real time judges its age."""
    length = request.headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_MAX:
        return HttpResponse(status=413)
    try:
        event = get_gateway(gateway).read_hook(request.headers, request.body, now=timezone.now())
    except (BadHook, KeyError):
        return HttpResponse(status=400)
    except (GatewayDown, GatewayRefusal):
        return HttpResponse(status=503)  # it is sent again
    if event is None:
        return HttpResponse(status=204)
    raw = request.body.decode("utf-8", "replace").replace("\x00", "")
    payments.store_event(event, gateway=gateway, raw=raw, now=request.now)
    return HttpResponse(status=204)

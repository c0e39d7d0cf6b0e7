"""Between the milestones of an order: begin the next, or stop here (M-7, M-8, DEC-48)."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from house.orders.actions import milestones
from house.orders.process import Step
from house.payments.models import Checkout, checkout_token
from house.process import Party, Refusal

from ..forms.base import add_refusal
from ..forms.checkout import CheckoutForm
from ..guards import person, signed_in
from ..order_page import Room, ask, back_to, may_be_asked, open_room
from ..request import Request
from .checkout import to_gateway

GET_POST = require_http_methods(["GET", "POST"])


def pay_inside(here: Room, open_checkout: Callable[[str], Checkout], context: dict[str, Any]) -> HttpResponse:
    """A payment inside an order: the bill, the invoice, the terms, and one button to the gateway. The same key
    sent twice buys once; the invoice name is that of the order's first payment.
    """
    first = here.order.checkout
    known = {"invoice_name": first.invoice_name, "invoice_number": first.invoice_number}
    form = CheckoutForm(here.request.POST or None, initial={"key": checkout_token(), **known})
    if here.request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            return to_gateway(
                here.request, _opened(open_checkout, words), words["invoice_name"], words["invoice_number"]
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "resolution/payment.html", form, **context)


def _opened(open_checkout: Callable[[str], Checkout], words: dict[str, Any]) -> Checkout:
    try:
        return open_checkout(words["key"])
    except IntegrityError:
        raise Refusal("wrong_state") from None  # the key of somebody else's checkout


@GET_POST
@signed_in
def payment(request: Request, number: str) -> HttpResponse:
    """The next milestone is paid for when it begins (M-7, MIL-13)."""
    here = open_room(request, number, Party.CLIENT)
    may_be_asked(here, Step.BEGIN)
    stage = here.stage
    context = {
        "heading": _("התחלת שלב %(number)s") % {"number": stage.position},
        "lines": [{"title": stage.name, "price": stage.price, "quantity": 1}],
        "total": stage.price,
        "rows": [],
        "after": _("אחרי התשלום השלב מתחיל מיד. הסכום מוחזק בנאמנות עד שהשלב יאושר."),
    }

    def checkout(token: str) -> Checkout:
        return milestones.open_for_stage(stage, client=person(request), now=here.now, token=token)

    return pay_inside(here, checkout, context)


@GET_POST
@signed_in
def stop(request: Request, number: str) -> HttpResponse:
    """Nothing more is begun, and nothing more is charged (M-8, MIL-14)."""
    here = open_room(request, number, Party.CLIENT)
    may_be_asked(here, Step.STOP)
    if request.method == "POST":
        milestones.stop(here.stage, by=person(request), now=here.now)
        return back_to(here, _("ההזמנה הסתיימה כאן. לא ייגבה דבר נוסף."))
    context: dict[str, Any] = {
        "heading": _("עצירה כאן"),
        "text": _("השלבים שעוד לא התחילו לא יתחילו ולא ייגבה עליהם דבר. מה שאושר נשאר."),
        "button": _("עצירה כאן"),
    }
    return ask(here, "orders/confirm.html", **context)

"""Custom offers: made in a conversation, read by its two sides, answered by the client (COF, MIL, DEC-13)."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.catalog.models import Offer
from house.inbox.actions import other_of
from house.inbox.models import Conversation
from house.orders.actions.checkout import open_for_quote
from house.orders.models import Order
from house.payments.models import checkout_token
from house.people.models import User
from house.process import Party, Refusal
from house.quotes import actions as quotes
from house.quotes.models import Quote

from ..forms.base import add_refusal
from ..forms.checkout import CheckoutForm
from ..forms.quotes import QuoteForm
from ..guards import person, provider, signed_in
from ..request import Request
from .checkout import to_gateway

GET_POST = require_http_methods(["GET", "POST"])


@GET_POST
@provider
def new(request: Request, pk: int) -> HttpResponse:
    """A custom offer from a conversation (COF-03); everything typed stays when it is refused."""
    rows = Conversation.objects.visible_to(person(request)).filter(about="")
    thread = get_object_or_404(rows.select_related("a", "b"), pk=pk)
    form = QuoteForm(_published(person(request)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            form.send(thread, by=person(request), now=request.now)
            messages.success(request, _("ההצעה נשלחה."))
            return redirect(f"/inbox/{pk}/#end")
        except Refusal as refusal:
            add_refusal(form.head, refusal)
    other = other_of(thread, person(request))
    context = {"form": form, "thread": thread, "other": other, "offers": _published(person(request)).exists()}
    return render(request, "quotes/new.html", context, status=422 if form.errors else 200)


def _published(user: User) -> QuerySet[Offer]:
    return Offer.objects.filter(provider=user, state=Offer.State.PUBLISHED).order_by("title")


def _own(request: Request, pk: int, side: Party | None = None) -> Quote:
    """A quote of the visitor's; or of this side of it, where a page belongs to one."""
    rows = Quote.objects.visible_to(person(request)).select_related("client", "provider__profile", "offer__category")
    quote = get_object_or_404(rows.prefetch_related("stages"), pk=pk)
    if side is not None and quotes.party_of(quote, person(request)) is not side:
        raise Http404
    return quote


def is_open(quote: Quote, request: Request) -> bool:
    """Whether it may still be answered; a payment that began in time has moved its end (DEC-31)."""
    return quote.state == Quote.State.SENT and request.now < quote.expires_at


@require_safe
@signed_in
def show(request: Request, pk: int) -> HttpResponse:
    """What is offered, by whom, in which stages, until when, and on which terms."""
    quote = _own(request, pk)
    party = quotes.party_of(quote, person(request))
    context = {"quote": quote, "party": party, "open": is_open(quote, request), "order": _order_of(quote)}
    return render(request, "quotes/show.html", context)


def _order_of(quote: Quote) -> str | None:
    """The number of the order that an accepted quote became."""
    if quote.state != Quote.State.ACCEPTED:
        return None
    return Order.objects.filter(client=quote.client_id, terms__quote=quote.pk).values_list("number", flat=True).first()


@GET_POST
@signed_in
def payment(request: Request, pk: int) -> HttpResponse:
    """Accepting is paying: all of it, or its first milestone (COF-04, MIL-12)."""
    quote = _own(request, pk, Party.CLIENT)
    if request.method == "GET" and not is_open(quote, request):
        return redirect("quote", pk=pk)
    form = CheckoutForm(request.POST or None, initial={"key": checkout_token(), "invoice_name": str(person(request))})
    if request.method == "POST" and form.is_valid():
        try:
            return _buy(request, quote, form)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "quotes/payment.html", {"quote": quote, "form": form}, status=422 if form.errors else 200)


def _buy(request: Request, quote: Quote, form: CheckoutForm) -> HttpResponse:
    words = form.cleaned_data
    # The clock goes first (DEC-30): a quote whose time has come is not opened by a late click.
    quotes.expire_due(request.now, only=quote.pk)
    try:
        with transaction.atomic():
            checkout = open_for_quote(quote, client=person(request), now=request.now, token=words["key"])
    except IntegrityError:
        raise Refusal("wrong_state") from None  # the key of somebody else's checkout
    return to_gateway(request, checkout, words["invoice_name"], words["invoice_number"])


@require_POST
@signed_in
def refusal(request: Request, pk: int) -> HttpResponse:
    """The client says no (DEC-13)."""
    quotes.decline(_own(request, pk, Party.CLIENT), by=person(request), now=request.now)
    messages.success(request, _("ההצעה נדחתה."))
    return redirect("quote", pk=pk)


@require_POST
@signed_in
def withdrawal(request: Request, pk: int) -> HttpResponse:
    """The provider takes it back before it is accepted (DEC-13)."""
    quotes.withdraw(_own(request, pk, Party.PROVIDER), by=person(request), now=request.now)
    messages.success(request, _("ההצעה נמשכה בחזרה."))
    return redirect("quote", pk=pk)

"""Reviews of both sides (DEC-10)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from house.process import Party, Refusal
from house.reputation import actions as reputation
from house.reputation.models import Review

from ..forms.base import add_refusal
from ..forms.orders import ReplyForm, ReviewForm
from ..guards import person, signed_in
from ..order_page import ask, back_to, open_room
from ..request import Request

GET_POST = require_http_methods(["GET", "POST"])


@GET_POST
@signed_in
def rate(request: Request, number: str) -> HttpResponse:
    """Page 48: both sides write, then both are shown."""
    here = open_room(request, number)
    form = ReviewForm(here.party, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reputation.review(
                here.order, by=person(request), text=form.cleaned_data["text"], now=here.now, **form.given
            )
            return back_to(here, _("תודה, חוות הדעת נשמרה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    ends = reputation.window_ends(here.order)
    return ask(here, "reviews/rate.html", form, ends=ends, open=reputation.may_review(here.order, here.now))


@GET_POST
@signed_in
def reply(request: Request, number: str) -> HttpResponse:
    """The provider's one public answer."""
    here = open_room(request, number, Party.PROVIDER)
    review = get_object_or_404(
        Review.objects.select_related("author"),
        order=here.order,
        party=Party.CLIENT,
        published_at__isnull=False,
    )
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reputation.reply(review, by=person(request), text=form.cleaned_data["text"], now=here.now)
            return back_to(here, _("התשובה התפרסמה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "reviews/reply.html", form, review=review)

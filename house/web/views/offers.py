"""An offer: its page, the live total, a question to its provider, a report, the short link."""

from typing import Any

from django.contrib import messages
from django.db.models import Avg, Count, QuerySet
from django.db.models.functions import Round
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from house.catalog.models import Offer
from house.catalog.pricing import Quote, quantity_limit, quote
from house.catalog.search import listed, market
from house.desk.actions import open_report
from house.inbox.actions import open_conversation, say
from house.people import away
from house.people.models import Role, User
from house.people.standing import may_start
from house.process import Refusal
from house.reputation.models import Review

from ..cache import for_guests
from ..forms.base import add_refusal
from ..forms.choice import Choice, read
from ..forms.talk import REPORT_REASONS, QuestionForm, ReportForm
from ..guards import person, signed_in
from ..request import Request
from ..sentences import sentence
from ..seo import absolute, offer_data

REVIEWS = 6
SIMILAR = 4
SHOWN = (Offer.State.PUBLISHED, Offer.State.PAUSED)
PRICED = ("packages", "extras", "requirements")
PARTS = (*PRICED, "faq", "images", "places")


def visible(request: Request, pk: int, parts: tuple[str, ...] = PARTS) -> Offer:
    """An offer that this visitor may see: on the market or paused for all, every state for its provider and
    the staff who decide about it.
    """
    rows = Offer.objects.select_related("category", "subcategory", "service_type", "provider__profile")
    offer = get_object_or_404(rows.prefetch_related(*parts), pk=pk)
    fallen = (User.Standing.SUSPENDED, User.Standing.BLOCKED)
    if offer.state in SHOWN and offer.provider.is_active and offer.provider.standing not in fallen:
        return offer
    user = request.user
    if isinstance(user, User) and (user.pk == offer.provider_id or user.has_role(Role.REVIEWER, Role.MODERATOR)):
        return offer
    raise Http404


@require_safe
@for_guests
def show(request: Request, pk: int, slug: str) -> HttpResponse:
    """Page 4, at its canonical address."""
    offer = visible(request, pk)
    if request.path != offer.path:
        return _moved(request, offer.path)
    choice = read(request.GET, offer)
    context = {
        "offer": offer,
        "choice": choice,
        "limit": quantity_limit(offer),
        "away": away.of(offer.provider, request.now),
        "own": request.user.pk == offer.provider_id,
        "items": _items(offer),
        "data": offer_data(offer, [row.price for row in offer.packages.all() if row.price] or [0]),
        "link": absolute(f"/o/{offer.pk}/"),
        **_total(offer, choice),
        **_reviews(offer),
        "similar": listed(market(request.now).filter(category=offer.category).exclude(pk=offer.pk).order_by("-rank"))[
            :SIMILAR
        ],
    }
    return render(request, "offers/show.html", context)


def _similar(request: Request, offer: Offer) -> QuerySet[Offer]:
    rows = market(request.now).filter(category=offer.category).exclude(pk=offer.pk)
    return listed(rows.order_by("-rank"))[:SIMILAR]


@require_safe
def compare(request: Request, pk: int) -> HttpResponse:
    """Page 5: all packages side by side, printable (OFR-15)."""
    offer = visible(request, pk)
    return render(request, "offers/compare.html", {"offer": offer, "items": _items(offer)})


def _moved(request: Request, path: str) -> HttpResponse:
    """Permanently, with whatever stood behind the question mark."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{path}?{query}" if query else path, status=301)


def _items(offer: Offer) -> list[str]:
    """The check rows of the package table, in the subcategory's order, then others that a package has."""
    known = list(offer.subcategory.items) if offer.subcategory else []
    used = {item for row in offer.packages.all() for item in row.items}
    return [item for item in known if item in used] + sorted(used - set(known))


def _total(offer: Offer, choice: Choice) -> dict[str, Any]:
    """The bill of a choice, or why there is none."""
    bill: Quote | None = None
    problem = ""
    try:
        bill = quote(offer, **choice.asked)
    except Refusal as refusal:
        problem = sentence(refusal)
    return {"bill": bill, "problem": problem}


def _reviews(offer: Offer) -> dict[str, Any]:
    shown = Review.objects.filter(order__offer=offer, party="client", published_at__isnull=False)
    rounded = shown.values(round=Round("stars")).annotate(number=Count("pk"))
    by_stars = {int(row["round"]): row["number"] for row in rounded}
    criteria = shown.aggregate(quality=Avg("quality"), communication=Avg("communication"), value=Avg("value"))
    rows = shown.select_related("author").order_by("-published_at")[:REVIEWS]
    bars = [(stars, by_stars.get(stars, 0)) for stars in (5, 4, 3, 2, 1)]
    return {"reviews": rows, "bars": bars, "criteria": criteria}


@require_safe
def total(request: Request, pk: int) -> HttpResponse:
    """The bill of a choice, as the page swaps it in; the server computes every sum."""
    offer = visible(request, pk)
    choice = read(request.GET, offer)
    return render(request, "offers/total_swap.html", {"offer": offer, "choice": choice, **_total(offer, choice)})


@require_safe
def short(request: Request, pk: int) -> HttpResponse:
    """Page 6: from a short link to the canonical address."""
    return _moved(request, visible(request, pk).path)


@require_http_methods(["GET", "POST"])
@signed_in
def question(request: Request, pk: int) -> HttpResponse:
    """A question before ordering opens the conversation of the two."""
    offer = visible(request, pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            may_start(person(request), request.now)
            thread = open_conversation(person(request), offer.provider, now=request.now)
            text = f"{form.cleaned_data['text']}\n\n{offer.title}"
            say(thread, author=person(request), text=text, now=request.now)
            return redirect("conversation", pk=thread.pk)
        except Refusal as refusal:
            add_refusal(form, refusal)
    status = 422 if form.errors else 200
    return render(request, "offers/question.html", {"offer": offer, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def report(request: Request, pk: int) -> HttpResponse:
    """A report to the moderators."""
    offer = visible(request, pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        reason = str(dict(REPORT_REASONS)[words["reason"]])
        open_report(by=person(request), about=f"offer:{offer.pk}", reason=reason, text=words["text"], now=request.now)
        messages.success(request, _("תודה, הדיווח התקבל וייבדק."))
        return redirect(offer.path)
    return render(request, "offers/report.html", {"offer": offer, "form": form}, status=422 if form.errors else 200)

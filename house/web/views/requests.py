"""A client's service requests: written in steps, followed on a page, their proposals compared (REQ, DEC-13)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.board import actions as board
from house.board.models import Request as Wish
from house.board.process import REQUEST, Step
from house.process import Party, Refusal
from house.quotes import proposals
from house.quotes.models import Quote

from ..forms.base import add_refusal
from ..forms.requests import CHECK, STEPS, JobForm
from ..guards import person, signed_in
from ..paging import page_of
from ..request import Request
from ..sentences import sentence
from ..uploads import files_about

GET_POST = require_http_methods(["GET", "POST"])
TITLES = (
    (1, _later("מה צריך")),
    (2, _later("פירוט וקבצים")),
    (3, _later("איפה, מתי וכמה")),
    (4, _later("בדיקה ושליחה")),
)
MISSING = {
    "category": _later("תחום העבודה"),
    "title": _later("משפט שאומר מה צריך"),
    "text": _later("פירוט של שתי שורות לפחות"),
    "place": _later("המקום"),
    "when": _later("המועד"),
}
ANSWERS = Count("proposals", filter=~Q(proposals__state=Quote.State.WITHDRAWN))


def own(request: Request, pk: int) -> Wish:
    """A request of the visitor's."""
    rows = Wish.objects.of(person(request)).select_related("category", "subcategory", "place", "client")
    return get_object_or_404(rows, pk=pk)


@require_safe
@signed_in
def index(request: Request) -> HttpResponse:
    """All of a client's requests, with how many have answered."""
    rows = Wish.objects.of(person(request)).select_related("category", "place").annotate(answers=ANSWERS)
    page = page_of(request, rows.order_by("-saved_at", "-pk"))
    return render(request, "requests/index.html", {"page": page})


def _step(request: Request, template: str, number: int, wish: Wish | None, **more: Any) -> HttpResponse:
    context = {"wish": wish, "number": number, "titles": TITLES, **more}
    return render(request, template, context, status=more.get("status", 200))


@GET_POST
@signed_in
def new(request: Request) -> HttpResponse:
    """«בקשה בחינם!» (GEN-04): the first step; what it says becomes a draft."""
    form = JobForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                wish = board.create(by=person(request), now=request.now)
                form.save(wish, by=person(request), now=request.now)
            return redirect("request_edit", pk=wish.pk, step=2)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _step(request, form.template, 1, None, form=form, status=422 if form.errors else 200)


@GET_POST
@signed_in
def edit(request: Request, pk: int, step: int) -> HttpResponse:
    """Page 39: steps 1–3 are forms, 4 is the check before sending."""
    wish = own(request, pk)
    if not _allows(Step.SAVE, wish):
        return redirect("request", pk=pk)
    if step == CHECK:
        return _check(request, wish)
    if step not in STEPS:
        raise Http404
    shape = STEPS[step]
    form = shape(request.POST or None, request.FILES or None, initial=shape.start(wish))
    if request.method == "POST" and form.is_valid():
        try:
            form.save(wish, by=person(request), now=request.now)
            return redirect("request_edit", pk=pk, step=step + 1)
        except Refusal as refusal:
            add_refusal(form, refusal)
    files = files_about(wish.about).values()
    return _step(request, form.template, step, wish, form=form, files=files, status=422 if form.errors else 200)


def _check(request: Request, wish: Wish, **more: Any) -> HttpResponse:
    missing = [(MISSING[code], step) for code, step in board.missing(wish)]
    files = files_about(wish.about).values()
    return _step(request, "requests/check.html", CHECK, wish, **{"problem": "", **more}, missing=missing, files=files)


@require_POST
@signed_in
def file_removal(request: Request, pk: int, file: UUID) -> HttpResponse:
    """Takes a file away."""
    board.detach(own(request, pk), file=file, by=person(request), now=request.now)
    return redirect("request_edit", pk=pk, step=2)


@require_POST
@signed_in
def submission(request: Request, pk: int) -> HttpResponse:
    """To staff, who look at it before it is shown."""
    wish = own(request, pk)
    try:
        board.submit(wish, by=person(request), now=request.now)
    except Refusal as refusal:
        return _check(request, wish, problem=sentence(refusal), status=422)
    messages.success(request, _("הבקשה נשלחה לבדיקה. כשתאושר תגיע הודעה."))
    return redirect("request", pk=pk)


def _allows(step: Step, wish: Wish) -> bool:
    return REQUEST.allows(step, state=wish.state, party=Party.CLIENT)


@require_safe
@signed_in
def show(request: Request, pk: int) -> HttpResponse:
    """Page 40: where it stands, what it says, and what its client can do."""
    wish = own(request, pk)
    context = {
        "wish": wish,
        "files": files_about(wish.about).values(),
        "answers": wish.proposals.answers().count(),
        "may": {step.value: _allows(step, wish) for step in Step},
    }
    return render(request, "requests/show.html", context)


@require_POST
@signed_in
def removal(request: Request, pk: int) -> HttpResponse:
    """What was never shown is thrown away."""
    board.discard(own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("הבקשה נמחקה."))
    return redirect("my_requests")


@require_POST
@signed_in
def pause(request: Request, pk: int) -> HttpResponse:
    """Off the board for a while (DEC-13)."""
    board.pause(own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("הבקשה מושהית: נותני שירות לא רואים אותה. הצעות שהגיעו נשארות."))
    return redirect("request", pk=pk)


@require_POST
@signed_in
def resumption(request: Request, pk: int) -> HttpResponse:
    """Back on the board."""
    board.resume(own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("הבקשה שוב פתוחה להצעות."))
    return redirect("request", pk=pk)


@require_POST
@signed_in
def closing(request: Request, pk: int) -> HttpResponse:
    """Nobody is needed any more; whoever waits for an answer is told."""
    proposals.close(own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("הבקשה נסגרה. מי ששלחו הצעה קיבלו על כך הודעה."))
    return redirect("request", pk=pk)


@require_POST
@signed_in
def reopening(request: Request, pk: int) -> HttpResponse:
    """Thirty new days for the same words."""
    board.reopen(own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("הבקשה שוב פתוחה להצעות."))
    return redirect("request", pk=pk)


@require_safe
@signed_in
def compare(request: Request, pk: int) -> HttpResponse:
    """Page 41: the proposals side by side, the starred ones first; those that ended come last."""
    wish = own(request, pk)
    starred = request.GET.get("starred") == "1"
    rows = wish.proposals.answers().filter(starred=True) if starred else wish.proposals.answers()
    rows = rows.select_related("provider__profile__place", "offer").prefetch_related("stages")
    found = sorted(rows, key=lambda quote: (not _answerable(quote, request), not quote.starred, quote.total, quote.pk))
    context = {
        "wish": wish,
        "starred": starred,
        "rows": [(quote, _answerable(quote, request), _km(wish, quote)) for quote in found],
        "cheapest": min((quote.total for quote in found if _answerable(quote, request)), default=None),
    }
    return render(request, "requests/compare.html", context)


def _answerable(quote: Quote, request: Request) -> bool:
    return quote.state == Quote.State.SENT and request.now < quote.expires_at


def _km(wish: Wish, quote: Quote) -> int | None:
    """From the provider's place to the work's."""
    place = quote.provider.profile.place
    return None if place is None or wish.place is None else place.km_to(wish.place)


@require_POST
@signed_in
def star(request: Request, pk: int, quote: int) -> HttpResponse:
    """On the short list, or off it; nobody else sees it."""
    row = get_object_or_404(own(request, pk).proposals, pk=quote)
    proposals.shortlist(row, starred=request.POST.get("starred") == "1", by=person(request))
    return redirect(f"{request.path.rsplit('proposals/', 1)[0]}proposals/#quote-{row.pk}")

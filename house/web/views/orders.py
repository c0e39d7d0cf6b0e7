"""The lists of orders, and the order room with its chat. Whoever is no side of the order gets 404."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from house.files.models import Upload
from house.inbox.actions import read as mark_read
from house.orders import money
from house.orders.actions import chat
from house.orders.models import Order, Questionnaire, ResolutionRequest
from house.orders.onboarding import QUESTIONS
from house.orders.process import ASKINGS
from house.orders.reasons import KINDS, REASONS, REVISION_QUESTIONS, YES_NO
from house.process import Party, Refusal
from house.reputation.actions import may_review
from house.reputation.models import Review

from .. import room, silence
from ..forms.base import add_refusal
from ..forms.talk import MessageForm
from ..guards import person, signed_in
from ..order_page import Room, ask, changes_of, gives_back, may_dispute, open_room
from ..paging import page_of
from ..plan import plan
from ..request import Request
from ..uploads import files_about, may_read

GET_POST = require_http_methods(["GET", "POST"])

TABS = {
    "open": (Order.State.OPEN,),
    "completed": (Order.State.COMPLETED,),
    "cancelled": (Order.State.CANCELLED,),
    "all": tuple(Order.State),
}


@require_safe
@signed_in
def index(request: Request) -> HttpResponse:
    """Page 44: the client's orders."""
    tab = request.GET.get("tab", "open")
    states = TABS.get(tab, TABS["open"])
    mine = Order.objects.filter(client=person(request))
    rows = mine.filter(state__in=states).select_related("provider", "offer").prefetch_related("stages", "requests")
    page = page_of(request, rows.order_by("-placed_at", "-pk"))
    context = {
        "tab": tab,
        "page": page,
        "rows": lines(page.rows, request),
        "counts": counts(mine),
        "side": "client",
    }
    return render(request, "orders/index.html", context)


def counts(mine: Any) -> dict[str, int]:
    """How many orders stand in each tab."""
    by_state = dict(mine.order_by().values_list("state").annotate(number=Count("pk")))
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}


def lines(orders: list[Order], request: Request) -> list[dict[str, Any]]:
    """Rows of a list of orders: what is prefetched is enough."""
    found = []
    for order in orders:
        stage = room.current(order)
        asked = next((row for row in order.requests.all() if row.state == ResolutionRequest.State.OPEN), None)
        side = Party.CLIENT if order.client_id == request.user.pk else Party.PROVIDER
        found.append(
            {
                "order": order,
                "look": room.look(stage, asked, request.now),
                "saying": room.saying(stage, asked, side, request.now),
                "late": bool(stage.lateness(request.now)),
            }
        )
    return sorted(found, key=lambda row: not row["late"])


@require_safe
@signed_in
def show(request: Request, number: str) -> HttpResponse:
    """Page 45: sentence first, then progress, flow, chat and the single next action of this viewer."""
    here = open_room(request, number)
    mark_read(here.order.thread, by=person(request), now=request.now)
    sums = money.sums(here.order)
    context = {
        **here.context(),
        "actions": room.actions(here.stage, here.asked, here.party, here.now),
        "marks": room.progress(here.stage, here.asked, here.now),
        "flow": room.flow(here.order, request.user.pk or 0),
        "form": MessageForm(),
        "held": sums.held,
        "charges": money.joined(here.order),
        "plan": plan(here.order, here.asked, sums, here.now),
        "clock": _clock(here),
        "kinds": KINDS,
        "silence": silence.of(here.stage, here.asked, here.party, returns=gives_back(here, sums.held), now=here.now),
        "outcomes": silence.OUTCOMES[ResolutionRequest.Kind(here.asked.kind)] if here.asked else (),
        "rows": changes_of(here),
        "dispute": may_dispute(here),
        "requirements": here.order.requirements.all(),
        "tasks": list(here.order.tasks.select_related("by")),
        "sheet": Questionnaire.objects.filter(order=here.order).first(),
        "sheet_questions": len(QUESTIONS),
        "files": files_about(here.order.about),
        "reviews": Review.objects.filter(order=here.order, published_at__isnull=False).select_related("author"),
        "own_review": Review.objects.filter(order=here.order, party=here.party).first(),
        "may_review": may_review(here.order, here.now),
        "offer_is_shown": here.offer_is_shown,
        "reason": _reason(here),
        "questions": REVISION_QUESTIONS,
        "yes_no": YES_NO,
    }
    return render(request, "orders/show.html", context)


def _clock(here: Room) -> room.Saying | None:
    """What the work's own clock does while a request is open that does not pause it."""
    asked, order = here.asked, here.order
    if asked is None or order.held_at is not None or ASKINGS[ResolutionRequest.Kind(asked.kind)].pauses:
        return None
    return room.of_stage(here.stage, here.party, here.now)


def _reason(here: Room) -> str:
    """Why something was asked for, in the words of the list it was chosen from (RES-13)."""
    asked = here.asked
    return _(REASONS[asked.kind][Party(asked.party)].get(asked.reason, asked.reason)) if asked else ""


@GET_POST
@signed_in
def message(request: Request, number: str) -> HttpResponse:
    """A message in the order's thread; what was refused stands in the form with its reason."""
    here = open_room(request, number)
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            here.store(
                form,
                lambda files: chat.say(
                    here.order, text=form.cleaned_data["text"], files=files, by=person(request), now=here.now
                ),
            )
            return redirect(f"/orders/{number}/#end")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "orders/message.html", form)


@require_safe
@signed_in
def again(request: Request, number: str) -> HttpResponse:
    """The same once more, at today's prices: leads to the offer with the same choice."""
    here = open_room(request, number, Party.CLIENT)
    if not here.offer_is_shown:
        raise Refusal("offer_closed")
    assert here.order.offer is not None
    terms = here.order.terms
    pairs = [f"package={terms['package']['position']}", f"quantity={terms['quantity']}"]
    known = {extra.title: extra.pk for extra in here.order.offer.extras.all()}
    pairs += [f"extra_{known[line['title']]}={line['quantity']}" for line in terms["lines"] if line["title"] in known]
    pairs += ["fast=1" for line in terms["lines"] if line["kind"] == "fast"]
    return redirect(f"{here.order.offer.path}?{'&'.join(pairs)}")


@require_safe
@signed_in
def file(request: Request, pk: UUID) -> FileResponse:
    """A file of an order, a conversation or a case; pictures open, everything else is downloaded."""
    upload = get_object_or_404(Upload, pk=pk)
    if not may_read(upload, person(request)):
        raise Http404
    shown = upload.width is not None
    response = FileResponse(
        upload.file.open("rb"),
        as_attachment=not shown,
        filename=upload.name,
        content_type=upload.content_type,
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response

"""The order room: one page, and one address for each step. Whoever is no side of the order gets 404."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import policy
from house.files.models import Upload
from house.inbox.actions import read as mark_read
from house.orders import money, notes
from house.orders.actions import chat, milestones, support, work
from house.orders.models import Delivery, Order, OrderRequirement, ResolutionRequest, Stage
from house.orders.move import open_request, refuse_while_cancelling
from house.orders.parties import party_of
from house.orders.process import ASKINGS, STAGE, Step
from house.orders.reasons import KINDS, REASONS, REVISION_QUESTIONS, YES_NO
from house.process import Party, Refusal
from house.reputation.actions import may_review
from house.reputation.models import Review

from .. import room, silence
from ..changes import Change, changes
from ..forms.base import Form, add_refusal
from ..forms.orders import DeliveryForm, RequirementsForm, RevisionForm
from ..forms.talk import MessageForm
from ..guards import person, provider, signed_in
from ..paging import page_of
from ..plan import plan
from ..request import Request
from ..uploads import files_about, may_read, named, with_files
from .offers import SHOWN

GET_POST = require_http_methods(["GET", "POST"])
TABS = {
    "open": (Order.State.OPEN,),
    "completed": (Order.State.COMPLETED,),
    "cancelled": (Order.State.CANCELLED,),
    "all": tuple(Order.State),
}


@dataclass
class Room:
    """One order as one of its sides sees it."""

    request: Request
    order: Order

    @cached_property
    def party(self) -> Party:
        return party_of(self.order, person(self.request))

    @cached_property
    def stage(self) -> Stage:
        """The stage that matters now: a simple order has one."""
        return room.current(self.order)

    @cached_property
    def asked(self) -> ResolutionRequest | None:
        found = open_request(self.order)
        if found is not None:
            found.order = self.order
        return found

    @property
    def now(self) -> Any:
        return self.request.now

    @property
    def offer_is_shown(self) -> bool:
        """Whether the offer of this order still has a page."""
        return self.order.offer is not None and self.order.offer.state in SHOWN

    def store(self, form: Form, act: Any) -> Any:
        """Carries out a verb with the form's files."""
        return with_files(
            form.cleaned_data["attached"], act, owner=person(self.request), about=self.order.about, now=self.now
        )

    def context(self) -> dict[str, Any]:
        """What every page of an order shows."""
        side = "provider" if self.party is Party.CLIENT else "client"
        return {
            "order": self.order,
            "stage": self.stage,
            "party": self.party,
            "asked": self.asked,
            "other": getattr(self.order, side),
            "saying": room.saying(self.stage, self.asked, self.party, self.now),
            "look": room.look(self.stage, self.asked, self.now),
        }


def open_room(request: Request, number: str, side: Party | None = None) -> Room:
    """The order of this number, if the visitor is one of its sides; or this side, where a page belongs to one."""
    rows = Order.objects.visible_to(person(request))
    related = ("client", "provider__profile", "thread__a", "thread__b", "offer", "checkout")
    here = Room(request, get_object_or_404(rows.select_related(*related), number=number))
    if side is not None and here.party is not side:
        raise Http404
    return here


def may_be_asked(here: Room, step: Step) -> None:
    """A page that asks before a step opens only while the table allows it; what is sent is judged by the verb."""
    if here.request.method == "GET":
        refuse_while_cancelling(here.order)
        STAGE.check(step, state=here.stage.state, party=here.party)


def back_to(here: Room, said: str = "") -> HttpResponse:
    """To the order's page, with a word about what was done."""
    if said:
        messages.success(here.request, said)
    return redirect("order", number=here.order.number)


def ask(here: Room, template: str, form: Form | None = None, **more: Any) -> HttpResponse:
    """A page that asks before a step."""
    status = 422 if form is not None and form.errors else 200
    return render(here.request, template, {**here.context(), "form": form, **more}, status=status)


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
    held = money.held(here.order)
    context = {
        **here.context(),
        "actions": room.actions(here.stage, here.asked, here.party, here.now),
        "marks": room.progress(here.stage, here.asked, here.now),
        "flow": room.flow(here.order, request.user.pk or 0),
        "form": MessageForm(),
        "held": held,
        "plan": plan(here.order, here.asked, held, here.now),
        "clock": _clock(here),
        "kinds": KINDS,
        "silence": silence.of(here.stage, here.asked, here.party, returns=gives_back(here, held), now=here.now),
        "outcomes": silence.OUTCOMES[ResolutionRequest.Kind(here.asked.kind)] if here.asked else (),
        "rows": changes_of(here),
        "dispute": may_dispute(here),
        "requirements": here.order.requirements.all(),
        "tasks": list(here.order.tasks.select_related("by")),
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


def stage_of(here: Room, asked: ResolutionRequest) -> Stage:
    """The stage that a request speaks of."""
    found = next((row for row in here.order.stages.all() if row.pk == asked.stage_id), here.stage)
    found.order = here.order
    return found


def changes_of(here: Room) -> list[Change]:
    """Before → after of the open request."""
    asked = here.asked
    return changes(asked.kind, stage_of(here, asked), asked.change) if asked else []


def gives_back(here: Room, held: int) -> int:
    """What silence would give back: one stage's money, or all that is held (DEC-36)."""
    asked = here.asked
    return held if asked is None or notes.whole(asked) else stage_of(here, asked).price


def may_dispute(here: Room) -> bool:
    """Support is called only after something was declined (CAN-10, RES-18), and once at a time."""
    order = here.order
    return order.is_open and order.held_at is None and support.may_call(order)


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


@GET_POST
@signed_in
def requirements(request: Request, number: str) -> HttpResponse:
    """Page 46: answers are kept at once; sending them starts the clock (O-2)."""
    here = open_room(request, number)
    rows = list(here.order.requirements.all())
    if here.party is not Party.CLIENT or here.stage.state != Stage.State.AWAITING:
        return render(request, "orders/answers.html", {**here.context(), "rows": _with_files(here, rows)})
    form = RequirementsForm(rows, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _keep_answers(here, form)
            if "draft" in request.POST:
                return back_to(here, _("מה שנכתב נשמר. השעון יתחיל אחרי השליחה."))
            work.start(here.stage, by=person(request), now=here.now)
            return back_to(here, _("הדרישות נשלחו, והשעון התחיל."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "orders/requirements.html", form, files=_files_by_position(here))


def _keep_answers(here: Room, form: RequirementsForm) -> None:
    answers = {row.position: _answer(here, row, form.cleaned_data[f"r{row.position}"]) for row in form.rows}
    work.answer(here.order, answers, by=person(here.request), now=here.now)


def _answer(here: Room, row: OrderRequirement, given: Any) -> OrderRequirement:
    """An unsaved answer of one requirement; new files join those that were sent before."""
    answer = OrderRequirement(position=row.position, files=row.files)
    if row.kind == "file":
        new = with_files(given, list, owner=person(here.request), about=here.order.about, now=here.now)
        answer.files = [*row.files, *new][: policy.FILES_PER_MESSAGE]
    elif row.kind == "choice":
        answer.chosen = given if isinstance(given, list) else [given] if given else []
    else:
        answer.answer = given
    return answer


def _files_by_position(here: Room) -> dict[int, list[Upload]]:
    """Read anew: what has just been sent is kept, also when the rest was refused."""
    return {row.position: named(row.files, here.order.about) for row in here.order.requirements.all()}


def _with_files(here: Room, rows: list[OrderRequirement]) -> list[tuple[OrderRequirement, list[Upload]]]:
    return [(row, named(row.files, here.order.about)) for row in rows]


@require_POST
@signed_in
def reminder(request: Request, number: str) -> HttpResponse:
    """The provider reminds the client of the requirements (DEC-15)."""
    here = open_room(request, number, Party.PROVIDER)
    work.remind(here.stage, by=person(request), now=here.now)
    return back_to(here, _("התזכורת נשלחה."))


@GET_POST
@signed_in
def abandonment(request: Request, number: str) -> HttpResponse:
    """The requirements never came (DEC-15)."""
    here = open_room(request, number, Party.PROVIDER)
    may_be_asked(here, Step.GIVE_UP)
    if request.method == "POST":
        work.give_up(here.stage, by=person(request), now=here.now)
        return back_to(here, _("ההזמנה בוטלה והכסף הוחזר."))
    return ask(here, "orders/confirm.html", **CONFIRM["abandonment"])


@GET_POST
@provider
def deliver(request: Request, number: str) -> HttpResponse:
    """Page 60: a delivery or its draft; a refused delivery is kept as a draft (DLV-04)."""
    here = open_room(request, number, Party.PROVIDER)
    may_be_asked(here, Step.DELIVER)
    draft = _draft(here)
    form = DeliveryForm(request.POST or None, request.FILES or None, initial=_drafted(draft), whole=here.stage.is_last)
    if request.method == "POST":
        try:
            if form.is_valid():
                return _deliver(here, form, draft)
            _keep_files(here, form, draft)
        except Refusal as refusal:
            add_refusal(form, refusal)
        draft = _draft(here)
    return ask(here, "orders/deliver.html", form, files=named(draft.files if draft else [], here.order.about))


def _draft(here: Room) -> Delivery | None:
    return here.stage.deliveries.filter(sent_at=None).first()


def _keep_files(here: Room, form: DeliveryForm, draft: Delivery | None) -> None:
    """What a browser cannot send again by itself joins the draft, while the words are being mended."""
    if form.cleaned_data.get("attached"):
        words: dict[str, Any] = {"text": draft.text, "links": draft.links} if draft else {"text": "", "links": []}
        kept = _kept(here.request, draft)
        words |= {"by": person(here.request), "now": here.now}
        here.store(form, lambda new: work.save_draft(here.stage, files=[*kept, *new], **words))


def _drafted(draft: Delivery | None) -> dict[str, Any]:
    return {"text": draft.text, "links": "\n".join(draft.links)} if draft else {}


def _deliver(here: Room, form: DeliveryForm, draft: Delivery | None) -> HttpResponse:
    """First the draft with its files, so that nothing is lost; then the delivery from it."""
    kept = _kept(here.request, draft)
    words = {"text": form.cleaned_data["text"], "links": form.cleaned_data["links"]}
    who = {"by": person(here.request), "now": here.now}
    saved = here.store(form, lambda new: work.save_draft(here.stage, files=[*kept, *new], **words, **who))
    if "draft" in here.request.POST:
        return back_to(here, _("הטיוטה נשמרה. רק הצד שלך רואה אותה."))
    work.deliver(here.stage, files=saved.files, full=form.cleaned_data.get("full", False), **words, **who)
    return back_to(here, _("העבודה נמסרה."))


def _kept(request: Request, draft: Delivery | None) -> list[UUID]:
    """The draft's files without those marked for removal."""
    gone = set(request.POST.getlist("remove"))
    return [pk for pk in (draft.files if draft else []) if str(pk) not in gone]


@GET_POST
@signed_in
def acceptance(request: Request, number: str) -> HttpResponse:
    """The client accepts: the money is released (ORD-09)."""
    here = open_room(request, number, Party.CLIENT)
    may_be_asked(here, Step.ACCEPT)
    if request.method == "POST":
        return _accept(here)
    rows = [row for row in here.order.stages.all() if row.state == Stage.State.PLANNED]
    return ask(here, "orders/acceptance.html", following=rows[0] if rows else None)


def _accept(here: Room) -> HttpResponse:
    """With milestones the client says at once what follows: the next one, or nothing more (DEC-48)."""
    number, who = here.order.number, person(here.request)
    work.accept(here.stage, by=who, now=here.now)
    following = here.order.stages.filter(state=Stage.State.PLANNED).first()
    if following is not None and "stop" not in here.request.POST:
        return redirect("order_next_payment", number=number)
    if following is not None:
        milestones.stop(following, by=who, now=here.now)
    messages.success(here.request, _("המסירה אושרה והכסף שוחרר. נשאר לספר איך היה."))
    return redirect("order_rate", number=number)


@GET_POST
@signed_in
def revision(request: Request, number: str) -> HttpResponse:
    """Changes are asked for, with the Yes/No confirmation (REV-06…08)."""
    here = open_room(request, number, Party.CLIENT)
    may_be_asked(here, Step.REVISE)
    form = RevisionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            here.store(
                form,
                lambda files: work.revise(
                    here.stage,
                    text=form.cleaned_data["text"],
                    answers=form.answers,
                    files=files,
                    by=person(request),
                    now=here.now,
                ),
            )
            return back_to(here, _("בקשת התיקונים נשלחה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "orders/revision.html", form)


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


CONFIRM: dict[str, dict[str, Any]] = {
    "abandonment": {
        "heading": _later("ביטול בשל דרישות חסרות"),
        "text": _later("ההזמנה תתבטל, מלוא הכסף יחזור ללקוח/ה, והביטול לא ייספר במדדים שלך."),
        "button": _later("ביטול ההזמנה"),
    },
}

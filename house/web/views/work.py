"""The work of an order: its requirements, deliveries, changes asked for, and acceptance."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST

from house import policy
from house.files.models import Upload
from house.orders.actions import milestones, work
from house.orders.models import Delivery, OrderRequirement, Stage
from house.orders.process import Step
from house.process import Party, Refusal

from ..forms.base import add_refusal
from ..forms.orders import DeliveryForm, RequirementsForm, RevisionForm
from ..guards import person, provider, signed_in
from ..order_page import Room, ask, back_to, may_be_asked, open_room
from ..request import Request
from ..uploads import named, with_files

GET_POST = require_http_methods(["GET", "POST"])


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


CONFIRM: dict[str, dict[str, Any]] = {
    "abandonment": {
        "heading": _later("ביטול בשל דרישות חסרות"),
        "text": _later("ההזמנה תתבטל, מלוא הכסף יחזור ללקוח/ה, והביטול לא ייספר במדדים שלך."),
        "button": _later("ביטול ההזמנה"),
    },
}

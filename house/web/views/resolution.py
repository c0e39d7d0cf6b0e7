"""The Resolution Center of an order: its kinds, their forms, the answers, and the way to support (RES, CAN)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import hebrew, policy
from house.desk import disputes
from house.orders import money
from house.orders.actions import requests
from house.orders.actions.requests.asking import GUARDS
from house.orders.models import ResolutionRequest, Stage
from house.orders.process import ASKINGS, Asking
from house.orders.reasons import KINDS
from house.process import Party, Refusal

from .. import room
from ..changes import changes
from ..forms.base import add_refusal
from ..forms.resolution import OPEN_ROWS, DisputeForm, RequestForm, UpdateForm
from ..guards import person, signed_in
from ..order_page import Room, ask, back_to, changes_of, gives_back, may_dispute, open_room
from ..request import Request
from ..sentences import sentence
from .milestones import pay_inside

GET_POST = require_http_methods(["GET", "POST"])
Kind = ResolutionRequest.Kind


@dataclass(frozen=True)
class Way:
    """A kind as the list shows it; `lock` says why it is closed now."""

    kind: Kind
    name: str
    asking: Asking
    silence: str
    text: str
    icon: str
    lock: str
    mine: bool  # whether this side may ask for it at all


ABOUT = {
    Kind.CANCELLATION: ("circle-x", _later("לסיים את ההזמנה או שלב, בהסכמה ועם החזר.")),
    Kind.PROGRESS_UPDATE: ("message-circle", _later("לבקש מנותן/ת השירות לכתוב מה קורה.")),
    Kind.EXTENSION: ("calendar-days", _later("להוסיף ימים למועד המסירה.")),
    Kind.SCOPE_CHANGE: ("pencil", _later("העבודה השתנתה: מחיר, מועד או שניהם.")),
    Kind.MORE_REVISIONS: ("rotate-ccw", _later("להציע סבבי תיקונים, בחינם או בתשלום.")),
    Kind.ASK_REVISIONS: ("rotate-ccw", _later("לבקש סבבים כשלא נותרו.")),
    Kind.PARTIAL_REFUND: ("wallet", _later("המסירה נשארת, וחלק מהכסף חוזר.")),
    Kind.EXTRA: ("plus", _later("להציע תוספת מעבר למה שהוזמן.")),
}
ONLY = {
    Party.CLIENT: _later("רק הצד של הלקוח/ה יכול לבקש."),
    Party.PROVIDER: _later("רק הצד של נותן/ת השירות יכול לבקש."),
}


def way(here: Room, kind: Kind) -> Way:
    """A kind, read from the table of the process."""
    icon, text = ABOUT[kind]
    asking = ASKINGS[kind]
    mine = here.party in asking.by
    return Way(kind, _(KINDS[kind]), asking, room.silence_of(kind), str(text), icon, lock(here, kind), mine)


def lock(here: Room, kind: Kind) -> str:
    """Why a kind is closed now; empty when it is open."""
    asking = ASKINGS[kind]
    if here.party not in asking.by:
        return str(ONLY[min(asking.by)])
    if not here.order.is_open:
        return _("ההזמנה כבר הסתיימה.")
    if here.stage.state not in asking.states:
        names = [_(look.label) for state, look in room.LOOKS.items() if state in asking.states]
        return _("אפשר כשההזמנה במצב: %(states)s.") % {"states": ", ".join(names)}
    if here.asked is not None:
        return sentence(Refusal("request_open"))
    try:
        GUARDS.get(kind, _nothing)(here.stage, here.party, True, here.now)
    except Refusal as refusal:
        return sentence(refusal)
    return ""


def _nothing(stage: Stage, party: Party, proven: bool, now: datetime) -> None:
    """Most kinds have no guard of their own."""


@require_safe
@signed_in
def index(request: Request, number: str) -> HttpResponse:
    """Every kind with its window and its silence (RES-03); support only after a decline (CAN-10, RES-02)."""
    here = open_room(request, number)
    ways = sorted((way(here, kind) for kind in Kind), key=lambda row: bool(row.lock))
    very_late = here.party is Party.CLIENT and here.stage.lateness(here.now) >= policy.VERY_LATE_AFTER
    return ask(here, "resolution/index.html", ways=ways, very_late=very_late, dispute=may_dispute(here))


@GET_POST
@signed_in
def cancellation(request: Request, number: str) -> HttpResponseBase:
    """The old address of the most asked for kind."""
    return write(request, number, Kind.CANCELLATION)


@GET_POST
@signed_in
def write(request: Request, number: str, kind: str) -> HttpResponse:
    """The form of a kind: why, what changes from what to what, and what happens after sending (DEC-48)."""
    here = open_room(request, number)
    if kind not in ASKINGS or here.party not in ASKINGS[Kind(kind)].by:
        raise Http404
    closed = lock(here, Kind(kind))
    if request.method == "GET" and closed:
        return ask(here, "resolution/locked.html", way=way(here, Kind(kind)))
    form = RequestForm(
        Kind(kind), here.stage, here.party, here.now, request.POST or None, request.FILES or None, initial=_preset(here)
    )
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            here.store(form, lambda files: _send(here, form, files))
            return back_to(here, _("הבקשה נשלחה. התשובה תופיע כאן."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _form(here, form)


def _preset(here: Room) -> dict[str, Any]:
    """CAN-09: a client whose order is very late finds that reason chosen."""
    late = here.party is Party.CLIENT and here.stage.lateness(here.now) >= policy.VERY_LATE_AFTER
    return {"reason": "very_late", "proof": "late"} if late else {}


def _send(here: Room, form: RequestForm, files: Any) -> ResolutionRequest:
    return requests.ask(
        here.stage,
        kind=form.kind,
        reason=form.cleaned_data["reason"],
        explanation=form.cleaned_data["explanation"],
        by=person(here.request),
        now=here.now,
        change=form.change,
        whole=form.whole,
        proof=form.evidence,
        files=files,
    )


def _form(here: Room, form: RequestForm) -> HttpResponse:
    counted = form.is_bound and form.is_valid()
    change = {**form.change, "amount": form.sum} if counted else {}
    context = {
        "way": way(here, form.kind),
        "due": hebrew.exactly(here.now + ASKINGS[form.kind].window),
        "rows": changes(form.kind, here.stage, change),
        "counted": counted,
        "open_rows": OPEN_ROWS,
        "held": money.held(here.order),
        "cancels": room.cancels(form.kind),
    }
    return ask(here, "resolution/form.html", form, **context)


# --- answers


def asked_in(here: Room) -> ResolutionRequest:
    """The open request, or the refusal that there is none any more."""
    if here.asked is None:
        raise Refusal("wrong_state")
    return here.asked


@dataclass(frozen=True)
class Agreement:
    """The words of agreeing to a kind: before the step, on its button, and after it."""

    text: Any
    button: Any
    done: Any


AGREEMENTS = {
    Kind.CANCELLATION: Agreement(
        _later("מלוא הכסף שמוחזק, %(sum)s, חוזר עכשיו לאמצעי התשלום שבו שולם, והעבודה נפסקת. אי אפשר לחזור מזה."),
        _later("הסכמה לביטול"),
        _later("הביטול התקבל בהסכמה והכסף הוחזר."),
    ),
    Kind.EXTENSION: Agreement(
        _later("מועד המסירה יזוז, והמחיר לא ישתנה."), _later("הסכמה להארכה"), _later("המועד הוארך.")
    ),
    Kind.SCOPE_CHANGE: Agreement(
        _later("מועד המסירה יזוז, והמחיר לא ישתנה."), _later("הסכמה לשינוי"), _later("השינוי התקבל.")
    ),
    Kind.MORE_REVISIONS: Agreement(
        _later("הסבבים יתווספו להזמנה בלי תשלום."), _later("קבלת הסבבים"), _later("הסבבים נוספו.")
    ),
    Kind.ASK_REVISIONS: Agreement(
        _later("הסבבים יתווספו להזמנה בלי תשלום."), _later("הסכמה לתיקונים"), _later("הסבבים נוספו.")
    ),
    Kind.PARTIAL_REFUND: Agreement(
        _later("%(sum)s חוזרים לאמצעי התשלום שבו שולמו, והמסירה נשארת. אי אפשר לחזור מזה."),
        _later("הסכמה להחזר"),
        _later("ההחזר התקבל והכסף בדרך חזרה."),
    ),
}


@GET_POST
@signed_in
def consent(request: Request, number: str) -> HttpResponse:
    """The other side accepts: by agreeing, in words, or by paying (CAN-02, R-2, R-7)."""
    here = open_room(request, number)
    asked = asked_in(here)
    if not room.actions(here.stage, asked, here.party, here.now)["answer"]:
        raise Refusal("wrong_party")
    return HOW[room.how(asked)](here, asked)


def _agree(here: Room, asked: ResolutionRequest) -> HttpResponse:
    words = AGREEMENTS[Kind(asked.kind)]
    if here.request.method == "POST":
        requests.consent(asked, by=person(here.request), now=here.now)
        return back_to(here, str(words.done))
    facts = {"sum": hebrew.price(asked.change.get("amount") or gives_back(here, money.held(here.order)))}
    context = {"heading": words.button, "text": words.text % facts, "button": words.button, "rows": changes_of(here)}
    return ask(here, "orders/confirm.html", **context)


def _tell(here: Room, asked: ResolutionRequest) -> HttpResponse:
    form = UpdateForm(here.request.POST or None)
    if here.request.method == "POST" and form.is_valid():
        try:
            words = form.cleaned_data["answer"]
            requests.consent(asked, by=person(here.request), now=here.now, answer=words)
            return back_to(here, _("העדכון נשלח."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "resolution/update.html", form)


def _pay(here: Room, asked: ResolutionRequest) -> HttpResponse:
    return redirect("order_change_payment", number=here.order.number)


HOW = {"agree": _agree, "tell": _tell, "pay": _pay}


@require_POST
@signed_in
def refusal(request: Request, number: str) -> HttpResponse:
    """The other side refuses (CAN-06, R-3)."""
    here = open_room(request, number)
    requests.decline(asked_in(here), by=person(request), now=here.now)
    return back_to(here, _("הבקשה נדחתה, וההזמנה ממשיכה כמו קודם."))


@require_POST
@signed_in
def withdrawal(request: Request, number: str) -> HttpResponse:
    """Whoever asked takes it back (CAN-06, RES-17)."""
    here = open_room(request, number)
    requests.withdraw(asked_in(here), by=person(request), now=here.now)
    return back_to(here, _("הבקשה נמשכה, וההזמנה ממשיכה כמו קודם."))


@GET_POST
@signed_in
def payment(request: Request, number: str) -> HttpResponse:
    """A change that costs is accepted by paying for it (O-21, O-23, DEC-31)."""
    here = open_room(request, number, Party.CLIENT)
    asked = asked_in(here)
    if room.how(asked) != "pay":
        raise Refusal("nothing_to_pay")
    if asked.party == here.party:
        raise Refusal("wrong_party")
    lines = asked.change.get("lines") or [
        {"title": room.in_short(asked), "price": asked.change["amount"], "quantity": 1}
    ]
    context = {
        "heading": _(KINDS[asked.kind]),
        "lines": lines,
        "total": asked.change["amount"],
        "rows": changes_of(here),
        "after": _("אחרי התשלום השינוי נכנס לתוקף מיד. הסכום מוחזק בנאמנות עם שאר הכסף."),
    }
    return pay_inside(here, lambda token: _checkout(here, asked, token), context)


def _checkout(here: Room, asked: ResolutionRequest, token: str) -> Any:
    return requests.open_for_request(asked, client=person(here.request), now=here.now, token=token)


# --- support


@GET_POST
@signed_in
def dispute(request: Request, number: str) -> HttpResponse:
    """After a decline support is called; every clock of the order rests until it decides (CAN-10, DEC-32)."""
    here = open_room(request, number)
    form = DisputeForm(request.POST or None)
    if request.method == "GET" and not may_dispute(here):
        raise Refusal(
            "held_before" if here.order.held_at else "nothing_declined" if here.order.is_open else "wrong_state"
        )
    if request.method == "POST" and form.is_valid():
        try:
            disputes.open_dispute(here.order, by=person(request), text=form.cleaned_data["text"], now=here.now)
            return back_to(here, _("הפנייה נפתחה, והשעונים עצרו עד להחלטה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return ask(here, "resolution/dispute.html", form)

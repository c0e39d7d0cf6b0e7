"""The staff's own pages: queues, cases, an order as staff see it, the audit log. Roles follow DEC-20."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from house.board.models import Request as Wish
from house.catalog.models import Offer
from house.desk import disputes, masking
from house.desk.actions import add_note, close
from house.desk.models import Case
from house.ledger.actions import history
from house.orders import money
from house.orders.actions.support import cancel, count_in_rate
from house.orders.models import Deadline, Earning, Order, OrderEvent, Stage
from house.orders.move import open_request
from house.payments.models import Chargeback, Refund
from house.people.models import Application, AuditEntry, Role, User
from house.process import Party, Refusal

from .. import room
from ..books import ACCOUNTS, TRANSFERS
from ..forms.base import Form, add_refusal
from ..forms.staff import AuditForm, CaseNoteForm, DisputeDecisionForm, OrderCancellationForm, RateForm
from ..guards import needs, person
from ..paging import page_of
from ..request import Request
from ..uploads import files_about, may_read

GET_POST = require_http_methods(["GET", "POST"])

# Who works where (DEC-20); the owner has every role.
OFFERS = (Role.REVIEWER, Role.MODERATOR)
APPLICATIONS = (Role.REVIEWER,)
CASES = (Role.SUPPORT, Role.MODERATOR)
PEOPLE = (Role.REVIEWER, Role.MODERATOR, Role.SUPPORT)
ORDERS = (Role.SUPPORT, Role.MODERATOR, Role.FINANCE)
WORK = (Role.SUPPORT, Role.MODERATOR)  # who sees what was asked, answered and delivered in an order
CONTENT = (Role.EDITOR,)
AUDIT = (Role.OWNER,)
CASE_ROLES: dict[str, Role] = {
    Case.Kind.SUPPORT: Role.SUPPORT,
    Case.Kind.DISPUTE: Role.SUPPORT,
    Case.Kind.REPORT: Role.MODERATOR,
    Case.Kind.MACHINE: Role.SUPPORT,
}

AREAS = (
    ("staff_offers", _later("הצעות"), "store", OFFERS),
    ("staff_requests", _later("בקשות"), "clipboard-check", OFFERS),
    ("staff_applications", _later("אימותים"), "shield-check", APPLICATIONS),
    ("staff_cases", _later("פניות"), "life-buoy", CASES),
    ("staff_users", _later("אנשים"), "users", PEOPLE),
    ("staff_payouts", _later("תשלומים"), "wallet", (Role.FINANCE,)),
    ("staff_money", _later("החזרים"), "rotate-ccw", (Role.FINANCE,)),
    ("staff_ledger", _later("ספרים"), "banknote", (Role.FINANCE,)),
    ("staff_content", _later("תוכן"), "pencil", CONTENT),
    ("staff_audit", _later("יומן"), "scroll-text", AUDIT),
)

# What the audit log calls what staff did.
DEEDS = {
    "batch_collected": _later("מנת תשלומים נאספה"),
    "batch_approved": _later("מנת תשלומים אושרה"),
    "batch_dropped": _later("מנת תשלומים פורקה"),
    "batch_sent": _later("מנת תשלומים נשלחה לבנק"),
    "payout_returned": _later("תשלום חזר מהבנק"),
    "refund_tried_again": _later("החזר נשלח שוב לחברת התשלומים"),
    "refund_settled": _later("החזר הוסדר בדרך אחרת"),
    "late_refund": _later("החזר אחרי שחרור הכסף"),
    "offer_approved": _later("הצעה אושרה"),
    "offer_denied": _later("הצעה הוחזרה לתיקון"),
    "offer_removed": _later("הצעה הוסרה"),
    "request_approved": _later("בקשה של לקוח/ה פורסמה"),
    "request_returned": _later("בקשה של לקוח/ה הוחזרה לתיקון"),
    "request_refused": _later("בקשה של לקוח/ה לא הוצגה"),
    "application_approved": _later("עסק אומת"),
    "application_denied": _later("בקשת אימות נדחתה"),
    "application_more_asked": _later("התבקשה השלמה לבקשת אימות"),
    "level_set": _later("דרגה נקבעה"),
    "standing_suspended": _later("חשבון הושעה"),
    "standing_good": _later("השעיה או חסימה הוסרה"),
    "standing_blocked": _later("חשבון נחסם"),
    "role_granted": _later("תפקיד ניתן"),
    "role_revoked": _later("תפקיד נלקח"),
    "case_note": _later("נכתב בפנייה"),
    "case_closed": _later("פנייה נסגרה"),
    "message_unmasked": _later("הודעה שהוסתרה הוצגה כפי שנכתבה"),
    "order_cancelled": _later("הזמנה בוטלה"),
    "rate_exempted": _later("ביטול לא נספר בשיעור ההשלמה"),
    "rate_counted": _later("ביטול נספר בשיעור ההשלמה"),
    "dispute_continue": _later("מחלוקת: ההזמנה ממשיכה"),
    "dispute_revision": _later("מחלוקת: סבב תיקונים נוסף"),
    "dispute_refund": _later("מחלוקת: החזר חלקי"),
    "dispute_escalated": _later("מחלוקת עברה לבעלים"),
    "category_changed": _later("קטגוריה שונתה"),
    "person_blocked": _later("חסימה בשיחה"),
    "person_unblocked": _later("ביטול חסימה בשיחה"),
    "messages_stopped": _later("הודעות המוניות נעצרו"),
    "messages_read": _later("נקראו הודעות בהזמנה"),
}

PARTIES = {
    Party.CLIENT: _later("לקוח/ה"),
    Party.PROVIDER: _later("נותן/ת השירות"),
    Party.SUPPORT: _later("שירות הלקוחות"),
    Party.STAFF: _later("צוות"),
    Party.CLOCK: _later("השעון"),
}

# Where a subject is shown to staff, and to whom.
SUBJECTS = {
    "order": ("staff_order", ORDERS),
    "offer": ("staff_offer", OFFERS),
    "request": ("staff_request", OFFERS),
    "user": ("staff_user", PEOPLE),
    "case": ("staff_case", CASES),
    "category": ("staff_category", CONTENT),
}


def subject_link(about: str, user: User) -> str:
    """The page of "order:BH-2045183" and the like; empty when there is none that this person may open."""
    kind, _sign, name = about.partition(":")
    view, roles = SUBJECTS.get(kind, ("", ()))
    return reverse(view, args=[name]) if view and user.has_role(*roles) else ""


def desk(request: Request, template: str, context: dict[str, Any], *forms: Form) -> HttpResponse:
    """A page of staff, with the areas that this person's roles open."""
    user = person(request)
    shell = {
        "areas": [area for area in AREAS if user.has_role(*area[3])],
        "deeds": DEEDS,
        "link_of": partial(subject_link, user=user),
        "may": {"offers": user.has_role(*OFFERS), "orders": user.has_role(*ORDERS), "people": user.has_role(*PEOPLE)},
    }
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, f"staff/{template}.html", {**shell, **context}, status=status)


def address(**values: str) -> str:
    """The part of an address that the links of other pages keep."""
    kept = urlencode({name: value for name, value in values.items() if value})
    return f"{kept}&" if kept else ""


# --- the board


@dataclass(frozen=True)
class Queue:
    """Something that waits for staff, and since when."""

    label: Any
    icon: str
    view: str
    roles: tuple[Role, ...]
    rows: Callable[[], QuerySet[Any]]
    moment: str
    query: str = ""

    @property
    def link(self) -> str:
        return reverse(self.view) + self.query

    def count(self) -> dict[str, Any]:
        """How many, and since when the oldest waits."""
        return {"queue": self, **self.rows().aggregate(number=Count("pk"), oldest=Min(self.moment))}


def _open_cases(kind: Case.Kind) -> QuerySet[Case]:
    return Case.objects.filter(kind=kind, state=Case.State.OPEN)


def _case_queue(kind: Case.Kind, label: Any, icon: str) -> Queue:
    rows = partial(_open_cases, kind)
    return Queue(label, icon, "staff_cases", (CASE_ROLES[kind],), rows, "opened_at", f"?kind={kind}")


def waiting_offers() -> QuerySet[Offer]:
    """The queue of offers, the oldest first."""
    return Offer.objects.filter(state=Offer.State.PENDING).order_by("submitted_at", "pk")


def failed_refunds() -> QuerySet[Refund]:
    """What the gateway refused and nobody has settled yet."""
    return Refund.objects.filter(state=Refund.State.FAILED)


def open_chargebacks() -> QuerySet[Chargeback]:
    """What a bank took and has not decided."""
    return Chargeback.objects.filter(state=Chargeback.State.TAKEN)


def _waiting_requests() -> QuerySet[Wish]:
    return Wish.objects.filter(state=Wish.State.PENDING)


def _waiting_applications() -> QuerySet[Application]:
    return Application.objects.filter(state=Application.State.SUBMITTED)


QUEUES = (
    Queue(_later("הצעות לאישור"), "store", "staff_offers", OFFERS, waiting_offers, "submitted_at"),
    Queue(_later("בקשות לבדיקה"), "clipboard-check", "staff_requests", OFFERS, _waiting_requests, "submitted_at"),
    Queue(
        _later("בקשות אימות"),
        "shield-check",
        "staff_applications",
        APPLICATIONS,
        _waiting_applications,
        "submitted_at",
    ),
    _case_queue(Case.Kind.SUPPORT, _later("פניות לשירות"), "life-buoy"),
    _case_queue(Case.Kind.DISPUTE, _later("מחלוקות"), "scale"),
    _case_queue(Case.Kind.REPORT, _later("דיווחים"), "flag"),
    _case_queue(Case.Kind.MACHINE, _later("תקלות"), "triangle-alert"),
    Queue(_later("החזרים שנדחו"), "rotate-ccw", "staff_money", (Role.FINANCE,), failed_refunds, "asked_at"),
    Queue(_later("הכחשות בבדיקה"), "shield-check", "staff_money", (Role.FINANCE,), open_chargebacks, "at"),
)


@require_safe
@needs()
def home(request: Request) -> HttpResponse:
    """Page 69: what waits, since when, and whether the machine is well."""
    user = person(request)
    queues = [queue.count() for queue in QUEUES if user.has_role(*queue.roles)]
    return desk(request, "home", {"queues": queues, "health": _health(request.now)})


PROOF = "chores.prove"  # the worker's name for proving the books; web and worker do not import each other


def _health(now: datetime) -> dict[str, Any]:
    """Few cheap questions. Jobs live in real time, deadlines in the market's."""
    real = timezone.now()
    jobs = ProcrastinateJob.objects.all()
    proofs = ProcrastinateEvent.objects.filter(job__task_name=PROOF, type="succeeded")
    due = Deadline.objects.filter(done_at=None)
    return {
        "real": real,
        "proved_at": proofs.order_by("-at").values_list("at", flat=True).first(),
        "books_off": _open_cases(Case.Kind.MACHINE).filter(key__startswith="books:").exists(),
        "late": due.filter(try_at__lte=now).order_by("try_at").select_related("order").first(),
        "next": due.filter(try_at__gt=now).order_by("try_at").values_list("try_at", flat=True).first(),
        "failing": due.filter(failures__gt=0).count(),
        "waiting": jobs.filter(Q(scheduled_at=None) | Q(scheduled_at__lte=real), status="todo").count(),
        "failed": jobs.filter(status="failed").count(),
    }


# --- cases


def kinds_of(user: User) -> list[str]:
    """The kinds of cases that this person works on."""
    return [kind for kind, role in CASE_ROLES.items() if user.has_role(role)]


@require_safe
@needs(*CASES)
def cases(request: Request) -> HttpResponse:
    """Open cases with the oldest first, closed ones with the newest."""
    kinds = kinds_of(person(request))
    kind, state = request.GET.get("kind", ""), request.GET.get("state", Case.State.OPEN)
    rows = Case.objects.filter(kind__in=[kind] if kind in kinds else kinds, state=state).select_related("opened_by")
    order = ("opened_at", "pk") if state == Case.State.OPEN else ("-closed_at", "-pk")
    context = {
        "page": page_of(request, rows.order_by(*order)),
        "kinds": [(each, Case.Kind(each).label) for each in kinds],
        "kind": kind,
        "state": state,
        "query": address(kind=kind, state=state),
    }
    return desk(request, "cases", context)


def _case(request: Request, number: str) -> Case:
    rows = Case.objects.select_related("opened_by", "closed_by")
    return get_object_or_404(rows, number=number, kind__in=kinds_of(person(request)))


def _case_page(
    request: Request, case: Case, form: CaseNoteForm, decision: DisputeDecisionForm | None = None
) -> HttpResponse:
    disputed = _disputed(case)
    decision = decision or DisputeDecisionForm(disputed)
    context = {
        **(_order_now(disputed, request.now) | {"diary": diary(disputed)} if disputed else {"order": None}),
        "decision": decision,
        "case": case,
        "notes": case.notes.select_related("author"),
        "files": files_about(f"case:{case.number}").values(),
        "link": subject_link(_subject(case), person(request)),
        "masked": masking.masked_message(case),
        "form": form,
    }
    return desk(request, "case", context, form, decision)


def _disputed(case: Case) -> Order | None:
    """The order of a dispute."""
    return _order(case.about.partition(":")[2]) if case.kind == Case.Kind.DISPUTE else None


def _subject(case: Case) -> str:
    """A machine's case about a deadline is a case about its order."""
    kind, _sign, pk = case.about.partition(":")
    if kind != "deadline":
        return case.about
    number = Deadline.objects.filter(pk=pk).values_list("order__number", flat=True).first()
    return f"order:{number}" if number else ""


@require_safe
@needs(*CASES)
def case(request: Request, number: str) -> HttpResponse:
    """The thread of a case, with what staff wrote among themselves."""
    found = _case(request, number)
    return _case_page(request, found, CaseNoteForm(found))


@GET_POST
@needs(*CASES)
def case_note(request: Request, number: str) -> HttpResponse:
    """An answer to whoever asked, or a note among staff."""
    found = _case(request, number)
    form = CaseNoteForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        internal = form.cleaned_data["to"] == "staff"
        try:
            add_note(found, by=person(request), text=form.cleaned_data["text"], internal=internal, now=request.now)
            messages.success(request, _("ההערה נשמרה.") if internal else _("התשובה נשלחה."))
            return redirect("staff_case", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _case_page(request, found, form)


@GET_POST
@needs(Role.SUPPORT)
def case_decision(request: Request, number: str) -> HttpResponse:
    """Support decides a dispute, and the order's clocks go on (DEC-32, SUP-08)."""
    found = _case(request, number)
    disputed = _disputed(found)
    form = DisputeDecisionForm(disputed, request.POST or None)
    if request.method == "POST" and disputed is None:
        raise Refusal("case_closed")
    if disputed is not None and not disputed.is_open:
        raise Refusal("order_over")  # the page has no form any more in which it could stand
    if disputed is not None and form.is_valid():
        try:
            disputes.decide(found, disputed, by=person(request), now=request.now, **form.decided)
            messages.success(request, _("ההחלטה נרשמה, ושני הצדדים קיבלו הודעה."))
            return redirect("staff_case", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _case_page(request, found, CaseNoteForm(found), form)


@GET_POST
@needs(*CASES)
def case_unmasking(request: Request, number: str) -> HttpResponse:
    """A message whose details were hidden by mistake is shown, and the case is over (DEC-19)."""
    found = _case(request, number)
    if request.method == "POST":
        masking.unmask(found, by=person(request), now=request.now)
        messages.success(request, _("ההודעה מוצגת כפי שנכתבה, והפנייה נסגרה."))
    return redirect("staff_case", number=number)


@GET_POST
@needs(*CASES)
def case_closing(request: Request, number: str) -> HttpResponse:
    """Ends a case; its opener is told."""
    found = _case(request, number)
    if request.method == "POST":
        disputed = _disputed(found)
        if disputed is None:
            close(found, by=person(request), now=request.now)
        else:
            disputes.close_over(found, disputed, by=person(request), now=request.now)
        messages.success(request, _("הפנייה נסגרה."))
    return redirect("staff_case", number=number)


# --- an order as staff see it

STEPS = {
    "deliver": ("package", _later("העבודה נמסרה")),
    "revise": ("rotate-ccw", _later("התבקשו תיקונים")),
    "save_draft": ("pencil", _later("נשמרה טיוטה של מסירה")),
}


def _order(number: str) -> Order:
    related = ("client", "provider__profile", "thread", "offer", "checkout")
    return get_object_or_404(Order.objects.select_related(*related), number=number)


def _order_now(order: Order, now: datetime) -> dict[str, Any]:
    """Where an order stands."""
    stage = room.current(order)
    asked = open_request(order)
    return {
        "order": order,
        "stage": stage,
        "look": room.look(stage, asked, now),
        "saying": room.saying(stage, asked, Party.SUPPORT, now),
        "marks": room.progress(stage, asked, now),
        "held": money.held(order),
    }


def diary(order: Order) -> list[dict[str, Any]]:
    """Every row of the diary in words: who did what, and what it changed."""
    return [_line(row) for row in order.events.select_related("by")]


def _line(row: OrderEvent) -> dict[str, Any]:
    icon, text = STEPS.get(row.step) or room.event_words(row.step)
    states = [_(room.LOOKS[Stage.State(state)].label) for state in (row.before, row.after) if state in room.LOOKS]
    return {
        "row": row,
        "icon": icon,
        "text": text,
        "party": PARTIES[Party(row.party)],
        "states": states if row.before != row.after else [],
    }


TIMERS = {
    "late": _later("המועד עובר"),
    "very_late": _later("האיחור עובר יממה"),
    "requirements": _later("ביטול בלי דרישות"),
    "decide": _later("אישור בלי תגובה"),
    "expire": _later("סוף הזמן לתשובה על בקשה"),
    "begin": _later("עצירה אם השלב הבא לא יתחיל"),
}


def _promise(kind: str) -> str:
    """What a deadline will do; those with a dot remind of it."""
    name, warns, _hours = kind.partition(".")
    text = str(TIMERS.get(name, name))
    return _("תזכורת לפני: %(what)s") % {"what": text} if warns else text


def _work(order: Order, user: User) -> dict[str, Any]:
    """Requirements, deliveries and changes asked for. Messages have a page of their own (DEC-45)."""
    if not user.has_role(*WORK):
        return {"talk": None, "answers": [], "files": {}}
    files = files_about(order.about)
    return {
        "talk": [item for item in room.flow(order, order.client_id) if item.kind not in ("event", "message")],
        "answers": order.requirements.all(),
        "files": {pk: upload for pk, upload in files.items() if may_read(upload, user)},
    }


@require_safe
@needs(*ORDERS)
def order(request: Request, number: str) -> HttpResponse:
    """Diary, sums, deadlines; deliveries and answers only for support and moderators."""
    found = _order(number)
    user = person(request)
    context = {
        **_order_now(found, request.now),
        **_work(found, user),
        "diary": diary(found),
        "transfers": history(found.about),
        "accounts": ACCOUNTS,
        "names": TRANSFERS,
        "refunds": money.refunds([found]),
        "charges": money.joined(found),
        "deadlines": [(row, _promise(row.kind)) for row in found.deadlines.filter(done_at=None).order_by("due_at")],
        "cases": Case.objects.filter(about=found.about, kind__in=kinds_of(user)).order_by("-opened_at"),
        "entries": AuditEntry.objects.filter(about=found.about).select_related("by"),
        "may_read": user.has_role(Role.MODERATOR),
        "may_cancel": found.is_open and user.has_role(Role.SUPPORT),
        "may_refund": user.has_role(Role.FINANCE) and Earning.objects.filter(stage__order=found).exists(),
        "may_rate": found.state == Order.State.CANCELLED and user.has_role(Role.SUPPORT),
    }
    return desk(request, "order", context)


@GET_POST
@needs(Role.SUPPORT)
def order_cancellation(request: Request, number: str) -> HttpResponse:
    """Support cancels what is open, with a refund (O-24, SUP-08)."""
    found = _order(number)
    if not found.is_open:
        raise Http404
    form = OrderCancellationForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel(found, by=person(request), now=request.now, **form.decided)
            messages.success(request, _("בוטל, והכסף הוחזר."))
            return redirect("staff_order", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return desk(request, "order_cancellation", {**_order_now(found, request.now), "form": form}, form)


@GET_POST
@needs(Role.SUPPORT)
def order_rate(request: Request, number: str) -> HttpResponse:
    """A cancellation is left out of its provider's completion rate, or counted again (MET-06, SUP-04, SUP-05)."""
    found = _order(number)
    if found.state != Order.State.CANCELLED:
        raise Http404
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            why, counts = form.cleaned_data["why"], not found.counts_in_rate
            count_in_rate(found, counts=counts, why=why, by=person(request), now=request.now)
            messages.success(request, _("נרשם, והודעה נשלחה."))
            return redirect("staff_order", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return desk(request, "order_rate", {**_order_now(found, request.now), "form": form}, form)


# --- the audit log


@require_safe
@needs(*AUDIT)
def audit(request: Request) -> HttpResponse:
    """Page 78: what staff did, the newest first."""
    form = AuditForm(DEEDS.items(), request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = AuditEntry.objects.select_related("by")
    for name, lookup in (("what", "what"), ("by", "by__email__istartswith"), ("about", "about__startswith")):
        if asked.get(name):
            rows = rows.filter(**{lookup: asked[name].strip()})
    context = {"form": form, "page": page_of(request, rows), "query": address(**asked)}
    return desk(request, "audit", context)

"""Staff look at a service request before it is shown (REQ-01, DEC-20)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from house.board import actions as board
from house.board.models import Request as Wish
from house.board.process import REQUEST, Step
from house.people.models import AuditEntry, Role
from house.process import Party, Refusal
from house.quotes import proposals

from ..forms.base import add_refusal
from ..forms.staff import RequestReasonForm
from ..guards import needs, person
from ..paging import page_of
from ..request import Request
from ..uploads import files_about
from .staff import OFFERS, address, desk

SHOWN = (Wish.State.PENDING, Wish.State.OPEN, Wish.State.RETURNED, Wish.State.REFUSED)


@require_safe
@needs(*OFFERS)
def queue(request: Request) -> HttpResponse:
    """What waits, the oldest first; other states for whoever looks for a request."""
    state = request.GET.get("state", Wish.State.PENDING)
    rows = _shown().filter(state=state)
    page = page_of(request, rows.order_by(*(("submitted_at", "pk") if state == "pending" else ("-saved_at", "-pk"))))
    states = [(each.value, each.label) for each in SHOWN]
    return desk(request, "requests", {"page": page, "state": state, "states": states, "query": address(state=state)})


def _shown() -> QuerySet[Wish]:
    """What was sent at least once; a draft is its client's own."""
    rows = Wish.objects.filter(submitted_at__isnull=False).exclude(state=Wish.State.DISCARDED)
    return rows.select_related("client", "category", "subcategory", "place")


def _page(request: Request, wish: Wish, form: RequestReasonForm | None = None) -> HttpResponse:
    user = person(request)
    form = form or RequestReasonForm()
    role = Role.REVIEWER if wish.state == Wish.State.PENDING else Role.MODERATOR
    context: dict[str, Any] = {
        "wish": wish,
        "files": files_about(wish.about).values(),
        "entries": AuditEntry.objects.filter(about=wish.about).select_related("by"),
        "form": form,
        "may_decide": user.has_role(Role.REVIEWER) and _allows(Step.APPROVE, wish),
        "may_refuse": user.has_role(role) and _allows(Step.REFUSE, wish),
    }
    return desk(request, "request", context, form)


def _allows(step: Step, wish: Wish) -> bool:
    return REQUEST.allows(step, state=wish.state, party=Party.STAFF)


def _wish(pk: int) -> Wish:
    return get_object_or_404(_shown(), pk=pk)


@require_safe
@needs(*OFFERS)
def show(request: Request, pk: int) -> HttpResponse:
    """One request under review."""
    return _page(request, _wish(pk))


@require_POST
@needs(Role.REVIEWER)
def approval(request: Request, pk: int) -> HttpResponse:
    """On the board for thirty days (DEC-13)."""
    board.approve(_wish(pk), by=person(request), now=request.now)
    messages.success(request, _("הבקשה פורסמה בלוח."))
    return redirect("staff_requests")


@require_POST
@needs(Role.REVIEWER)
def returning(request: Request, pk: int) -> HttpResponse:
    """Back to its client, with what has to be mended."""
    return _with_reason(request, pk, board.send_back, _("הבקשה הוחזרה לתיקון."))


@require_POST
@needs(*OFFERS)
def refusal(request: Request, pk: int) -> HttpResponse:
    """Not shown, or not any longer."""
    return _with_reason(request, pk, proposals.refuse, _("הבקשה לא תוצג, והסיבה נשלחה."))


def _with_reason(request: Request, pk: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    wish, form = _wish(pk), RequestReasonForm(request.POST)
    if form.is_valid():
        try:
            verb(wish, by=person(request), reason=form.cleaned_data["reason"], now=request.now)
            messages.success(request, said)
            return redirect("staff_requests")
        except Refusal as problem:
            add_refusal(form, problem)
    return _page(request, wish, form)

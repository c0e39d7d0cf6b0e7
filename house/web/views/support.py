"""Support: asking, and the thread of one's own case (SUP)."""

from datetime import datetime
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from house.desk.actions import add_note, open_outside_case, open_support_case
from house.desk.models import Case
from house.files.actions import store
from house.orders.models import Order
from house.people.models import User
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.notices import AnswerForm, CaseForm, OutsiderForm
from ..guards import person, signed_in
from ..paging import page_of
from ..receipts import send_receipt
from ..request import Request
from ..uploads import files_about, with_files

GET_POST = require_http_methods(["GET", "POST"])
RECEIVED = gettext_noop("הפנייה התקבלה. התשובה תופיע כאן ובדוא״ל.")


@GET_POST
def ask(request: Request) -> HttpResponse:
    """A case is opened; those without an account leave an address for the answer."""
    return _own_case(request) if request.user.is_authenticated else _outside_case(request)


def _own_case(request: Request) -> HttpResponse:
    user = person(request)
    order = _own_order(request, user)
    form = CaseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = _open(user, order.about if order else "", form.cleaned_data, request.now)
            messages.success(request, _(RECEIVED))
            return redirect("support_case", number=case.number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    page = page_of(request, Case.objects.filter(opened_by=user).order_by("-opened_at", "-pk"))
    context = {"form": form, "order": order, "page": page}
    return render(request, "support/ask.html", context, status=422 if form.errors else 200)


def _own_order(request: Request, user: User) -> Order | None:
    """`?about=order:BH-…` counts only when the order is the asker's."""
    kind, _sign, number = request.GET.get("about", "").partition(":")
    return Order.objects.visible_to(user).filter(number=number).first() if kind == "order" else None


@transaction.atomic
def _open(user: User, about: str, words: dict[str, Any], now: datetime) -> Case:
    """The case with its files, or neither."""
    case = open_support_case(by=user, about=about, subject=words["subject"], text=words["text"], now=now)
    store(words["attached"], owner=user, about=f"case:{case.number}", now=now)
    return case


def _outside_case(request: Request) -> HttpResponse:
    form = OutsiderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        if full := consume_or_429(request, action="letter_to_support", key=words["email"].lower()):
            return full
        try:
            case = open_outside_case(**words, now=request.now)
            send_receipt(case, to=words["email"], name=words["name"])
            return render(request, "support/received.html", {"case": case, "email": words["email"]})
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "support/outside.html", {"form": form}, status=422 if form.errors else 200)


@GET_POST
@signed_in
def show(request: Request, number: str) -> HttpResponse:
    """The thread of one's own case, without what staff write among themselves."""
    case = get_object_or_404(Case, number=number, opened_by=person(request))
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(case, form.cleaned_data, person(request), request.now)
            return redirect("support_case", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {
        "case": case,
        "notes": case.notes.filter(internal=False).select_related("author"),
        "files": files_about(f"case:{number}").values(),
        "form": form,
    }
    return render(request, "support/show.html", context, status=422 if form.errors else 200)


def _answer(case: Case, words: dict[str, Any], user: User, now: datetime) -> None:
    with_files(
        words["attached"],
        lambda _files: add_note(case, by=user, text=words["text"], internal=False, now=now),
        owner=user,
        about=f"case:{case.number}",
        now=now,
    )

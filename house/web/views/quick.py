"""Quick responses of a provider (INB-07…09, INB-17)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from house.inbox import quick
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.talk import QuickResponseForm
from ..guards import person, provider
from ..request import Request

GET_POST = require_http_methods(["GET", "POST"])


@GET_POST
@provider
def index(request: Request) -> HttpResponse:
    """All of them, and a new one."""
    form = QuickResponseForm(request.POST or None)
    if _saved(request, form):
        return redirect("seller_quick")
    context = {"form": form, "rows": quick.all_of(person(request))}
    return render(request, "inbox/quick.html", context, status=422 if form.errors else 200)


@GET_POST
@provider
def edit(request: Request, key: str) -> HttpResponse:
    """Other words for one of them."""
    row = quick.find(person(request), key)
    if row is None:
        raise Http404
    form = QuickResponseForm(request.POST or None, initial={"title": row.title, "text": row.text})
    if _saved(request, form, key):
        return redirect("seller_quick")
    return render(request, "inbox/quick_edit.html", {"form": form, "row": row}, status=422 if form.errors else 200)


def _saved(request: Request, form: QuickResponseForm, key: str = "") -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        quick.save(person(request), key=key, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("התגובה נשמרה."))
    return True


@require_POST
@provider
def removal(request: Request, key: str) -> HttpResponse:
    """One less."""
    quick.remove(person(request), key)
    messages.success(request, _("התגובה נמחקה."))
    return redirect("seller_quick")

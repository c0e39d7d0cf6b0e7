"""The task list of an order, for both of its sides (INV-04, INV-07)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from house.orders.actions import tasks
from house.orders.models import Order, Task
from house.process import Refusal

from ..forms.base import Form, add_refusal
from ..forms.tasks import TaskChangeForm, TaskForm
from ..guards import person, signed_in
from ..order_page import own_order
from ..request import Request

GET_POST = require_http_methods(["GET", "POST"])


@GET_POST
@signed_in
def index(request: Request, number: str) -> HttpResponse:
    """The list, and one more."""
    order = own_order(request, number)
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.add(order, by=person(request), now=request.now, **form.cleaned_data)
            messages.success(request, _("המשימה נוספה."))
            return redirect("order_tasks", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, "orders/tasks_page.html", order, form)


@GET_POST
@signed_in
def task(request: Request, number: str, pk: int) -> HttpResponse:
    """Other words, another day, another state."""
    order = own_order(request, number)
    row = get_object_or_404(Task.objects.select_related("order"), order=order, pk=pk)
    start = {"text": row.text, "day": row.day, "state": row.state}
    form = TaskChangeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            tasks.change(row, by=person(request), now=request.now, **form.cleaned_data)
            messages.success(request, _("המשימה נשמרה."))
            return redirect("order_tasks", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, "orders/task.html", order, form)


def _page(request: Request, template: str, order: Order, form: Form) -> HttpResponse:
    party = "client" if order.client_id == request.user.pk else "provider"
    context = {
        "order": order,
        "form": form,
        "party": party,
        "tasks": order.tasks.select_related("by"),
        "may_change": tasks.may_change(order, request.now),
    }
    return render(request, template, context, status=422 if form.errors else 200)

"""What the sides of an order wrote to each other, for moderators who say why they read it (DEC-45)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from house.desk.reading import may_read, open_messages
from house.orders.models import Order
from house.people.models import Role
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.staff import ReadingForm
from ..guards import needs, person
from ..request import Request
from ..uploads import files_about
from .staff import desk


@require_http_methods(["GET", "POST"])
@needs(Role.MODERATOR)
def order_messages(request: Request, number: str) -> HttpResponse:
    """First the reason, which the audit log keeps; then the messages, for a while."""
    order = get_object_or_404(Order.objects.select_related("client", "provider", "thread"), number=number)
    form = ReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_messages(order, by=person(request), why=form.cleaned_data["why"], now=request.now)
            return redirect("staff_order_messages", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"order": order, "form": form, "talk": None, "files": {}}
    if may_read(order, person(request), request.now):
        context["talk"] = order.thread.messages.select_related("author")
        context["files"] = files_about(order.about)
    return desk(request, "order_messages", context, form)

"""The onboarding questionnaire of an order (ONB-01): both sides see it, the client fills it over several visits."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.orders.actions import questionnaire
from house.orders.models import Order, Questionnaire
from house.orders.onboarding import QUESTIONS
from house.orders.parties import party_of
from house.process import Party, Refusal

from ..forms.base import add_refusal
from ..forms.questionnaire import QuestionnaireForm
from ..guards import person, signed_in
from ..order_page import own_order
from ..request import Request


def _page(request: Request, order: Order, form: QuestionnaireForm | None = None) -> HttpResponse:
    """The client's form, or what the provider reads of it."""
    row = get_object_or_404(Questionnaire, order=order)
    party = party_of(order, person(request))
    form = form or QuestionnaireForm(initial=row.answers)
    answered = [(_(question), row.answers.get(code, "")) for code, (question, _help) in QUESTIONS.items()]
    context = {"order": order, "row": row, "party": party, "form": form, "answered": answered}
    template = "orders/questionnaire.html" if party is Party.CLIENT else "orders/questionnaire_answers.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
@signed_in
def show(request: Request, number: str) -> HttpResponse:
    """Both sides see it."""
    return _page(request, own_order(request, number))


@require_http_methods(["GET", "POST"])
@signed_in
def answers(request: Request, number: str) -> HttpResponse:
    """The client keeps what was written so far."""
    order = own_order(request, number)
    if order.client_id != person(request).pk:
        raise Http404
    form = QuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            questionnaire.answer(order, form.cleaned_data, by=person(request), now=request.now)
            messages.success(request, _("התשובות נשמרו. אפשר לחזור ולהשלים בכל זמן."))
            return redirect("order_questionnaire", number=number)
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, order, form if form.is_bound else None)


@require_POST
@signed_in
def sending(request: Request, number: str) -> HttpResponse:
    """From the provider to the client."""
    order = own_order(request, number)
    if order.provider_id != person(request).pk:
        raise Http404
    questionnaire.send(order, by=person(request), now=request.now)
    messages.success(request, _("השאלון נשלח. התשובות יופיעו כאן."))
    return redirect("order_questionnaire", number=number)

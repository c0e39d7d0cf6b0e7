"""The twin's payment page, and the payer's answer."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from .answers import DECIDING, DISPUTING, PAYING, answers_to
from .models import TwinPayment


@require_GET
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """The page of the imaginary provider."""
    payment = get_object_or_404(TwinPayment, ref=ref)
    waits = payment.state == TwinPayment.State.OPEN
    return render(request, "twin/page.html", {"payment": payment, "answers": answers_to(payment), "waits": waits})


@require_POST
def answer(request: HttpRequest, ref: str, answer: str) -> HttpResponse:
    """Does what the button says and sends the payer back; a button that came too late does nothing."""
    payment = get_object_or_404(TwinPayment, ref=ref)
    if answer not in PAYING | DISPUTING | DECIDING:
        raise Http404
    if answer in (answers := answers_to(payment)):
        answers[answer].act(payment)
    return HttpResponseRedirect(payment.return_url)

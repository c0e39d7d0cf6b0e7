"""What js/live.js fetches besides whole pages. The stream itself is a process of its own (`house.stream`)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..guards import signed_in
from ..request import Request


@require_safe
@signed_in
def counts(request: Request) -> HttpResponse:
    """The header's counts of what is new."""
    return render(request, "parts/counts.html")

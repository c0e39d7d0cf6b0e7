"""The bell's page, and the mailbox of the demo market."""

from itertools import groupby

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from house import hebrew
from house.clock import ISRAEL
from house.notices.letters import words
from house.notices.models import Letter, Notice

from ..guards import person, signed_in
from ..paging import page_of
from ..request import Request

# A letter is shown as it was sent, in a frame that runs nothing and fetches nothing.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@require_safe
@signed_in
def index(request: Request) -> HttpResponse:
    """Page 29: by day, unread first to the eye."""
    page = page_of(request, person(request).notices.order_by("-at", "-pk"))
    days = groupby(page.rows, key=lambda row: row.at.astimezone(ISRAEL).date())
    shown = [
        (hebrew.near_day(first.at, request.now), [(row, words(row.kind, row.data).bell) for row in (first, *rows)])
        for _day, rows in days
        for first in [next(rows)]
    ]
    return render(request, "notices/index.html", {"page": page, "days": shown})


@require_POST
@signed_in
def read_all(request: Request) -> HttpResponse:
    """Everything is read."""
    person(request).notices.filter(read_at=None).update(read_at=request.now)
    return redirect("notices")


@require_safe
@signed_in
def follow(request: Request, pk: int) -> HttpResponse:
    """One's own notice is read, and leads to its page."""
    notice = get_object_or_404(person(request).notices, pk=pk)
    Notice.objects.filter(pk=pk, read_at=None).update(read_at=request.now)
    return redirect(notice.path)


@require_safe
def mailbox(request: Request) -> HttpResponse:
    """Letters of the demo market, newest first; `?to=` finds those of one address."""
    sought = request.GET.get("to", "").replace("\x00", "").strip()[:254]
    rows = Letter.objects.filter(to__icontains=sought) if sought else Letter.objects.all()
    return render(request, "notices/mailbox.html", {"page": page_of(request, rows), "sought": sought})


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no arguments of an address
def letter(request: Request, pk: int) -> HttpResponse:
    """One letter: its text here, its look in a frame of its own."""
    row = get_object_or_404(Letter, pk=pk)
    if "html" in request.GET:
        return _as_sent(request, row)
    return render(request, "notices/letter.html", {"letter": row})


@xframe_options_sameorigin
def _as_sent(request: Request, row: Letter) -> HttpResponse:
    """The HTML of a letter. Its links open beside the mailbox."""
    html = SafeString(row.html.replace("<head>", '<head><base target="_blank">', 1))
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response

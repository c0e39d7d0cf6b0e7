"""Pages about the site itself: law, licences, errors, and what machines ask for."""

import posixpath
from datetime import timedelta
from functools import cache
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

from house.desk.actions import open_outside_case, open_support_case
from house.desk.models import Case
from house.orders.models import Order

from .. import sitemap as site
from ..cache import for_guests
from ..forms.system import CancelForm, OwnCancelForm
from ..guards import needs, person
from ..licences import parts
from ..receipts import send_receipt
from ..request import Request
from ..samples import samples
from ..seo import absolute

GET_POST = require_http_methods(["GET", "POST"])
PUBLIC_MEDIA = ("portraits/", "offers/", "portfolio/")  # everything else of media is somebody's own
PICTURES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
A_YEAR = 60 * 60 * 24 * 365
HEARTBEAT = timedelta(minutes=1)  # a worker breathes every ten seconds
ORDERS_TO_CANCEL = 20


# Law


@require_safe
@for_guests
def legal(request: Request, page: str) -> HttpResponse:
    """Page 21: terms, privacy, cookies, accessibility."""
    if page not in site.LEGAL:
        raise Http404
    return render(request, f"system/{page}.html", {"here": page})


@GET_POST
def cancel(request: Request) -> HttpResponse:
    """Page 22, ביטול עסקה: with an account one's own order, without one a few details (section 14ט)."""
    return _own_cancel(request) if request.user.is_authenticated else _outside_cancel(request)


def _own_cancel(request: Request) -> HttpResponse:
    orders = list(Order.objects.filter(client=person(request)).order_by("-placed_at")[:ORDERS_TO_CANCEL])
    form = OwnCancelForm(orders, request.POST or None, initial={"order": request.GET.get("order", "")})
    if request.method == "POST" and form.is_valid():
        order = next(row for row in orders if row.number == form.cleaned_data["order"])
        case = _own_notice(request, order, form.cleaned_data["text"])
        messages.success(request, _("הודעת הביטול התקבלה, ואישור נשלח בדוא״ל."))
        return redirect("support_case", number=case.number)
    context = {"form": form, "orders": orders}
    return render(request, "system/cancel_own.html", context, status=422 if form.errors else 200)


def _own_notice(request: Request, order: Order, text: str) -> Case:
    """A case of its own; the letter about it is the proof of receipt."""
    subject = _("ביטול עסקה לפי חוק: %(number)s") % {"number": order.number}
    words = text or _("בלי פירוט.")
    return open_support_case(by=person(request), about=order.about, subject=subject, text=words, now=request.now)


def _outside_cancel(request: Request) -> HttpResponse:
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        if full := consume_or_429(request, action="letter_to_support", key=words["email"].lower()):
            return full
        case = _outside_notice(words, request)
        send_receipt(case, to=words["email"], name=words["name"])
        return render(request, "support/received.html", {"case": case, "email": words["email"]})
    return render(request, "system/cancel.html", {"form": form}, status=422 if form.errors else 200)


def _outside_notice(words: dict[str, Any], request: Request) -> Case:
    lines = [
        _("העסקה: %(deal)s") % {"deal": words["deal"]},
        _("מספר זהות: %(identity)s") % {"identity": words["identity"]},
        words["text"],
    ]
    text = "\n\n".join(line for line in lines if line)
    return open_outside_case(
        name=words["name"], email=words["email"], subject=_("ביטול עסקה לפי חוק"), text=text, now=request.now
    )


@require_safe
@for_guests
def licenses(request: Request) -> HttpResponse:
    """The parts of others, each with its licence."""
    return render(request, "system/licenses.html", {"parts": parts()})


@require_safe
@needs()
def styleguide(request: Request) -> HttpResponse:
    """Every component in every state, for eyes and validators."""
    return render(request, "system/styleguide.html", samples(request.now))


# Machines


@require_safe
def ready(request: Request) -> HttpResponse:
    """Whether this process can serve; whether a worker breathes is told beside it."""
    found = {"database": False, "migrations": False, "worker": False}
    try:
        found["worker"] = ProcrastinateWorker.objects.filter(last_heartbeat__gte=timezone.now() - HEARTBEAT).exists()
        found["database"] = True
        found["migrations"] = _migrated()
    except (DatabaseError, _Waiting):
        pass
    return JsonResponse(found, status=200 if found["migrations"] else 503)


class _Waiting(Exception):
    """Migrations are to be applied."""


@cache
def _migrated() -> bool:
    """Looked at until it is true: a running program gets no new migrations."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Waiting
    return True


@require_safe
def robots(request: Request) -> HttpResponse:
    """Private pages are nobody's search results."""
    closed = ("/accounts/", "/settings/", "/orders/", "/checkout/", "/inbox/", "/notifications/", "/me/", "/seller/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*closed, "/staff/", "/support/", "/mailbox/"))]
    text = "\n".join([*lines, "", f"Sitemap: {absolute(reverse('sitemap'))}", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: Request) -> HttpResponse:
    """One file, or the index of several, or one of them."""
    name = request.GET.get("part", "")
    files = [] if name else site.files()
    lines = site.part(name, request.GET.get("page", "")) if name else [] if files else site.everything()
    if lines is None:
        raise Http404
    context = {"files": files, "lines": lines}
    return render(request, "system/sitemap.xml", context, content_type="application/xml")


@require_safe
def manifest(request: Request) -> HttpResponse:
    """For a phone's home screen."""
    data = {
        "name": "build-in house",
        "short_name": "build-in house",
        "description": _("שוק השירותים לבית ולנדל״ן באשקלון והסביבה"),
        "lang": "he",
        "dir": "rtl",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#FAF8F4",
        "theme_color": "#0B5D66",
        "icons": [{"src": static("art/logo.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(data, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def media(request: Request, name: str) -> FileResponse:
    """Pictures that everybody may see. Each has a name of its own for good, so it is kept for a year."""
    kind = PICTURES.get(posixpath.splitext(name)[1])
    if kind is None or not name.startswith(PUBLIC_MEDIA) or posixpath.normpath(name) != name:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError):
        raise Http404 from None
    response = FileResponse(file, content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# Errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request made no sense, perhaps not even its host; so nothing of it is used."""
    return HttpResponse(render_to_string("errors/400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Rare: a page that is not yours is 404."""
    return render(request, "errors/403.html", {}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that grew old, or was sent from elsewhere."""
    return render(request, "errors/csrf.html", {"back": request.get_full_path()}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing here, or nothing for you."""
    return render(request, "errors/404.html", {}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault. The page asks neither database nor session: they may be what is broken."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)

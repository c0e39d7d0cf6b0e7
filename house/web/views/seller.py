"""The provider's area: board, offers, orders, earnings, the way in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from house.catalog.models import Offer
from house.desk.people import submit_application
from house.inbox.models import Conversation
from house.ledger.actions import Kind, balance
from house.orders.models import Earning, Order, Stage
from house.orders.process import OPEN_STATES
from house.people.actions import open_provider
from house.people.models import Profile
from house.process import Refusal
from house.reputation.metrics import completion_rate, unresponsive

from ..earnings import months, next_clearing
from ..forms.base import add_refusal
from ..forms.seller import ApplicationForm, OnboardingForm
from ..guards import person, provider, signed_in
from ..paging import page_of
from ..request import Request
from .orders import TABS, counts, lines

GET_POST = require_http_methods(["GET", "POST"])
ON_BOARD = 8


def _money(request: Request) -> dict[str, int]:
    user = person(request)
    return {"pending": balance(Kind.PENDING, user), "cleared": balance(Kind.CLEARED, user)}


@require_safe
@provider
def home(request: Request) -> HttpResponse:
    """Page 51: what to do today comes first."""
    user = person(request)
    mine = Order.objects.filter(provider=user)
    rows = mine.open().select_related("client", "provider", "offer").prefetch_related("stages", "requests")
    by_due = sorted(rows[:100], key=lambda order: _due(order))
    context = {
        "profile": user.profile,
        "completion_rate": completion_rate(user, request.now),  # MET-02: as of this moment
        "unresponsive": unresponsive(user, request.now),
        "rows": lines(by_due[:ON_BOARD], request),
        "number_open": len(by_due),
        "unread": Conversation.objects.unread_by(user).filter(about="").count(),
        "offers": Offer.objects.filter(provider=user).exclude(state=Offer.State.REMOVED),
        "months": months(user, request.now),
        **_money(request),
    }
    return render(request, "seller/home.html", context)


def _due(order: Order) -> Any:
    """The earliest promise of an order; those without one come last."""
    stage = next(iter(order.stages.all()))
    return (stage.due_at is None, stage.due_at or order.placed_at)


@require_safe
@provider
def offers(request: Request) -> HttpResponse:
    """Page 54."""
    rows = Offer.objects.filter(provider=person(request)).exclude(state=Offer.State.REMOVED)
    page = page_of(request, rows.prefetch_related("images").order_by("-saved_at"))
    return render(request, "seller/offers.html", {"page": page, "profile": person(request).profile})


@require_safe
@provider
def orders(request: Request) -> HttpResponse:
    """Page 59."""
    tab = request.GET.get("tab", "open")
    mine = Order.objects.filter(provider=person(request))
    rows = mine.filter(state__in=TABS.get(tab, TABS["open"]))
    rows = rows.select_related("client", "provider", "offer").prefetch_related("stages", "requests")
    page = page_of(request, rows.order_by("-placed_at", "-pk"))
    context = {
        "tab": tab,
        "page": page,
        "rows": lines(page.rows, request),
        "counts": counts(mine),
        "side": "provider",
    }
    return render(request, "orders/index.html", context)


@require_safe
@provider
def earnings(request: Request) -> HttpResponse:
    """Page 62: pending, cleared, and each order's part (DEC-12)."""
    user = person(request)
    rows = Earning.objects.filter(provider=user).select_related("stage__order__client")
    page = page_of(request, rows.order_by("-released_at", "-pk"))
    context = {
        "page": page,
        "months": months(user, request.now),
        "next": next_clearing(user),
        "escrow": _in_escrow(request),
        **_money(request),
    }
    return render(request, "seller/earnings.html", context)


def _in_escrow(request: Request) -> int:
    """What is held for stages that are still open, before commission."""
    rows = Stage.objects.filter(order__provider=person(request), state__in=OPEN_STATES)
    return sum(rows.values_list("price", flat=True))


@GET_POST
@signed_in
def onboarding(request: Request) -> HttpResponse:
    """Page 52: provider mode opens at once; what comes next is a list of tasks (DEC-39)."""
    user = person(request)
    if user.is_provider:
        return render(request, "seller/tasks.html", {"profile": user.profile, "tasks": _tasks(user.profile)})
    form = OnboardingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_provider(user, now=request.now, **form.cleaned_data)
            messages.success(request, _("מצב המכירה נפתח. עכשיו כמה צעדים קצרים."))
            return redirect("seller_onboarding")
        except Refusal as refusal:
            add_refusal(form, refusal, "username" if "username" in refusal.code else None)
    return render(request, "seller/onboarding.html", {"form": form}, status=422 if form.errors else 200)


def _tasks(profile: Profile) -> list[tuple[bool, str, str]]:
    """What makes a profile worth ordering from: (done, words, name of the page)."""
    application = profile.applications.last()
    return [
        (bool(profile.user.picture), _("תמונת פרופיל"), "settings_profile"),
        (bool(profile.bio), _("תיאור, שפות ושעות"), "seller_profile"),
        (profile.areas.exists(), _("אזורי שירות"), "seller_profile"),
        (profile.is_authorised or application is not None, _("בקשה לאימות העסק"), "seller_application"),
        (profile.user.offers.exists(), _("הצעה ראשונה"), "offer_new"),
    ]


@GET_POST
@provider
def application(request: Request) -> HttpResponse:
    """The business application and where it stands (PRO-04, DEC-39)."""
    profile = person(request).profile
    last = profile.applications.last()
    start = {"text": last.text, "registry_number": last.registry_number} if last else None
    form = ApplicationForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            submit_application(profile, now=request.now, **form.cleaned_data)
            messages.success(request, _("הבקשה נשלחה. אישור קבלה יגיע בדוא״ל."))
            return redirect("seller_application")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"profile": profile, "last": last, "form": form}
    return render(request, "seller/application.html", context, status=422 if form.errors else 200)

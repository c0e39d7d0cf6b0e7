"""What is due for a provider, by day; the same as a private feed for their own calendar (INV-03, INV-04)."""

import calendar as months
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from house import hebrew, policy
from house.catalog.models import Offer
from house.clock import ISRAEL
from house.orders.models import Order, ResolutionRequest, Stage, Task
from house.people.models import Profile, User
from house.process import Party

from ..guards import person, provider
from ..request import Request
from ..seo import absolute

SIGNER = Signer(salt="house.calendar", sep=".")
LINE_MAX = 75  # octets of one line of a feed (RFC 5545, 3.1)
ROWS_MAX = 500


@dataclass(frozen=True)
class Due:
    """Something with a day; `at` is None when the whole day is meant."""

    key: str
    icon: str
    day: date
    at: datetime | None
    what: str
    title: str
    path: str
    note: str = ""  # the number of its order

    @property
    def order(self) -> tuple[date, bool, str]:
        """By day; whole days first."""
        return self.day, self.at is not None, self.at.isoformat() if self.at else self.key


def _at(key: str, icon: str, at: datetime, what: str, order: Order) -> Due:
    path = reverse("order", args=[order.number])
    return Due(key, icon, at.astimezone(ISRAEL).date(), at, what, order.title, path, order.number)


def _deliveries(user: User) -> Iterator[Due]:
    working = (Stage.State.ACTIVE, Stage.State.IN_REVISION)
    rows = Stage.objects.filter(order__provider=user, order__state=Order.State.OPEN, state__in=working)
    for row in rows.select_related("order").order_by("due_at")[:ROWS_MAX]:
        assert row.due_at is not None
        yield _at(f"delivery-{row.pk}", "package", row.due_at, _("מסירה"), row.order)


def _answers(user: User) -> Iterator[Due]:
    asked = ResolutionRequest.objects.filter(
        order__provider=user, state=ResolutionRequest.State.OPEN, party=Party.CLIENT
    )
    for row in asked.select_related("order").order_by("due_at")[:ROWS_MAX]:
        yield _at(f"answer-{row.pk}", "hourglass", row.due_at, _("תשובה לבקשה"), row.order)


def _tasks(user: User, now: datetime) -> Iterator[Due]:
    """While the list may be changed: an open order, and a while after its end."""
    alive = Q(order__ended_at=None) | Q(order__ended_at__gt=now - policy.TASKS_AFTER)
    rows = Task.objects.filter(alive, order__provider=user).exclude(state=Task.State.DONE)
    for row in rows.select_related("order").order_by("day")[:ROWS_MAX]:
        path = reverse("order_tasks", args=[row.order.number])
        yield Due(f"task-{row.pk}", "list-checks", row.day, None, _("משימה"), row.text, path, row.order.number)


def _returns(user: User) -> Iterator[Due]:
    rows = Offer.objects.filter(provider=user, state=Offer.State.PAUSED, returns_on__isnull=False)
    for row in rows.order_by("returns_on")[:ROWS_MAX]:
        assert row.returns_on is not None
        path = reverse("seller_offers")
        yield Due(f"return-{row.pk}", "play", row.returns_on, None, _("הצעה חוזרת לאוויר"), row.title, path)


def everything(user: User, now: datetime) -> list[Due]:
    """All that is due for this provider, in its order."""
    found = [*_deliveries(user), *_answers(user), *_tasks(user, now), *_returns(user)]
    return sorted(found, key=lambda due: due.order)


@require_safe
@provider
def index(request: Request) -> HttpResponse:
    """Page 61: a month; what is overdue stands first in the list of the present one."""
    today = request.now.astimezone(ISRAEL).date()
    first = _month(request.GET.get("month", ""), today)
    by_day: dict[date, list[Due]] = defaultdict(list)
    for due in everything(person(request), request.now):
        by_day[due.day].append(due)
    days = [day for day in sorted(by_day) if _listed(day, first, today)]
    context = {
        "title": hebrew.month_name(first.year, first.month),
        "weeks": months.Calendar(months.SUNDAY).monthdatescalendar(first.year, first.month),
        "first": first,
        "today": today,
        "by_day": by_day,
        "days": days,
        "before": _shifted(first, -1),
        "after": _shifted(first, 31),
        "feed": absolute(reverse("calendar_feed", args=[token_of(person(request))])),
    }
    return render(request, "calendar/index.html", context)


def _listed(day: date, first: date, today: date) -> bool:
    """Days of the shown month; what was forgotten earlier belongs to the present one."""
    same = (day.year, day.month) == (first.year, first.month)
    return same or (day < first <= today < _shifted_day(first))


def _shifted_day(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _shifted(first: date, days: int) -> str:
    return f"{(first + timedelta(days=days)).replace(day=1):%Y-%m}"


def _month(text: str, today: date) -> date:
    """2026-11; anything else is the present month."""
    try:
        found = datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)
    return found if abs(found.year - today.year) <= 5 else today.replace(day=1)


def token_of(user: User) -> str:
    """The capability in the address of a feed; a new number makes a new address, and the old one leads nowhere."""
    return SIGNER.sign(f"{user.pk}-{user.profile.calendar_number}")


@require_POST
@provider
def renew(request: Request) -> HttpResponse:
    """A new address for the feed, when the old one went to the wrong hands."""
    Profile.objects.filter(user=person(request)).update(calendar_number=F("calendar_number") + 1)
    messages.success(request, _("כתובת היומן הוחלפה. הכתובת הקודמת כבר לא פעילה."))
    return redirect("seller_calendar")


@require_safe
def feed(request: Request, token: str) -> HttpResponse:
    """RFC 5545, for whoever holds the address; who may not sign in any more has none."""
    try:
        pk, number = map(int, SIGNER.unsign(token).split("-"))
    except (BadSignature, ValueError):
        raise Http404 from None
    user = get_object_or_404(User, pk=pk, is_active=True, profile__calendar_number=number)
    if user.standing == User.Standing.BLOCKED:
        raise Http404
    text = written(everything(user, request.now), request.now)
    return HttpResponse(
        text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, max-age=900"}
    )


def written(found: list[Due], now: datetime) -> str:
    """The whole feed."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//build-in house//calendar//HE", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped('build-in house')}"]
    for due in found:
        lines += _event(due, now)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(due: Due, now: datetime) -> list[str]:
    host = settings.SITE_URL.split("//")[-1]
    when = f"DTSTART:{_utc(due.at)}" if due.at else f"DTSTART;VALUE=DATE:{due.day:%Y%m%d}"
    return [
        "BEGIN:VEVENT",
        f"UID:{due.key}@{host}",
        f"DTSTAMP:{_utc(now)}",
        when,
        f"SUMMARY:{escaped(f'{due.what}: {due.title}')}",
        f"URL:{absolute(due.path)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


ESCAPES = {ord("\\"): "\\\\", ord(";"): "\\;", ord(","): "\\,", ord("\n"): "\\n", ord("\r"): None}


def escaped(text: str) -> str:
    """TEXT of RFC 5545, 3.3.11."""
    return text.translate(ESCAPES)


def folded(line: str) -> str:
    """At most 75 octets in a line; a letter of several octets is never cut (RFC 5545, 3.1)."""
    lines, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE_MAX:
            lines.append(" ")
            size = 1
        lines[-1] += sign
        size += octets
    return "\r\n".join(lines)

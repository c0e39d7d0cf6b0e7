"""The verbs of service requests. Those that end the proposals as well stand in `quotes.proposals`."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from house import clock, policy
from house.contacts import find
from house.files.actions import discard as discard_files
from house.files.models import Upload
from house.people import audit
from house.people.models import Profile, Role, User
from house.people.standing import may_start
from house.process import CLOCK, Refusal
from house.text import clean_line, clean_text, visible_length

from .gate import RUNNING, move
from .models import Hidden, NoDigest, Request
from .process import Step

S = Request.State
LIVE = (S.PENDING, S.RETURNED, S.OPEN, S.PAUSED)


def create(*, by: User, now: datetime) -> Request:
    """A new draft (REQ-01, REQ-03). Refusal: `suspended`."""
    may_start(by, now)
    return Request.objects.create(client=by, created_at=now, saved_at=now)


def _title(value: str) -> str:
    title = clean_line(value)
    if len(title) > policy.TITLE_MAX:
        raise Refusal("title_too_long", most=policy.TITLE_MAX)
    return title


def _text(value: str) -> str:
    text = clean_text(value)
    if len(text) > policy.REQUEST_TEXT_MAX:
        raise Refusal("request_text_too_long", most=policy.REQUEST_TEXT_MAX)
    return text


def _budget(value: int | None) -> int | None:
    if value is not None and not policy.PRICE_MIN <= value <= policy.ORDER_TOTAL_MAX:
        raise Refusal("budget_out_of_range", least=policy.PRICE_MIN // 100, most=policy.ORDER_TOTAL_MAX // 100)
    return value


def _same(value: Any) -> Any:
    return value


CHANGEABLE: dict[str, Callable[[Any], Any]] = {
    "category": _same,
    "subcategory": _same,
    "title": _title,
    "text": _text,
    "place": _same,
    "when": _same,
    "budget": _budget,
}


def save(request: Request, *, by: User, now: datetime, **values: Any) -> Request:
    """Some of its parts, by the names of `CHANGEABLE`; a draft may be incomplete, what is wrong is refused.

    Refusals: `contact_details` (DEC-19), `title_too_long`, `request_text_too_long`, `budget_out_of_range`,
    `wrong_subcategory`, and those of the table.
    """
    found = [one.text for name in ("title", "text") for one in find(str(values.get(name, "")))]
    if found:
        raise Refusal("contact_details", found=", ".join(found))
    clean = {name: CHANGEABLE[name](value) for name, value in values.items()}
    with move(request, Step.SAVE, by=by, now=now) as row:
        for name, value in clean.items():
            setattr(row, name, value)
        if row.subcategory is not None and row.subcategory.category_id != row.category_id:
            raise Refusal("wrong_subcategory")
        row.saved_at = now
    return row


def attach(request: Request, *, files: Sequence[UUID], by: User, now: datetime) -> Request:
    """Files that were stored as `about` it stay with it (REQ-02). Refusal: `too_many_files`."""
    with move(request, Step.SAVE, by=by, now=now) as row:
        if files and Upload.objects.filter(about=row.about).count() > policy.REQUEST_FILES_MAX:
            raise Refusal("too_many_files", most=policy.REQUEST_FILES_MAX)
        row.saved_at = now
    return row


def detach(request: Request, *, file: UUID, by: User, now: datetime) -> None:
    """Takes a file away."""
    with move(request, Step.SAVE, by=by, now=now) as row:
        discard_files(list(Upload.objects.filter(about=row.about, pk=file)))
        row.saved_at = now


def missing(request: Request) -> list[tuple[str, int]]:
    """What keeps it from being sent: (code, step of the page), in the page's order. A budget is not asked for."""
    checks = [
        (request.category_id is not None, "category", 1),
        (visible_length(request.title) >= policy.REQUEST_TITLE_MIN, "title", 1),
        (visible_length(request.text) >= policy.REQUEST_TEXT_MIN, "text", 2),
        (request.place_id is not None, "place", 3),
        (bool(request.when), "when", 3),
    ]
    return [(code, step) for fine, code, step in checks if not fine]


def submit(request: Request, *, by: User, now: datetime) -> Request:
    """To staff, who look at it before it is shown. Refusals: `suspended`, `request_incomplete`, `too_many_requests`."""
    may_start(by, now)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once are counted one after the other
        with move(request, Step.SUBMIT, by=by, now=now) as row:
            if missing(row):
                raise Refusal("request_incomplete")
            others = Request.objects.filter(client=row.client, state__in=LIVE).exclude(pk=row.pk)
            if others.count() >= policy.REQUESTS_LIVE_MAX:
                raise Refusal("too_many_requests", most=policy.REQUESTS_LIVE_MAX)
            row.submitted_at, row.reason = now, ""
    return row


def discard(request: Request, *, by: User, now: datetime) -> Request:
    """The client throws away what was never shown."""
    with move(request, Step.DISCARD, by=by, now=now) as row:
        row.ended_at = now
    return row


def _open(row: Request, now: datetime) -> None:
    row.opened_at, row.ended_at = now, None
    row.closes_at = clock.due(now, policy.REQUEST_OPEN)


def _needs_reviewer(by: User) -> None:
    if not by.has_role(Role.REVIEWER):
        raise Refusal("wrong_party")


def approve(request: Request, *, by: User, now: datetime) -> Request:
    """A reviewer opens it for thirty days (DEC-13)."""
    _needs_reviewer(by)
    with move(request, Step.APPROVE, by=by, now=now) as row:
        _open(row, now)
        row.reason = ""
        audit.record(by=by, what="request_approved", about=row.about, now=now)
    return row


def send_back(request: Request, *, by: User, reason: str, now: datetime) -> Request:
    """A reviewer asks for something to be mended. Refusal: `reason_missing`."""
    _needs_reviewer(by)
    if not visible_length(reason):
        raise Refusal("reason_missing")
    with move(request, Step.SEND_BACK, by=by, now=now) as row:
        row.reason = clean_text(reason)
        audit.record(by=by, what="request_returned", about=row.about, now=now, why=row.reason)
    return row


def pause(request: Request, *, by: User, now: datetime) -> Request:
    """Off the board for a while; its thirty days go on (DEC-13)."""
    with move(request, Step.PAUSE, by=by, now=now) as row:
        pass
    return row


def resume(request: Request, *, by: User, now: datetime) -> Request:
    """Back on the board, for what is left of its thirty days. Refusal: `suspended`."""
    may_start(by, now)
    with move(request, Step.RESUME, by=by, now=now) as row:
        pass
    return row


def reopen(request: Request, *, by: User, now: datetime) -> Request:
    """Thirty new days for the same words. Refusal: `suspended`."""
    may_start(by, now)
    with move(request, Step.REOPEN, by=by, now=now) as row:
        _open(row, now)
    return row


def expire_due(now: datetime, limit: int = 200) -> int:
    """Ends requests whose thirty days are over, as of that moment (DEC-30); one in somebody's hands is left to them."""
    due = Request.objects.filter(state__in=RUNNING, closes_at__lte=now).order_by("closes_at")
    return sum(_expire(pk, now) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _expire(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = Request.objects.select_for_update(of=("self",), skip_locked=True)
        row = rows.filter(pk=pk, state__in=RUNNING, closes_at__lte=now).first()
        if row is None or row.closes_at is None:
            return False
        with move(row, Step.EXPIRE, by=CLOCK, now=row.closes_at) as fresh:
            fresh.ended_at = row.closes_at
    return True


def takes_proposals(request: Request, now: datetime) -> bool:
    """Open, its thirty days not over; only as good as the look at the row."""
    return request.state == S.OPEN and request.closes_at is not None and now < request.closes_at


def hide(request: Request, *, by: User) -> None:
    """Not relevant for this provider (DEC-13)."""
    Hidden.objects.get_or_create(provider=by, request=request)


def unhide(request: Request, *, by: User) -> None:
    """It is, after all."""
    Hidden.objects.filter(provider=by, request=request).delete()


def set_digest(profile: Profile, *, wanted: bool) -> None:
    """Whether a provider gets letters about new requests (DEC-47)."""
    if wanted:
        NoDigest.objects.filter(provider=profile.user).delete()
    else:
        NoDigest.objects.get_or_create(provider=profile.user)

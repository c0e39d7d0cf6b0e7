"""The moderation of offers: the queue, and one offer with everything that staff must look at (F-3, F-4, F-10)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house import contacts
from house.catalog.actions import approve, deny, remove
from house.catalog.models import Offer
from house.catalog.process import OFFER, Step
from house.people.models import AuditEntry, Role
from house.process import Party, Refusal

from ..forms.base import add_refusal
from ..forms.staff import DenialForm, ReasonForm, RemovalForm
from ..guards import needs, person
from ..paging import page_of
from ..request import Request
from .staff import OFFERS, address, desk, waiting_offers

GET_POST = require_http_methods(["GET", "POST"])
BESIDE = 12  # offers of the queue beside the one under review
PARTS = ("packages", "extras", "requirements", "faq", "images", "places")
FINDINGS = {
    "phone": _later("מספר טלפון"),
    "email": _later("כתובת דוא״ל"),
    "messenger": _later("הפניה לרשת או למסרים"),
    "link": _later("קישור"),
}


@dataclass(frozen=True)
class Text:
    """A text of an offer: where it stands, and whether links may be in it (DEC-19)."""

    label: Any
    text: str
    links: bool = False


@dataclass(frozen=True)
class Found:
    """A contact detail, in words."""

    where: Any
    what: Any
    text: str


def _texts(offer: Offer) -> Iterator[Text]:
    """Every text that its provider wrote; `PARTS` are prefetched."""
    yield Text(_("כותרת"), offer.title)
    yield Text(_("תיאור"), offer.description, links=True)
    yield Text(_("תגיות"), "\n".join(offer.tags))
    for package in offer.packages.all():
        yield Text(_("חבילה"), f"{package.name}\n{package.text}")
    for extra in offer.extras.all():
        yield Text(_("תוספת"), f"{extra.title}\n{extra.text}")
    for row in offer.requirements.all():
        yield Text(_("דרישה"), "\n".join([row.text, *row.choices]))
    for faq in offer.faq.all():
        yield Text(_("שאלה נפוצה"), f"{faq.question}\n{faq.answer}")


def findings(offer: Offer) -> list[Found]:
    """Contact details in any text of an offer."""
    return [
        Found(each.label, FINDINGS[found.kind], found.text)
        for each in _texts(offer)
        for found in contacts.find(each.text, links_allowed=each.links)
    ]


def marked(text: str, links: bool = False) -> SafeString:
    """A text with its contact details marked."""
    found = {finding.text for finding in contacts.find(text, links_allowed=links)}
    if not found:
        return escape(text)
    longest_first = sorted(map(re.escape, found), key=len, reverse=True)
    pieces = re.split(f"({'|'.join(longest_first)})", text)
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece) if number % 2 else piece,) for number, piece in enumerate(pieces)),
    )


SHOWN = (Offer.State.PENDING, Offer.State.PUBLISHED, Offer.State.PAUSED, Offer.State.DENIED, Offer.State.REMOVED)


def _shown() -> QuerySet[Offer]:
    """What was handed in at least once; a draft is its provider's own."""
    rows = Offer.objects.filter(state__in=SHOWN, submitted_at__isnull=False)
    return rows.select_related("provider__profile", "category", "subcategory", "service_type")


@require_safe
@needs(*OFFERS)
def queue(request: Request) -> HttpResponse:
    """Page 70: what waits, the oldest first; other states for whoever looks for an offer."""
    state = request.GET.get("state", Offer.State.PENDING)
    waits = state == Offer.State.PENDING
    rows = _shown().filter(state=state).order_by(*(("submitted_at", "pk") if waits else ("-saved_at", "-pk")))
    page = page_of(request, rows.prefetch_related(*PARTS))
    context = {
        "page": page,
        "rows": [(offer, len(findings(offer))) for offer in page.rows],
        "states": [(each.value, each.label) for each in SHOWN],
        "state": state,
        "query": address(state=state),
    }
    return desk(request, "offers", context)


def _offer(pk: int) -> Offer:
    return get_object_or_404(_shown().prefetch_related(*PARTS), pk=pk)


def _page(request: Request, offer: Offer, denial: ReasonForm | None = None, removal: ReasonForm | None = None) -> Any:
    user = person(request)
    history = AuditEntry.objects.filter(about=f"offer:{offer.pk}").select_related("by")
    beside = list(waiting_offers().select_related("provider").prefetch_related("images")[:BESIDE])
    denial = denial or DenialForm(auto_id="deny-%s")
    removal = removal or RemovalForm(auto_id="remove-%s")
    context = {
        "offer": offer,
        "findings": findings(offer),
        "marked": marked,
        "entries": history,
        "denied": sum(entry.what == "offer_denied" for entry in history),
        "beside": beside,
        "around": _around(beside, offer),
        "denial": denial,
        "removal": removal,
        "may_decide": user.has_role(Role.REVIEWER) and _allows(Step.APPROVE, offer),
        "may_remove": user.has_role(Role.MODERATOR) and _allows(Step.REMOVE, offer),
    }
    return desk(request, "offer", context, denial, removal)


def _allows(step: Step, offer: Offer) -> bool:
    return OFFER.allows(step, state=offer.state, party=Party.STAFF)


def _around(beside: list[Offer], offer: Offer) -> dict[str, Any]:
    """The place of an offer in the queue, and its neighbours."""
    keys = [row.pk for row in beside]
    if offer.pk not in keys:
        return {}
    here = keys.index(offer.pk)
    before, after = keys[here - 1] if here else None, keys[here + 1] if here + 1 < len(keys) else None
    return {"number": here + 1, "before": before, "after": after}


@require_safe
@needs(*OFFERS)
def show(request: Request, pk: int) -> HttpResponse:
    """One offer under review."""
    return _page(request, _offer(pk))


@require_POST
@needs(Role.REVIEWER)
def approval(request: Request, pk: int) -> HttpResponse:
    """F-3: published."""
    approve(_offer(pk), by=person(request), now=request.now)
    messages.success(request, _("ההצעה אושרה ומפורסמת."))
    return redirect("staff_offers")


@GET_POST
@needs(Role.REVIEWER)
def denial(request: Request, pk: int) -> HttpResponse:
    """F-4: back to its provider, with a reason."""
    offer = _offer(pk)
    form = DenialForm(request.POST or None, auto_id="deny-%s")
    if request.method == "POST" and form.is_valid():
        try:
            deny(offer, by=person(request), reason=form.reason, now=request.now)
            messages.success(request, _("ההצעה הוחזרה לתיקון, והסיבה נשלחה."))
            return redirect("staff_offers")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, offer, denial=form)


@GET_POST
@needs(Role.MODERATOR)
def removal(request: Request, pk: int) -> HttpResponse:
    """F-10 (OFR-26): off the market, with a reason."""
    offer = _offer(pk)
    form = RemovalForm(request.POST or None, auto_id="remove-%s")
    if request.method == "POST" and form.is_valid():
        try:
            remove(offer, by=person(request), reason=form.reason, now=request.now)
            messages.success(request, _("ההצעה הוסרה, והסיבה נשלחה."))
            return redirect("staff_offers")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, offer, removal=form)

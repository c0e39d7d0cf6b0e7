"""Creating and keeping offers: the six steps, the gallery, and an offer's life (OFR, GAL, F-1…F-11)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.catalog import actions as catalog
from house.catalog.models import Offer, OfferImage
from house.files.actions import discard
from house.images import PictureProblem
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.wizard import GALLERY, PUBLISH, STEPS, PauseForm, Step, step_of
from ..guards import person, provider
from ..request import Request
from ..sentences import sentence
from ..seo import absolute
from ..uploads import keep_picture, waiting_picture

GET_POST = require_http_methods(["GET", "POST"])
TITLES = (
    (1, _later("סקירה")),
    (2, _later("היקף ומחיר")),
    (3, _later("תיאור ושאלות")),
    (4, _later("דרישות")),
    (5, _later("גלריה")),
    (6, _later("פרסום")),
)
MISSING = {
    "title": _later("כותרת של לפחות 10 תווים"),
    "category": _later("קטגוריה ותת־קטגוריה"),
    "service_type": _later("סוג השירות"),
    "tags": _later("לפחות תגית אחת"),
    "where": _later("איפה נעשית העבודה"),
    "places": _later("באילו מקומות"),
    "packages": _later("מחיר וימים בכל חבילה"),
    "package_names": _later("שם לכל אחת משלוש החבילות"),
    "shipping": _later("תוספת משלוח, כי השירות כולל מוצר שנשלח"),
    "description": _later("תיאור מלא יותר"),
    "hebrew": _later("תיאור בעברית, גם אם יש תיאור בשפה נוספת"),
    "images": _later("לפחות תמונה אחת"),
    "video": _later("בקטגוריה הזו חובה סרטון, והעלאת סרטונים עוד לא נפתחה. אפשר להשאיר את ההצעה כטיוטה"),
}


def own(request: Request, pk: int) -> Offer:
    """An offer of this provider that still lives."""
    rows = Offer.objects.filter(provider=person(request)).exclude(state=Offer.State.REMOVED)
    return get_object_or_404(rows.select_related("category", "subcategory", "provider__profile"), pk=pk)


def _page(request: Request, template: str, offer: Offer, number: int, **more: Any) -> HttpResponse:
    context = {"offer": offer, "number": number, "titles": TITLES, "missing": _missing(offer), **more}
    return render(request, template, context, status=more.get("status", 200))


def _missing(offer: Offer) -> list[tuple[Any, int]]:
    """What keeps the offer from being sent, in words, and the step where it belongs."""
    return [(MISSING[code], step) for code, step in catalog.missing(offer)]


@GET_POST
@provider
def new(request: Request) -> HttpResponse:
    """A word before the first step; sending it opens a draft (ACC-05)."""
    if request.method == "POST":
        offer = catalog.create(by=person(request), now=request.now)
        return redirect("offer_edit", pk=offer.pk, step=1)
    drafts = Offer.objects.filter(provider=person(request), state=Offer.State.DRAFT).order_by("-saved_at")[:5]
    return render(request, "wizard/new.html", {"titles": TITLES, "drafts": drafts})


@GET_POST
@provider
def edit(request: Request, pk: int, step: int) -> HttpResponse:
    """Page 55: steps 1–4 are forms, 5 the gallery, 6 the check before sending."""
    offer = own(request, pk)
    if step in SHOWN:
        return SHOWN[step](request, offer)
    if step not in STEPS:
        raise Http404
    form = step_of(step, offer, request)
    if request.method == "POST" and form.is_valid():
        try:
            form.save(by=person(request), now=request.now)
            if "switch" not in request.POST:
                return _onward(request, form, step)
            messages.success(request, _("נשמר."))
            return _page(request, form.template, form.offer, step, form=form)
        except Refusal as refusal:
            add_refusal(form.head, refusal)
    status = 422 if request.method == "POST" else 200
    return _page(request, form.template, offer, step, form=form, status=status)


def _onward(request: Request, form: Step, step: int) -> HttpResponse:
    """«שמור והמשך» (OFR-03); a subcategory with service types asks for one before going on (OFR-08)."""
    if "stay" in request.POST or (step == 1 and getattr(form, "has_types", False) and not form.offer.service_type_id):
        messages.success(request, _("נשמר."))
        return redirect("offer_edit", pk=form.offer.pk, step=step)
    return redirect("offer_edit", pk=form.offer.pk, step=step + 1)


def _gallery(request: Request, offer: Offer, **more: Any) -> HttpResponse:
    """Step 5."""
    context = {"images": list(offer.images.all()), "problem": "", "waiting": None, **more}
    return _page(request, "wizard/gallery.html", offer, GALLERY, **context)


def _publish(request: Request, offer: Offer) -> HttpResponse:
    """Step 6."""
    return _page(request, "wizard/publish.html", offer, PUBLISH)


SHOWN = {GALLERY: _gallery, PUBLISH: _publish}


@require_POST
@provider
def image(request: Request, pk: int) -> HttpResponse:
    """Adds pictures; one that is too large waits for the button that shrinks it (DEC-50)."""
    offer = own(request, pk)
    waiting = waiting_picture(request.POST.get("waiting", ""), owner=person(request), offer=offer)
    sources: list[Any] = [waiting.file] if waiting else request.FILES.getlist("images")
    if not sources:
        return _gallery(request, offer, problem=_("צריך לבחור תמונה."), status=422)
    for source in sources:
        data = source.read()
        try:
            catalog.add_image(offer, data=data, by=person(request), now=request.now, shrink=waiting is not None)
        except (PictureProblem, Refusal) as problem:
            fits = problem.code == "too_large"
            kept = keep_picture(data, owner=person(request), offer=offer, now=request.now) if fits else None
            return _gallery(request, offer, problem=sentence(problem), waiting=kept, status=422)
    if waiting:
        discard([waiting])
    return redirect("offer_edit", pk=pk, step=GALLERY)


def _image(request: Request, pk: int, image: int) -> OfferImage:
    return get_object_or_404(own(request, pk).images.select_related("offer"), pk=image)


@require_POST
@provider
def image_removal(request: Request, pk: int, image: int) -> HttpResponse:
    """Takes a picture out."""
    catalog.remove_image(_image(request, pk, image), by=person(request), now=request.now)
    return redirect("offer_edit", pk=pk, step=GALLERY)


@require_POST
@provider
def image_first(request: Request, pk: int, image: int) -> HttpResponse:
    """Makes a picture the cover."""
    catalog.move_image(_image(request, pk, image), by=person(request), now=request.now)
    return redirect("offer_edit", pk=pk, step=GALLERY)


@require_POST
@provider
def submission(request: Request, pk: int) -> HttpResponse:
    """«פרסם/שלח ההצעה» (F-2)."""
    offer = own(request, pk)
    try:
        catalog.submit(offer, by=person(request), now=request.now, rights="rights" in request.POST)
    except Refusal as refusal:
        return _page(request, "wizard/publish.html", offer, PUBLISH, problem=sentence(refusal), status=422)
    messages.success(request, _("ההצעה נשלחה לבדיקה. כשתאושר תגיע הודעה, ואפשר יהיה לשתף אותה."))
    return redirect("seller_offers")


@GET_POST
@provider
def pause(request: Request, pk: int) -> HttpResponse:
    """F-7: with the day of return, which clients see (OFR-28)."""
    offer = own(request, pk)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            catalog.pause(offer, by=person(request), now=request.now, **form.cleaned_data)
            return redirect("seller_offers")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return render(request, "wizard/pause.html", {"offer": offer, "form": form}, status=422 if form.errors else 200)


@require_POST
@provider
def reactivation(request: Request, pk: int) -> HttpResponse:
    """F-8."""
    catalog.reactivate(own(request, pk), by=person(request), now=request.now)
    messages.success(request, _("ההצעה חזרה לשוק."))
    return redirect("seller_offers")


@GET_POST
@provider
def removal(request: Request, pk: int) -> HttpResponse:
    """F-10, by its provider; open orders go on."""
    offer = own(request, pk)
    if request.method == "POST":
        catalog.remove(offer, by=person(request), reason="", now=request.now)
        messages.success(request, _("ההצעה הוסרה."))
        return redirect("seller_offers")
    return render(request, "wizard/removal.html", {"offer": offer})


@require_safe
@provider
def share(request: Request, pk: int) -> HttpResponse:
    """EMB-03: where to promote an offer, with a link back and nothing else (EMB-04)."""
    offer = own(request, pk)
    return render(request, "wizard/share.html", {"offer": offer, "link": absolute(f"/o/{offer.pk}/")})

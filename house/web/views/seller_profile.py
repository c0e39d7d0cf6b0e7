"""A provider's public face, part by part: each part is a form of its own with its own address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.images import PictureProblem
from house.people import away, showing
from house.people.actions import describe
from house.people.models import Profile
from house.process import Refusal

from ..forms.base import add_refusal
from ..forms.seller import AboutForm, AreasForm, AwayForm, EntriesForm, ShowcaseForm, WorkForm
from ..guards import person, provider
from ..request import Request


@dataclass(frozen=True)
class Part:
    """A part of the profile: its words, its form, what the form starts with, what saving does."""

    label: Any
    form: type[Any]
    start: Callable[[Profile], dict[str, Any]]
    save: Callable[[Profile, dict[str, Any], Any], Any]


def _entries(profile: Profile, words: dict[str, str], now: Any) -> None:
    for kind, text in words.items():
        showing.set_entries(profile, kind=kind, lines=text.splitlines())


def _showcase(profile: Profile, words: dict[str, Any], now: Any) -> None:
    showing.add_showcase(profile, now=now, **words)


def _work(profile: Profile, words: dict[str, Any], now: Any) -> None:
    showing.add_work(profile, title=words["title"], text=words["text"], data=words["image"].read())


def _empty(profile: Profile) -> dict[str, Any]:
    return {}


PARTS = {
    "about": Part(
        _later("על העסק"), AboutForm, AboutForm.start, lambda profile, words, now: describe(profile, **words)
    ),
    "areas": Part(
        _later("מקום ואזורי שירות"),
        AreasForm,
        AreasForm.start,
        lambda profile, words, now: showing.set_areas(profile, **words),
    ),
    "experience": Part(_later("השכלה וניסיון"), EntriesForm, EntriesForm.start, _entries),
    "showcase": Part(_later("לקוחות נבחרים"), ShowcaseForm, _empty, _showcase),
    "works": Part(_later("תיק עבודות"), WorkForm, _empty, _work),
}
REMOVABLE = {"showcase": "showcase", "works": "portfolio"}


@require_safe
@provider
def index(request: Request) -> HttpResponse:
    """The profile's parts, and what others see of them."""
    return render(request, "seller/profile.html", {"profile": person(request).profile, "parts": PARTS})


@require_http_methods(["GET", "POST"])
@provider
def availability(request: Request) -> HttpResponse:
    """«הגדר זמינות» (AVL-02): one time without new orders, under way or still to come."""
    profile = person(request).profile
    planned = away.planned(profile, request.now)
    form = AwayForm(request.POST or None, initial=AwayForm.start(planned, request.now))
    if request.method == "POST" and form.is_valid():
        try:
            away.plan(profile, now=request.now, **form.cleaned_data)
            messages.success(request, _("נשמר. בתאריך החזרה ההצעות חוזרות לשוק לבד."))
            return redirect("seller_availability")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "planned": planned, "under_way": away.of(person(request), request.now) is not None}
    return render(request, "seller/availability.html", context, status=422 if form.errors else 200)


@require_POST
@provider
def coming_back(request: Request) -> HttpResponse:
    """Before the planned day."""
    away.end(person(request).profile)
    messages.success(request, _("ההצעות שוב בשוק, ואפשר להזמין ולפנות."))
    return redirect("seller_availability")


@require_http_methods(["GET", "POST"])
@provider
def part(request: Request, part: str) -> HttpResponse:
    """One part."""
    if part not in PARTS:
        raise Http404
    one, profile = PARTS[part], person(request).profile
    form = one.form(request.POST or None, request.FILES or None, initial=one.start(profile))
    if request.method == "POST" and form.is_valid():
        try:
            one.save(profile, form.cleaned_data, request.now)
            messages.success(request, _("נשמר."))
            return redirect("seller_profile")
        except (Refusal, PictureProblem) as problem:
            add_refusal(form, problem)
    context = {"profile": profile, "part": one, "name": part, "form": form}
    return render(request, "seller/part.html", context, status=422 if form.errors else 200)


@require_POST
@provider
def removal(request: Request, part: str, pk: int) -> HttpResponse:
    """Takes a client of the showcase or a work sample off."""
    if part not in REMOVABLE:
        raise Http404
    getattr(person(request).profile, REMOVABLE[part]).filter(pk=pk).delete()
    return redirect("seller_profile_part", part=part)

"""People as staff see them: business applications, users, levels, standing, roles (DEC-20)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_http_methods, require_safe

from house.catalog.models import Offer
from house.desk.models import Case
from house.desk.people import block, decide_application, grant_role, lift, revoke_role, set_level, suspend
from house.orders.models import Order
from house.people.models import Application, AuditEntry, Role, User
from house.process import Refusal
from house.treasury.membership import grant

from ..forms.base import Form, add_refusal
from ..forms.staff import DecisionForm, GrantForm, LevelForm, RoleForm, StandingForm
from ..guards import needs, person
from ..paging import page_of
from ..request import Request
from .staff import APPLICATIONS, PEOPLE, address, desk, kinds_of
from .staff_offers import marked

GET_POST = require_http_methods(["GET", "POST"])
LATEST = 10  # rows of each list on a person's page
STANDINGS = {
    User.Standing.GOOD: (_later("חשבון תקין"), "good", "circle-check"),
    User.Standing.DEMOTED: (_later("דרגה הורדה"), "warn", "chevron-down"),
    User.Standing.SUSPENDED: (_later("חשבון מושעה"), "urgent", "pause"),
    User.Standing.BLOCKED: (_later("חשבון חסום"), "bad", "circle-x"),
}

# --- business applications


@require_safe
@needs(*APPLICATIONS)
def applications(request: Request) -> HttpResponse:
    """What waits, the oldest first; decided ones with the newest (DEC-39)."""
    state = request.GET.get("state", Application.State.SUBMITTED)
    waits = state == Application.State.SUBMITTED
    rows = Application.objects.filter(state=state).select_related("profile__user")
    context = {
        "page": page_of(request, rows.order_by("submitted_at" if waits else "-submitted_at", "-pk")),
        "states": Application.State.choices,
        "state": state,
        "query": address(state=state),
    }
    return desk(request, "applications", context)


def _application(pk: int) -> Application:
    rows = Application.objects.select_related("profile__user", "profile__place", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _application_page(request: Request, row: Application, form: DecisionForm) -> HttpResponse:
    profile = row.profile
    context = {
        "row": row,
        "profile": profile,
        "marked": marked,
        "former": profile.applications.exclude(pk=row.pk).order_by("-submitted_at"),
        "entries": AuditEntry.objects.filter(about=f"user:{profile.user_id}").select_related("by")[:LATEST],
        "form": form,
    }
    return desk(request, "application", context, form)


@require_safe
@needs(*APPLICATIONS)
def application(request: Request, pk: int) -> HttpResponse:
    """A business and what it wrote."""
    return _application_page(request, _application(pk), DecisionForm())


@GET_POST
@needs(*APPLICATIONS)
def decision(request: Request, pk: int) -> HttpResponse:
    """Approve, deny, or ask for more."""
    row = _application(pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_application(row, by=person(request), now=request.now, **form.cleaned_data)
            messages.success(request, _("ההחלטה נשמרה ונשלחה."))
            return redirect("staff_applications")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _application_page(request, row, form)


# --- users

WHO: dict[str, tuple[Any, Q]] = {
    "all": (_later("כולם"), Q()),
    "providers": (_later("נותני שירות"), Q(profile__isnull=False)),
    "staff": (_later("צוות"), Q(staff_roles__isnull=False)),
    "held": (_later("מושעים וחסומים"), Q(standing__in=(User.Standing.SUSPENDED, User.Standing.BLOCKED))),
}
# Who pastes a number here wants the thing itself.
NUMBERED: dict[str, tuple[QuerySet[Any], str]] = {
    "BH-": (Order.objects.all(), "staff_order"),
    "SV-": (Case.objects.all(), "staff_case"),
}


@require_safe
@needs(*PEOPLE)
def users(request: Request) -> HttpResponse:
    """By the beginning of a name, an address or a profile's name; every word must fit."""
    text, who = request.GET.get("q", "").strip()[:120], request.GET.get("who", "all")
    rows, view = NUMBERED.get(text[:3].upper(), (Order.objects.none(), ""))
    if rows.filter(number=text.upper()).exists():
        return redirect(view, number=text.upper())
    found = User.objects.filter(WHO.get(who, WHO["all"])[1], *map(_begins, text.split())).distinct()
    page = page_of(request, found.select_related("profile").prefetch_related("staff_roles").order_by("-joined_at"))
    context = {
        "page": page,
        "text": text,
        "who": who,
        "choices": [(key, label) for key, (label, _query) in WHO.items()],
        "standings": STANDINGS,
        "query": address(q=text, who=who),
    }
    return desk(request, "users", context)


def _begins(word: str) -> Q:
    names = ("first_name", "last_name", "email", "profile__username", "profile__business_name")
    query = Q()
    for name in names:
        query |= Q(**{f"{name}__istartswith": word})
    return query


def _user(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("profile__place"), pk=pk)


def _user_page(request: Request, row: User, **bound: Form) -> HttpResponse:
    """Everything about a person, and the forms that this member of staff may use."""
    forms = {**_forms(request, row), **bound}
    context = {
        "row": row,
        "standing": STANDINGS[User.Standing(row.standing)],
        "roles": [(role.value, role.label) for role in Role if role in row.role_names],
        "forms": forms,
        **_record(request, row),
    }
    return desk(request, "user", context, *forms.values())


def _forms(request: Request, row: User) -> dict[str, Form]:
    by = person(request)
    found: dict[str, Form] = {}
    if row.is_provider and by.has_role(Role.REVIEWER):
        found["level"] = _level_form(row)
    if by.pk != row.pk and by.has_role(Role.MODERATOR):
        found["standing"] = StandingForm(row, request.now, auto_id="standing-%s")
    if by.has_role(Role.OWNER):
        found["role"] = RoleForm(auto_id="role-%s")
        if row.is_provider and by.pk != row.pk:
            found["membership"] = GrantForm(auto_id="membership-%s")
    return found


def _level_form(row: User, *data: Any) -> LevelForm:
    return LevelForm(*data, auto_id="level-%s", initial={"level": row.profile.level})


def _record(request: Request, row: User) -> dict[str, Any]:
    """What a person did here, the latest of each."""
    about = f"user:{row.pk}"
    cases = Case.objects.filter(Q(opened_by=row) | Q(about=about), kind__in=kinds_of(person(request)))
    offers = Offer.objects.filter(provider=row).exclude(state=Offer.State.DRAFT)
    return {
        "offers": offers.order_by("-saved_at")[:LATEST],
        "orders": Order.objects.visible_to(row).select_related("client", "provider").order_by("-placed_at")[:LATEST],
        "cases": cases.order_by("-opened_at")[:LATEST],
        "entries": AuditEntry.objects.filter(Q(about=about) | Q(by=row)).select_related("by")[:LATEST],
        "applications": Application.objects.filter(profile__user=row).order_by("-submitted_at"),
    }


@require_safe
@needs(*PEOPLE)
def user(request: Request, pk: int) -> HttpResponse:
    """Page 76."""
    return _user_page(request, _user(pk))


def _done(request: Request, row: User, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("staff_user", pk=row.pk)


@GET_POST
@needs(Role.REVIEWER)
def level(request: Request, pk: int) -> HttpResponse:
    """TRS-04: a level by hand."""
    row = get_object_or_404(User.objects.select_related("profile"), pk=pk, profile__isnull=False)
    form = _level_form(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_level(row, by=person(request), now=request.now, **form.cleaned_data)
            return _done(request, row, _("הדרגה נקבעה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _user_page(request, row, level=form)


# Only a suspension has an end.
STEPS: dict[str, Callable[..., User]] = {
    "suspend": suspend,
    "lift": lambda row, until, **words: lift(row, **words),
    "block": lambda row, until, **words: block(row, **words),
}


@GET_POST
@needs(Role.MODERATOR)
def standing(request: Request, pk: int) -> HttpResponse:
    """DEC-37: suspend until, lift, block."""
    row = _user(pk)
    form = StandingForm(row, request.now, request.POST or None, auto_id="standing-%s")
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        try:
            STEPS[words.pop("step")](row, by=person(request), now=request.now, **words)
            return _done(request, row, _("מצב החשבון השתנה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _user_page(request, row, standing=form)


@GET_POST
@needs(Role.OWNER)
def membership(request: Request, pk: int) -> HttpResponse:
    """Membership that is given, with a reason for the log (DEC-21)."""
    row = get_object_or_404(User.objects.select_related("profile"), pk=pk, profile__isnull=False)
    form = GrantForm(request.POST or None, auto_id="membership-%s")
    if request.method == "POST" and form.is_valid():
        try:
            grant(row, by=person(request), now=request.now, **form.cleaned_data)
            return _done(request, row, _("החברות נקבעה."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _user_page(request, row, membership=form)


ROLE_STEPS = {"grant": grant_role, "revoke": revoke_role}


@GET_POST
@needs(Role.OWNER)
def roles(request: Request, pk: int) -> HttpResponse:
    """The owner hands out roles and takes them back (DEC-20)."""
    row = _user(pk)
    form = RoleForm(request.POST or None, auto_id="role-%s")
    if request.method == "POST" and form.is_valid():
        verb = ROLE_STEPS[form.cleaned_data["step"]]
        try:
            verb(row, role=form.cleaned_data["role"], by=person(request), now=request.now)
            return _done(request, row, _("התפקידים עודכנו."))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _user_page(request, row, role=form)

"""A person's own account: first steps, settings, the mode, closing; and the first owner's way in."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from house.desk.people import grant_role
from house.images import PictureProblem
from house.market import owner as owner_link
from house.notices import quiet, topics
from house.notices.models import QuietHours
from house.notices.topics import How
from house.orders.models import Order
from house.people import own
from house.people.actions import close_account, sign_up, switch_mode
from house.people.models import Role, StaffRole, User
from house.process import Refusal

from ..forms.base import Form, add_refusal
from ..forms.mail import MailForm
from ..forms.people import ClosingForm, NamesForm, OwnerForm, PictureForm
from ..guards import person, signed_in
from ..request import Request
from ..sentences import sentence

GET_POST = require_http_methods(["GET", "POST"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _page(request: Request, template: str, *forms: Form, **context: Any) -> HttpResponse:
    """A page of settings; 422 when one of its forms has something to mend."""
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, f"settings/{template}.html", context, status=status)


@require_safe
@signed_in
def welcome(request: Request) -> HttpResponse:
    """Page 27: what brings you here."""
    return _page(request, "welcome")


@GET_POST
@signed_in
def profile(request: Request) -> HttpResponse:
    """Page 30: names and picture. Each button sends its own form."""
    user = person(request)
    typed = {"first_name": user.first_name, "last_name": user.last_name}
    names = NamesForm(_sent(request, "names"), initial=typed)
    picture = PictureForm(_sent(request, "portrait"), request.FILES or None)
    if request.method == "POST" and (said := _change(request, user, names, picture)):
        return _saved(request, "settings_profile", said)
    return _page(request, "profile", names, picture, names=names, picture=picture)


def _change(request: Request, user: User, names: NamesForm, picture: PictureForm) -> str:
    """Does what was asked and says it; nothing to say when a form has something to mend."""
    if "removal" in request.POST:
        own.remove_portrait(user)
        return _("התמונה הוסרה.")
    if names.is_bound and names.is_valid():
        own.rename(user, **names.cleaned_data)
        return _("השם נשמר.")
    if picture.is_bound and picture.is_valid() and _portrait(user, picture):
        return _("התמונה נשמרה.")
    return ""


def _sent(request: Request, button: str) -> Any:
    """The typed values, if this form was the one that was sent."""
    return request.POST if button in request.POST else None


def _saved(request: Request, page: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(page)


def _portrait(user: User, form: PictureForm) -> bool:
    try:
        own.set_portrait(user, data=form.cleaned_data["picture"].read())
    except PictureProblem as problem:
        form.add_error("picture", sentence(problem))
        return False
    return True


@GET_POST
@signed_in
def security(request: Request) -> HttpResponse:
    """Page 31: password, address, and the devices that are signed in."""
    sessions = sorted(UserSession.objects.purge_and_list(person(request)), key=lambda row: row.last_seen_at)[::-1]
    if request.method == "POST":
        return _end_sessions(request, sessions)
    return _page(request, "security", sessions=sessions)


def _end_sessions(request: Request, sessions: list[UserSession]) -> HttpResponse:
    """One device, or all but this one."""
    others = [row for row in sessions if not row.is_current()]
    chosen = request.POST.get("session", "")
    ended = others if chosen == "others" else [row for row in others if str(row.pk) == chosen]
    for row in ended:
        row.end()
    return _saved(request, "settings_security", _("המכשיר נותק.") if len(ended) == 1 else _("המכשירים נותקו."))


@GET_POST
@signed_in
def notifications(request: Request) -> HttpResponse:
    """Page 32: marketing is a consent of its own; of some topics letters are a choice."""
    user = person(request)
    if request.method == "POST":
        form = MailForm(request.POST)
        if form.is_valid():
            own.agree_to_marketing(user, agreed=form.cleaned_data["marketing"], now=request.now)
            for topic in topics.TOPICS:
                topics.choose(user, topic, form.cleaned_data[topic] or How.AT_ONCE)
            quiet.choose(user, form.cleaned_data["quiet_from"], form.cleaned_data["quiet_to"])
            return _saved(request, "settings_notifications", _("הבחירה נשמרה."))
    else:
        hours = QuietHours.objects.filter(user=user).first()
        times = {"quiet_from": hours.start, "quiet_to": hours.end} if hours else {}
        form = MailForm(initial={**topics.choices(user), **times})
    return _page(request, "notifications", form, form=form, topics=topics.TOPICS)


@csrf_exempt
@GET_POST
def mail_stop(request: Request, token: str) -> HttpResponse:
    """The link at the end of a letter: a page that asks, and a button that mail programs press too (RFC 8058). The
    token is the permission, so nobody need sign in; opening the page alone stops nothing.
    """
    found = topics.read(token)
    if found is None:
        raise Http404
    user, topic = found
    if request.method == "POST":
        topics.stop(user, topic)
    context = {"topic": topics.TOPICS[topic], "stopped": topics.choices(user)[topic] == How.NONE}
    return render(request, "settings/mail_stop.html", context)


@require_POST
@signed_in
def mode(request: Request) -> HttpResponse:
    """Client ↔ provider (ACC-06)."""
    user = switch_mode(person(request))
    return redirect("seller" if user.mode == User.Mode.PROVIDER else "home")


@GET_POST
@signed_in
def closing(request: Request) -> HttpResponse:
    """Ends the account: the page says what stays and what goes, and asks for the password again."""
    user = person(request)
    waiting = Order.objects.visible_to(user).open().count()
    form = ClosingForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _close(user, waiting, request)
            return redirect("home")
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _page(request, "closing", form, form=form, waiting=waiting)


def _close(user: User, waiting: int, request: Request) -> None:
    """The account, its addresses and its sessions. The market keeps an owner."""
    owners = StaffRole.objects.filter(role=Role.OWNER)
    if owners.filter(user=user).exists() and not owners.exclude(user=user).exists():
        raise Refusal("last_owner")
    with transaction.atomic():
        close_account(user, open_orders=waiting, now=request.now)
        EmailAddress.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    logout(request)
    messages.success(request, _("החשבון נסגר. תודה על הזמן איתנו."))


@GET_POST
def owner(request: Request, token: str) -> HttpResponse:
    """The one-time link that the server prints at its start makes the first owner."""
    if not owner_link.is_good(token):
        return render(request, "settings/owner_over.html", {}, status=410)
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = _first_owner(form.cleaned_data, request.now)
        login(request, user, backend=BACKEND)
        return redirect("staff")
    return _page(request, "owner", form, form=form)


@transaction.atomic
def _first_owner(words: dict[str, Any], now: Any) -> User:
    """Account, verified address, role, and the link is used up: all or nothing."""
    owner_link.use_up(now)
    user = sign_up(**words, marketing=False, now=now)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    grant_role(user, role=Role.OWNER, by=None, now=now)
    return user

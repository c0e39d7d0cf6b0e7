"""Who may open a page. A page that is not yours does not exist: 404, never 403."""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from house.people.models import Role, User

View = Callable[..., HttpResponseBase]
SUPPORT, REVIEWER, MODERATOR, FINANCE = Role.SUPPORT, Role.REVIEWER, Role.MODERATOR, Role.FINANCE


def signed_in(view: View) -> View:
    """Guests are led to the sign-in page and back."""
    return login_required(view)


def provider(view: View) -> View:
    """Provider mode must be open; others are led to its opening."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not person(request).is_provider:
            return redirect("seller_onboarding")
        return view(request, *args, **kwargs)

    return login_required(guarded)


def needs(*roles: str) -> Callable[[View], View]:
    """Pages of staff (DEC-20): one of these roles, else the page does not exist."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            held = person(request)
            if not (held.has_role(*roles) if roles else held.role_names):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return guard


def moves_money(view: View) -> View:
    """Pages of finance: its role, and a second factor in this very session (DEC-20)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if any(record.get("method") == "mfa" for record in get_authentication_records(request, person(request))):
            return view(request, *args, **kwargs)
        if not is_mfa_enabled(person(request)):
            return redirect("mfa_activate_totp")
        return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))

    return needs(Role.FINANCE)(guarded)


def person(request: HttpRequest) -> User:
    """The signed-in user of a guarded view."""
    assert isinstance(request.user, User)
    return request.user

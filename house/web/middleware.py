"""What happens around every request."""

from collections.abc import Callable
from hashlib import sha256

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from house import clock
from house.market.models import Market
from house.process import Refusal

from .sentences import sentence

Handler = Callable[[HttpRequest], HttpResponse]


class Health:
    """Before everything else. `/healthz` answers ahead of host checks and redirects, so that a load balancer can
    ask by address; and null signs, which no address of ours holds and PostgreSQL refuses, are taken out.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        request.path_info = request.path_info.replace("\x00", "")
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "").replace("\x00", "")
        return self.get_response(request)


TIMELESS = (settings.STATIC_URL, "/readyz")  # answers that need no clock, and may find no database


class MarketClock:
    """Reads the market's clock once: `request.now`. Only a demo market can have travelled."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEMO and not request.path.startswith(TIMELESS):
            clock.travel(Market.travelled_by_now())
        request.now = clock.now()  # type: ignore[attr-defined]
        return self.get_response(request)


class LastSeen:
    """When a browser was last seen, for the list of devices: written every few minutes, and at once when its
    address or its name changes. Each process remembers what it wrote (the cache "seen").
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            ip, browser = get_adapter().get_client_ip(request), request.headers.get("User-Agent", "")
            key = sha256(f"{request.session.session_key} {ip} {browser}".encode()).hexdigest()
            if caches["seen"].add(key, True):
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


class Standing:
    """A blocked person is signed out at once (DEC-37)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and (user.standing == user.Standing.BLOCKED or not user.is_active):
            request.session.flush()
            return redirect("account_inactive")
        return self.get_response(request)


class Refusals:
    """A verb that may not happen becomes 409 with a Hebrew sentence and the way back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        context = {"sentence": sentence(exception), "back": request.headers.get("referer", "")}
        return render(request, "errors/refusal.html", context, status=409)

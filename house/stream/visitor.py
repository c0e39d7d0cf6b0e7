"""Who asks for a stream: the session of the pages' own cookie, judged as the pages judge it."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest

from house.people.models import User

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Visitor:
    """A signed-in person; `session` is the SHA-256 of the session's key."""

    person: int
    session: str


@sync_to_async
def visitor(headers: Headers) -> Visitor | None:
    """None for guests, for sessions that are over, and for who may not sign in (DEC-37)."""
    key = _session_key(headers)
    if not key:
        return None
    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active or user.standing == User.Standing.BLOCKED:
        return None
    return Visitor(user.pk, sha256(key.encode()).hexdigest())


def header(headers: Headers, name: bytes) -> str:
    """The value of a header, or nothing."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def _session_key(headers: Headers) -> str:
    try:
        cookies = SimpleCookie(header(headers, b"cookie"))
    except CookieError:
        return ""
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""

"""Public pages as guests see them: kept for a moment, because they are the same for all of them."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

SECONDS = 30
LONGEST = 300  # characters of an address worth keeping


def for_guests(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keeps a guest's page. It holds no form that posts, so the kept copy carries no token and no cookie."""

    @wraps(view)
    def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        address = request.get_full_path()
        if not _is_guest(request) or len(address) > LONGEST:
            return view(request, *args, **kwargs)
        store, key = caches["local"], f"page:{request.get_host()}:{address}"
        body = store.get(key)
        if body is not None:
            return _answer(HttpResponse(body))
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            store.set(key, response.content, SECONDS)
        return _answer(response)

    return kept


def _is_guest(request: HttpRequest) -> bool:
    carried = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    return request.method == "GET" and not carried


def _answer(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Cookie"])
    return response

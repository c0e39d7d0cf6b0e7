"""What every page's shell shows: counts in the header, the mode, the categories of the menu."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


class Nav:
    """Read lazily, so that a page pays only for what its shell prints."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def unread_notices(self) -> int:
        return self._request.user.notices.filter(read_at=None).count()  # type: ignore[union-attr]

    @property
    def is_staff(self) -> bool:
        return bool(self._request.user.role_names)  # type: ignore[union-attr]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    return {"nav": Nav(request), "demo": settings.DEMO, "site_url": settings.SITE_URL, "requests_open": False}

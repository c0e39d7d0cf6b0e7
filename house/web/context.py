"""What every page's shell shows: counts in the header, the mode, the categories of the menu."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from house.catalog.models import Category
from house.inbox.models import Conversation
from house.people.models import User

CATEGORIES_FOR = 60  # seconds that the menu may lag behind a change of the catalogue


class Nav:
    """Read lazily, so that a page pays only for what its shell prints."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def user(self) -> User | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def unread_notices(self) -> int:
        return self.user.notices.filter(read_at=None).count() if self.user else 0

    @cached_property
    def unread_messages(self) -> int:
        return Conversation.objects.unread_by(self.user).count() if self.user else 0

    @cached_property
    def is_staff(self) -> bool:
        return bool(self.user and self.user.role_names)

    @cached_property
    def seller(self) -> bool:
        """The shell of the seller: by address under /seller/, else by the mode (a mode changes no page)."""
        return self._request.path.startswith("/seller/") or bool(self.user and self.user.mode == User.Mode.PROVIDER)

    @cached_property
    def categories(self) -> list[Category]:
        cache = caches["local"]
        rows: list[Category] | None = cache.get("categories")
        if rows is None:
            rows = list(Category.objects.filter(open=True))
            cache.set("categories", rows, CATEGORIES_FOR)
        return rows


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    return {
        "nav": Nav(request),
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "live_url": settings.LIVE_URL,
        "now": getattr(request, "now", None),
    }

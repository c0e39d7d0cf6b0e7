"""Django's admin, for the owner and for reading only: every change goes through the market's own verbs."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from house.people.models import Role, User

SECRET = ("password",)


def owner_only(request: HttpRequest) -> bool:
    """Guests are led to the sign-in page; for whoever else is no owner the admin does not exist."""
    user: User | AnonymousUser = request.user
    if isinstance(user, User) and not user.has_role(Role.OWNER):
        raise Http404
    return user.is_authenticated


def entrance(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The market's own sign-in, with its throttles, instead of the admin's."""
    owner_only(request)
    return redirect_to_login(reverse("admin:index"))


class Reading(admin.ModelAdmin):
    """A table to look at."""

    show_full_result_count = False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return ["pk", "__str__", *self.get_list_filter(request)]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Columns with a fixed set of values."""
        return [field.name for field in self.model._meta.fields if field.choices]

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return SECRET

    def has_module_permission(self, request: HttpRequest) -> bool:
        return owner_only(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return owner_only(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


for model in apps.get_models():
    if model.__module__.startswith("house."):
        admin.site.register(model, Reading)

admin.site.site_header = admin.site.site_title = "build-in house"
admin.site.has_permission = owner_only  # type: ignore[method-assign]
admin.site.login = entrance  # type: ignore[method-assign]

"""Pages of the twin."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Pages of the twin."""

from django.urls import path

from . import views

urlpatterns = [
    path("<str:ref>/", views.page, name="twin"),
    path("<str:ref>/<slug:answer>/", views.answer, name="twin_answer"),
]

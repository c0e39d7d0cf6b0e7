"""The product's site, and a way to run an errand in the measured process, as the worker would."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from house.web import urls
from house.worker.errands import apply_event


@csrf_exempt
def errand(request: HttpRequest, pk: int) -> HttpResponse:
    """The errand of a stored gateway event."""
    apply_event(event_id=pk)
    return HttpResponse(status=204)


urlpatterns = [*urls.urlpatterns, path("errand/<int:pk>/", errand)]

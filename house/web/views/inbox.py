from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def message(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

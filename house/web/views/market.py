from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def category(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def search(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def profile(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

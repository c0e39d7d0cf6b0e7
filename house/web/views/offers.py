from django.http import HttpRequest, HttpResponse


def short(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def total(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def question(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

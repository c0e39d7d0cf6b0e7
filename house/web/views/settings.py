from django.http import HttpRequest, HttpResponse


def welcome(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def profile(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def security(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def notifications(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def mode(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def closing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def owner(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

from django.http import HttpRequest, HttpResponse


def start(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def pay(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def done(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def hook(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

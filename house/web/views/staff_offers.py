from django.http import HttpRequest, HttpResponse


def queue(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def approval(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def denial(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def removal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def read_all(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def follow(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def mailbox(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def letter(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

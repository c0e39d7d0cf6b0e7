from django.http import HttpRequest, HttpResponse


def ask(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

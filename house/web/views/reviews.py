from django.http import HttpRequest, HttpResponse


def rate(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def reply(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

from django.http import HttpRequest, HttpResponse


def categories(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def category(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def receipts(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def receipt(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

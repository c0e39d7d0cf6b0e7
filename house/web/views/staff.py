from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def cases(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def case(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def case_note(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def case_closing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def order(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def order_cancellation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def audit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

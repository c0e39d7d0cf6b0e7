from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def onboarding(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def application(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def profile(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def profile_part(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def offers(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def orders(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def earnings(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def statement(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

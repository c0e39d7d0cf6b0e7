from django.http import HttpRequest, HttpResponse


def applications(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def application(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def decision(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def users(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def user(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def level(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def standing(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def roles(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

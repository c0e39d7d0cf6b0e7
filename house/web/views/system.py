from django.http import HttpRequest, HttpResponse


def legal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def cancel(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def licenses(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def styleguide(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def ready(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def robots(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def sitemap(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def manifest(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def media(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=501)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=501)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=501)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=501)

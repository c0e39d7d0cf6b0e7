from django.http import HttpRequest, HttpResponse


def new(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def edit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def image(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def image_removal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def submission(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def pause(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def reactivation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def removal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def share(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

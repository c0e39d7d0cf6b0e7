from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def requirements(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def reminder(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def message(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def acceptance(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def revision(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def cancellation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def withdrawal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def consent(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def refusal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def abandonment(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def again(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def file(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def deliver(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)

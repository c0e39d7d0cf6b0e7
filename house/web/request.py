"""The request as our views get it: with the market's moment, read once by the middleware."""

from datetime import datetime

from django.http import HttpRequest


class Request(HttpRequest):
    """`now` is the market's present, which a demo market may have moved (middleware.MarketClock)."""

    now: datetime

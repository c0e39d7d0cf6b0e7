"""The twin calls back over HTTP, as a vendor would: signed, tried again, from outside the request."""

import json
import urllib.request
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import books, signing
from .models import TwinPayment

TIMEOUT = 20  # seconds


@app.task(name="twin.call", queue="twin", retry=RetryStrategy(max_attempts=30, linear_wait=5))
def call(event: dict[str, Any]) -> None:
    """Posts a webhook; anything but 2xx raises, and the queue tries again."""
    body = json.dumps(event).encode()
    request = urllib.request.Request(  # noqa: S310 - the address is the operator's setting
        f"{settings.TWIN_CALLS}/hooks/local/",
        data=body,
        headers={
            "Content-Type": "application/json",
            signing.HEADER: signing.sign(body, now=timezone.now()),
            "X-Forwarded-Proto": "https",
        },
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
        pass


@app.task(name="twin.settle_later", queue="twin")
def settle_later(ref: str) -> None:
    """The bank thought for a while, then approves."""
    with transaction.atomic():
        paid = books.settle(ref, TwinPayment.State.PAID)
        if paid is not None:
            call.defer(event=books.event(paid))

"""Asking the gateway what became of payments whose webhook never came."""

import json
import logging
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from house import policy
from house.gateways.payments import GatewayDown, GatewayRefusal, HookEvent, PaymentGateway, get_gateway

from ..models import Checkout
from .events import store_event

log = logging.getLogger(__name__)

AT_ONCE = 50


def ask_back(now: datetime) -> int:
    """Asks about silent payments, expired checkouts too, and feeds each answer through the webhook's door;
    returns how many answers were new. The pauses between two questions double.
    """
    gateway = get_gateway()
    return sum(_ask(checkout, gateway, now) for checkout in _claim(gateway.name, now))


@transaction.atomic
def _claim(gateway: str, now: datetime) -> list[Checkout]:
    due = Checkout.objects.filter(gateway=gateway, ask_at__lte=now).order_by("ask_at")
    claimed = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
    pks = [checkout.pk for checkout in claimed]
    old = now - policy.ASK_BACK_UNTIL
    Checkout.objects.filter(pk__in=pks, paying_at__gt=old).update(ask_at=now + (now - F("paying_at")))
    Checkout.objects.filter(pk__in=pks, paying_at__lte=old).update(ask_at=None)
    return claimed


def _ask(checkout: Checkout, gateway: PaymentGateway, now: datetime) -> int:
    try:
        told = gateway.look_up(checkout.gateway_ref or _find(checkout, gateway))
    except (GatewayDown, GatewayRefusal):
        log.warning("the gateway does not say what became of %s", checkout.key)
        return 0
    return sum(feed(event, gateway, now) for event in told)


def _find(checkout: Checkout, gateway: PaymentGateway) -> str:
    """The answer to `start` was lost: the same key gives the same payment."""
    page = gateway.start(
        key=checkout.key, amount=checkout.amount, currency=checkout.currency, description="", return_url=""
    )
    Checkout.objects.filter(pk=checkout.pk, gateway_ref="").update(gateway_ref=page.ref)
    return page.ref


def feed(event: HookEvent, gateway: PaymentGateway, now: datetime) -> int:
    """The same answer has the same id, so it is stored once; a late webhook is then a duplicate."""
    asked = replace(event, event_id=f"asked:{event.ref}:{event.kind}")
    return store_event(asked, gateway=gateway.name, raw=json.dumps(asdict(asked)), now=now)

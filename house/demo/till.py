"""Paying: a checkout, the twin's page, and its webhook, through the market's own door."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from house import policy
from house.gateways.payments import get_gateway
from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinPayment
from house.orders.actions import requests
from house.orders.actions.chargebacks import disputed
from house.orders.actions.milestones import begun
from house.orders.actions.place import place
from house.payments import actions as payments
from house.payments.actions.events import WhenPaid
from house.payments.models import Checkout, GatewayEvent
from house.treasury import membership

ATTEMPTS = 3  # an order's number is random and may be taken; the queue would try again as well
AT_THE_TILL = timedelta(minutes=3)  # before the money is there: the checkout is opened …
AT_THE_GATEWAY = timedelta(minutes=2)  # … and left for the twin's page
WHEN_PAID: dict[str, WhenPaid] = {
    Checkout.Purpose.ORDER: place,
    Checkout.Purpose.STAGE: begun,
    Checkout.Purpose.CHANGE: requests.paid,
    Checkout.Purpose.MEMBERSHIP: membership.paid,
}


WHEN_DISPUTED: dict[str, payments.WhenDisputed] = dict.fromkeys(
    [Checkout.Purpose.ORDER, Checkout.Purpose.STAGE, Checkout.Purpose.CHANGE], disputed
)


def pay(checkout: Checkout, *, title: str, at: datetime) -> None:
    """The money is there at this moment; the checkout was opened `AT_THE_TILL` before."""
    _settle(checkout, TwinPayment.State.PAID, title, at)


def decline(checkout: Checkout, *, title: str, at: datetime) -> None:
    """The card is refused at this moment."""
    _settle(checkout, TwinPayment.State.DECLINED, title, at)


def _settle(checkout: Checkout, outcome: TwinPayment.State, title: str, at: datetime) -> None:
    payments.begin(
        checkout,
        invoice_name=checkout.client.display_name,
        invoice_number="",
        terms_version=policy.TERMS_VERSION,
        now=at - AT_THE_GATEWAY,
    )
    payments.send_to_gateway(checkout, return_url="/", title=title)
    checkout.refresh_from_db(fields=["gateway", "gateway_ref"])
    books.settle(checkout.gateway_ref, outcome)
    hear(checkout, at)


def hear(checkout: Checkout, at: datetime) -> None:
    """The gateway's latest word about a payment."""
    event = get_gateway(checkout.gateway).look_up(checkout.gateway_ref)[-1]
    payments.store_event(event, gateway=checkout.gateway, raw=json.dumps(asdict(event)), now=at)
    _apply(GatewayEvent.objects.get(gateway=checkout.gateway, event_id=event.event_id), at)


def _apply(event: GatewayEvent, at: datetime) -> None:
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                payments.apply(event.pk, now=at, when_paid=WHEN_PAID, when_disputed=WHEN_DISPUTED)
            return
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise

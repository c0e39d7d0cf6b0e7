"""Opening a checkout and sending its client to the gateway (DEC-31)."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from house import clock, policy
from house.gateways.payments import GatewayDown, GatewayRefusal, get_gateway
from house.people.blocks import keep_apart
from house.people.models import User
from house.people.standing import may_start
from house.process import Refusal

from ..models import Checkout, checkout_token

State = Checkout.State


def open_checkout(
    *,
    client: User,
    provider: User | None,
    purpose: Checkout.Purpose,
    about: str,
    amount: int,
    terms: dict[str, Any],
    now: datetime,
    token: str = "",
) -> Checkout:
    """A checkout of `amount` minor units that may be paid until it expires (DEC-31). The caller has
    checked who may buy what; nobody pays themselves: `own_offer` (DEC-41). The same `token` of the same
    client is the same checkout, however often it is asked for: a page that is sent twice buys once. Sent
    again with another choice (the browser's "back" keeps the token) it is a checkout of that choice.
    """
    if provider is not None and client.pk == provider.pk:
        raise Refusal("own_offer")
    new = {
        "provider": provider,
        "purpose": purpose,
        "about": about,
        "amount": amount,
        "currency": policy.CURRENCY,
        "terms": terms,
        "opened_at": now,
        "expires_at": clock.due(now, policy.CHECKOUT_EXPIRY),
    }
    checkout, _ = Checkout.objects.get_or_create(client=client, token=token or checkout_token(), defaults=new)
    if (checkout.amount, checkout.terms) != (amount, terms):
        other = _derived(token, json.dumps(terms, sort_keys=True))
        checkout, _ = Checkout.objects.get_or_create(client=client, token=other, defaults=new)
    return checkout


def _derived(token: str, what: str) -> str:
    """A token that follows from another one: the same each time, and as hard to guess."""
    return salted_hmac("house.payments.checkout", f"{token} {what}").hexdigest()[: len(checkout_token())]


def try_again(checkout: Checkout, *, now: datetime) -> Checkout:
    """After a decline: a new checkout of the same terms, while they are fresh; pressed twice it is one.

    Refusals: `checkout_not_declined`, `checkout_expired` (choose again on the offer's page), `suspended`.
    """
    _may_pay(checkout, now)
    if checkout.state != Checkout.State.DECLINED:
        raise Refusal("checkout_not_declined")
    if checkout.is_over(now):
        raise Refusal("checkout_expired")
    again = open_checkout(
        client=checkout.client,
        provider=checkout.provider,
        purpose=Checkout.Purpose(checkout.purpose),
        about=checkout.about,
        amount=checkout.amount,
        terms=checkout.terms,
        now=now,
        token=_derived(checkout.token, "again"),
    )
    return try_again(again, now=now) if again.state == State.DECLINED else again


def _may_pay(checkout: Checkout, now: datetime) -> None:
    """Whoever is suspended buys nothing new, but answers in their open orders, also by paying (DEC-37); and nobody
    orders from whom they blocked, or who blocked them (BLK-04).
    """
    if checkout.purpose != Checkout.Purpose.CHANGE:
        may_start(checkout.client, now)
    if checkout.purpose == Checkout.Purpose.ORDER and checkout.provider is not None:
        keep_apart(checkout.client, checkout.provider)


@transaction.atomic
def begin(checkout: Checkout, *, invoice_name: str, invoice_number: str, terms_version: str, now: datetime) -> Checkout:
    """open → paying. The intent is committed before the gateway hears of it; pressing twice changes nothing.

    Refusals: `checkout_over` (paid or declined), `checkout_expired`, `suspended`.
    """
    row = Checkout.objects.select_for_update(of=("self",)).select_related("client", "provider").get(pk=checkout.pk)
    User.objects.select_for_update(no_key=True).get(pk=row.client_id)  # who blocks them looks before or after (BLK-07)
    _may_pay(row, now)
    if row.state == State.EXPIRED or (row.is_live and row.is_over(now)):
        raise Refusal("checkout_expired")
    if not row.is_live:
        raise Refusal("checkout_over")
    if row.state == State.OPEN:
        row.state, row.paying_at, row.ask_at = State.PAYING, now, now + policy.ASK_BACK_AFTER
        row.gateway = get_gateway().name
    row.invoice_name, row.invoice_number, row.terms_version = invoice_name, invoice_number, terms_version
    row.save()
    return row


def send_to_gateway(checkout: Checkout, *, return_url: str, title: str) -> str:
    """Asks the gateway for its page, outside of any lock; returns the address to go to. The checkout's
    key makes it one page however often it is asked. Refusal: `gateway_down` (nothing was charged).
    """
    try:
        page = get_gateway(checkout.gateway).start(
            key=checkout.key,
            amount=checkout.amount,
            currency=checkout.currency,
            description=title,
            return_url=return_url,
        )
    except (GatewayDown, GatewayRefusal) as error:
        raise Refusal("gateway_down") from error
    Checkout.objects.filter(pk=checkout.pk, gateway_ref="").update(gateway_ref=page.ref)
    return page.url

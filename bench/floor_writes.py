"""The floor of what writes: the rows that the product writes, in as many transactions, and nothing else.

No session, no form, no guard, no look at what was there before: the caller is believed.
"""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from procrastinate.contrib.django import app

from house import policy
from house.catalog.models import Offer
from house.catalog.pricing import quote
from house.gateways.payments.twin.models import TwinPayment
from house.inbox.models import Archived, Conversation, Message
from house.ledger.models import Account, Entry, Transfer
from house.notices.models import Notice
from house.orders.models import Charge, Deadline, Order, OrderEvent, OrderRequirement, Stage
from house.orders.terms import frozen
from house.payments.models import Checkout, GatewayEvent


def checkout(request: HttpRequest, pk: int, now: datetime) -> HttpResponse:
    """Three writes of the market in three transactions, and one of the imaginary provider."""
    offer = Offer.objects.select_related("category", "provider__profile").get(pk=pk)
    package = offer.packages.get(position=1)
    bill = quote(offer, package=1, quantity=1, extras={}, fast=False)
    made = Checkout.objects.create(
        purpose="order",
        client_id=int(request.POST["client"]),
        provider=offer.provider,
        about=f"offer:{pk}",
        amount=bill.total,
        currency="ILS",
        terms=frozen(offer, package, bill, 1),
        opened_at=now,
        expires_at=now + policy.CHECKOUT_EXPIRY,
    )
    paying = {"state": "paying", "paying_at": now, "ask_at": now + policy.ASK_BACK_AFTER, "gateway": "local"}
    Checkout.objects.filter(pk=made.pk).update(**paying, invoice_name=request.POST["invoice_name"], terms_version="1")
    ref = f"tw_{get_random_string(24)}"
    names = {"key": made.key, "market_key": made.key, "ref": ref}
    sums = {"amount": made.amount, "currency": "ILS", "at": now}
    TwinPayment.objects.create(**names, **sums, description=offer.title, return_url="/")
    Checkout.objects.filter(pk=made.pk).update(gateway_ref=ref)
    return HttpResponse(status=302, headers={"Location": f"/twin/{ref}/"})


@transaction.atomic
def hook(request: HttpRequest, now: datetime) -> HttpResponse:
    """The event, raw, and its errand."""
    told = json.loads(request.body)
    payment = Checkout.objects.only("pk").get(token=told["key"].removeprefix("checkout:"))
    names = {key: told[key] for key in ("kind", "ref", "amount", "currency", "fee")}
    event = GatewayEvent.objects.create(
        **names, gateway="local", event_id=told["id"], checkout=payment, raw=request.body.decode(), received_at=now
    )
    app.configure_task("payments.apply", queue="money").defer(event_id=event.pk)
    return HttpResponse(status=204)


@transaction.atomic
def errand(request: HttpRequest, pk: int, now: datetime) -> HttpResponse:
    """The order with its stage, thread, requirements, books, diary, deadlines and two notices with letters."""
    event = GatewayEvent.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=pk)
    paid = event.checkout
    assert paid is not None and paid.provider_id is not None
    a, b = sorted((paid.client_id, paid.provider_id))
    number, terms = f"BH-{get_random_string(7, '0123456789')}", paid.terms
    about, asks = f"order:{number}", terms["requirements"]
    thread = Conversation.objects.create(a_id=a, b_id=b, about=about, opened_at=now, last_at=now)
    order = Order.objects.create(
        number=number,
        client_id=paid.client_id,
        provider_id=paid.provider_id,
        offer_id=terms["offer"]["id"],
        checkout=paid,
        thread=thread,
        title=terms["offer"]["title"],
        terms=terms,
        total=paid.amount,
        currency="ILS",
        placed_at=now,
    )
    OrderRequirement.objects.bulk_create(OrderRequirement(order=order, **row) for row in asks)
    waits = any(row["mandatory"] for row in asks)
    due = now + timedelta(days=terms["days"])
    stage = Stage.objects.create(
        order=order,
        name=terms["package"]["name"],
        price=order.total,
        days=terms["days"],
        revisions=terms["revisions"],
        revision_days=terms["revision_days"],
        decision_window=timedelta(seconds=terms["decision_window"]),
        state="awaiting_requirements" if waits else "active",
        started_at=None if waits else now,
        due_at=None if waits else due,
    )
    Charge.objects.create(stage=stage, checkout=paid, amount=paid.amount, title=stage.name, at=now)
    _post(f"{paid.key}:paid", about, now, gateway=-paid.amount, escrow=paid.amount)
    _post(f"{paid.key}:fee", about, now, fees=-event.fee, gateway=event.fee)
    Checkout.objects.filter(pk=paid.pk).update(
        state="paid", ended_at=now, ask_at=None, gateway_ref=event.ref, about=about
    )
    OrderEvent.objects.create(
        order=order, stage=stage, step="place", party="client", by_id=paid.client_id, after=stage.state, at=now
    )
    lapse = now + policy.REQUIREMENTS_LAPSE
    ahead = {f"requirements.warn{hours}": lapse - timedelta(hours=hours) for hours in (24, 6)}
    waiting = {"requirements": lapse, **ahead}
    promised = waiting if waits else {"late": due, "very_late": due + policy.VERY_LATE_AFTER}
    Deadline.objects.bulk_create(
        Deadline(order=order, kind=kind, subject=f"stage:{stage.pk}", due_at=at, try_at=at)
        for kind, at in promised.items()
    )
    for side, person in (("client", paid.client_id), ("provider", paid.provider_id)):
        facts = {"number": number, "title": order.title, "other": "", "total": order.total}
        key, to = f"{about}:place:{person}", f"/orders/{number}/"
        _tell(person, f"place_{side}", key=key, about=about, data=facts, path=to, at=now)
    GatewayEvent.objects.filter(pk=pk).update(applied_at=now, outcome="paid")
    return HttpResponse(status=204)


def _post(key: str, about: str, at: datetime, **legs: int) -> None:
    accounts = dict(Account.objects.filter(kind__in=legs, owner=None).values_list("kind", "pk"))
    transfer = Transfer.objects.create(key=key, kind="paid", about=about, at=at)
    Entry.objects.bulk_create(
        Entry(transfer=transfer, account_id=accounts[kind], amount=amount) for kind, amount in legs.items()
    )


def _tell(person: int, kind: str, **facts: object) -> None:
    notice = Notice.objects.create(recipient_id=person, kind=kind, **facts)
    app.configure_task("notices.letter", queue="mail").defer(notice_id=notice.pk)


@transaction.atomic
def message(request: HttpRequest, pk: int, now: datetime) -> HttpResponse:
    """The message, the platform's copy, the conversation's moment, the other side's notice and its letter."""
    author, text = int(request.POST["author"]), request.POST["text"]
    said = Message.objects.create(conversation_id=pk, author_id=author, text=text, at=now)
    Archived.objects.create(message=said, author_id=author, text=text, at=now)
    Conversation.objects.filter(pk=pk).update(last_at=now, a_read_at=now)
    about = f"conversation:{pk}"
    key = f"message:{said.pk}:{request.POST['other']}"
    facts = {"key": key, "about": about, "path": f"/inbox/{pk}/", "data": {"other": ""}, "at": now}
    _tell(int(request.POST["other"]), "message", **facts)
    return HttpResponse(status=302, headers={"Location": f"/inbox/{pk}/"})

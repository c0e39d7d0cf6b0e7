"""Stripe, by its own payment page (Checkout): no card number ever comes here, and paying needs no script of ours.

A webhook is only a ring: what it tells is read from Stripe's API before it is believed whole, for it does not say
the fee, and of a dispute not even our key. A payment is called by its PaymentIntent (pi_…); until there is one, by
the page's session (cs_…).
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from django.conf import settings

from . import BadHook, GatewayDown, GatewayRefusal, HookEvent, Kind, Redirect, Settled

TIMEOUT = 20  # seconds; what takes longer is asked again with the same key
TOLERANCE = timedelta(minutes=5)  # how far the sender's clock may stand from ours, either way
KEY = "key"  # the market's own, in the metadata of everything that it makes
WITH_FEE = ["latest_charge.balance_transaction"]
NOT_MADE = ("failed", "canceled")  # states of a refund
FINAL = (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError)  # asking again would not help


class StripeGateway:
    """The market's side of Stripe."""

    name = "stripe"

    def __init__(self) -> None:
        self._api = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=0,
        ).v1

    def start(self, *, key: str, amount: int, currency: str, description: str, return_url: str) -> Redirect:
        item = {"currency": currency.lower(), "unit_amount": amount, "product_data": {"name": description or key}}
        asked: Any = {
            "mode": "payment",
            "locale": "he",
            "line_items": [{"quantity": 1, "price_data": item}],
            "metadata": {KEY: key},
            "payment_intent_data": {"metadata": {KEY: key}},
            "success_url": return_url,
            "cancel_url": return_url,
        }
        with _answers():
            page = self._api.checkout.sessions.create(asked, {"idempotency_key": key})
        return Redirect(url=page.url or "", ref=page.id)

    def read_hook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> HookEvent | None:
        _verify(headers.get("Stripe-Signature", ""), body, now=now)
        try:
            told = json.loads(body)
            reader = READERS.get(told["type"])
            return reader(self, told["id"], told["data"]["object"]) if reader else None
        except (ValueError, KeyError, TypeError) as error:
            raise BadHook("the body is damaged") from error

    def refund(self, *, key: str, ref: str, amount: int) -> None:
        with _answers():
            made = [row for row in self._refunds_of(ref) if _key(row) == key]  # Stripe forgets its keys after a day
            row = made[0] if made else self._make_refund(key, ref, amount)
        if row.status in NOT_MADE:
            raise GatewayRefusal(f"the refund is {row.status}")

    def _refunds_of(self, ref: str) -> Iterator[stripe.Refund]:
        return self._api.refunds.list({"payment_intent": ref, "limit": 100}).auto_paging_iter()

    def _make_refund(self, key: str, ref: str, amount: int) -> stripe.Refund:
        asked: Any = {"payment_intent": ref, "amount": amount, "metadata": {KEY: key}}
        return self._api.refunds.create(asked, {"idempotency_key": key})

    def look_up(self, ref: str) -> list[HookEvent]:
        with _answers():
            if ref.startswith("cs_"):
                return self._of_page(self._api.checkout.sessions.retrieve(ref))
            return self._of_payment(ref)

    def _of_page(self, page: stripe.checkout.Session) -> list[HookEvent]:
        if page.payment_status == "paid" and page.payment_intent:
            return self._of_payment(_id(page.payment_intent))
        return [_declined(page.id, page)] if page.status == "expired" else []

    def _of_payment(self, ref: str) -> list[HookEvent]:
        paid = self._paid(f"asked:{ref}", ref)
        if paid is None:
            return []
        disputes = self._api.disputes.list({"payment_intent": ref, "limit": 100}).auto_paging_iter()
        return [paid, *(told for each in disputes for told in self._of_dispute(each, paid.key))]

    def _paid(self, event_id: str, ref: str) -> HookEvent | None:
        """What came with a payment, and what Stripe keeps of it; None when nothing did, or it is not ours."""
        row = self._api.payment_intents.retrieve(ref, {"expand": WITH_FEE})
        key = _key(row)
        if row.status != "succeeded" or not key:
            return None
        return HookEvent(event_id, Kind.PAID, ref, key, row.amount, row.currency.upper(), _fee(row))

    def _of_dispute(self, row: stripe.Dispute, key: str) -> Iterator[HookEvent]:
        if _took(row):
            yield _disputed(f"asked:{row.id}:taken", Kind.CHARGED_BACK, row, key)
        if row.status in DECIDED:
            yield _disputed(f"asked:{row.id}:{row.status}", DECIDED[row.status], row, key)

    def report(self, *, since: datetime) -> Iterator[Settled]:
        recent: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        with _answers():
            for paid in self._api.payment_intents.list(recent).auto_paging_iter():
                if paid.status == "succeeded" and _key(paid):
                    yield Settled(Kind.PAID, paid.id, paid.amount, _moment(paid))
            for refund in self._api.refunds.list(recent).auto_paging_iter():
                if _key(refund) and refund.status not in ("failed", "canceled"):
                    yield Settled(
                        Kind.REFUNDED, _id(refund.payment_intent), refund.amount, _moment(refund), _key(refund)
                    )
            for row in self._api.disputes.list(recent).auto_paging_iter():
                kinds = [Kind.CHARGED_BACK] if _took(row) else []
                kinds += [Kind.CHARGEBACK_WON] if row.status == "won" else []
                for kind in kinds:
                    yield Settled(kind, _id(row.payment_intent), row.amount, _moment(row))

    # What each kind of webhook tells

    def _hook_paid(self, event_id: str, told: dict[str, Any]) -> HookEvent | None:
        with _answers():
            return self._paid(event_id, told["id"])

    def _hook_expired(self, event_id: str, told: dict[str, Any]) -> HookEvent | None:
        page = stripe.checkout.Session.construct_from(told, None)
        return _declined(page.id, page, event_id) if _key(page) else None

    def _hook_withdrawn(self, event_id: str, told: dict[str, Any]) -> HookEvent | None:
        """Money moves when it is withdrawn, not when a dispute is opened."""
        row, key = self._dispute(told)
        return _disputed(event_id, Kind.CHARGED_BACK, row, key) if key else None

    def _hook_decided(self, event_id: str, told: dict[str, Any]) -> HookEvent | None:
        row, key = self._dispute(told)
        return _disputed(event_id, DECIDED[row.status], row, key) if key and row.status in DECIDED else None

    def _dispute(self, told: dict[str, Any]) -> tuple[stripe.Dispute, str]:
        """As it stands now, and our key of its payment."""
        with _answers():
            row = self._api.disputes.retrieve(told["id"])
            return row, _key(self._api.payment_intents.retrieve(_id(row.payment_intent)))


DECIDED = {"won": Kind.CHARGEBACK_WON, "lost": Kind.CHARGEBACK_LOST}
READERS = {
    "payment_intent.succeeded": StripeGateway._hook_paid,
    "checkout.session.expired": StripeGateway._hook_expired,
    "charge.dispute.funds_withdrawn": StripeGateway._hook_withdrawn,
    "charge.dispute.funds_reinstated": StripeGateway._hook_decided,
    "charge.dispute.closed": StripeGateway._hook_decided,
}


@contextmanager
def _answers() -> Iterator[None]:
    """Stripe's final "no" and everything else that may go better the next time."""
    try:
        yield
    except FINAL as error:
        raise GatewayRefusal(str(error)) from error
    except stripe.StripeError as error:
        raise GatewayDown(str(error)) from error


def _verify(header: str, body: bytes, *, now: datetime) -> None:
    """Raises `BadHook` unless the signature is Stripe's and at most five minutes old or ahead (real time)."""
    secret, moment = settings.STRIPE_WEBHOOK_SECRET, re.search(r"(?:^|,)t=(\d{1,11})(?:,|$)", header)
    if not secret or moment is None:
        raise BadHook("no secret, or no timestamp")
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret, None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise BadHook("the signature is not Stripe's") from error
    if abs(now - datetime.fromtimestamp(int(moment[1]), UTC)) > TOLERANCE:
        raise BadHook("too old, or from the future")


def _key(row: Any) -> str:
    return str(getattr(getattr(row, "metadata", None), KEY, ""))[:80]


def _id(part: Any) -> str:
    """Of something that may have been expanded."""
    return str(getattr(part, "id", part) or "")


def _moment(row: Any) -> datetime:
    return datetime.fromtimestamp(row.created, UTC)


def _took(row: stripe.Dispute) -> bool:
    """An inquiry ("warning_…") asks, and takes no money."""
    return not row.status.startswith("warning")


def _fee(row: stripe.PaymentIntent) -> int:
    """What Stripe keeps, when it says so already."""
    charge: Any = row.latest_charge
    transaction = getattr(charge, "balance_transaction", None)
    return int(getattr(transaction, "fee", 0) or 0)


def _declined(ref: str, page: stripe.checkout.Session, event_id: str = "") -> HookEvent:
    amount, currency = page.amount_total or 0, (page.currency or "").upper()
    return HookEvent(event_id or f"asked:{ref}", Kind.DECLINED, ref, _key(page), amount, currency)


def _disputed(event_id: str, kind: Kind, row: stripe.Dispute, key: str) -> HookEvent:
    return HookEvent(event_id, kind, _id(row.payment_intent), key, row.amount, row.currency.upper())

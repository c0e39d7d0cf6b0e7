"""The contract of a payment gateway, held by Stripe; at its stand-in, which is another process (localstripe)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from house import clock
from house.gateways.payments import BadHook, GatewayDown, GatewayRefusal, Kind, get_gateway
from house.gateways.payments import stripe as module
from house.orders.actions import requests
from house.orders.actions.place import place
from house.orders.models import Order
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from house.treasury.proof import prove
from house.worker.errands import WHEN_DISPUTED
from tests import make

from .stripe_ import StandIn, signed, stand_in

ASK = {"key": "checkout:a", "amount": 1000_00, "currency": "ILS", "description": "ארון", "return_url": "http://x/back/"}
WHY = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def running():
    with stand_in() as there:
        yield there


@pytest.fixture
def there(running, settings) -> StandIn:
    running.post("/_config/forget")
    for name, value in running.settings.items():
        setattr(settings, name, value)
    return running


@pytest.fixture
def now() -> datetime:
    """Letters are judged by real time, and so is what is paid by them."""
    return clock.now()


@pytest.fixture
def gateway(there):
    return get_gateway()


@pytest.fixture
def ask(request) -> dict[str, object]:
    """A payment of this test's own."""
    return {**ASK, "key": f"checkout:{request.node.name}"[:80]}


@pytest.fixture
def paid(gateway, there, ask) -> str:
    """The payment's name, after it was paid."""
    page = gateway.start(**ask)
    there.answer(page.url)
    (event,) = gateway.look_up(page.ref)
    return event.ref


def test_the_same_key_gives_the_same_page(gateway, ask):
    assert gateway.start(**ask) == gateway.start(**ask)


def test_the_same_key_with_another_sum_is_refused(gateway, ask):
    gateway.start(**ask)
    with pytest.raises(GatewayRefusal):
        gateway.start(**{**ask, "amount": 1})


def test_an_open_page_says_nothing_and_a_paid_one_what_it_is(gateway, there, ask):
    page = gateway.start(**ask)
    assert gateway.look_up(page.ref) == []
    there.answer(page.url, "decline")
    assert gateway.look_up(page.ref) == [], "the payer may try another card"
    there.answer(page.url)
    (event,) = gateway.look_up(page.ref)
    assert event.ref.startswith("pi_")
    assert (event.kind, event.key, event.amount, event.currency) == ("paid", ask["key"], 1000_00, "ILS")
    assert gateway.look_up(event.ref) == [event]


def test_a_page_whose_time_is_over_is_declined(gateway, there, ask):
    page = gateway.start(**ask)
    there.post(f"/v1/checkout/sessions/{page.ref}/expire")
    (event,) = gateway.look_up(page.ref)
    assert (event.kind, event.ref, event.key) == ("declined", page.ref, ask["key"])


# Refunds


def returned(gateway, ref: str) -> list[int]:
    return [line.amount for line in gateway.report(since=NOW) if line.kind == Kind.REFUNDED and line.ref == ref]


def test_the_same_key_returns_money_once_even_when_stripe_has_forgotten_it(gateway, there, paid):
    gateway.refund(key=f"{paid}:r", ref=paid, amount=400_00)
    there.post("/_config/forget")
    gateway.refund(key=f"{paid}:r", ref=paid, amount=400_00)
    assert returned(gateway, paid) == [400_00]
    gateway.refund(key=f"{paid}:s", ref=paid, amount=600_00)


def test_more_than_was_paid_is_refused(gateway, paid):
    gateway.refund(key=f"{paid}:r", ref=paid, amount=1000_00)
    with pytest.raises(GatewayRefusal):
        gateway.refund(key=f"{paid}:s", ref=paid, amount=1)


def test_what_a_bank_took_is_not_refunded(gateway, there, paid):
    there.dispute(paid, 1000_00)
    with pytest.raises(GatewayRefusal):
        gateway.refund(key=f"{paid}:r", ref=paid, amount=1)


# Bad days


@pytest.mark.parametrize("status", [500, 429, 401])
def test_a_fault_is_no_answer_and_the_next_try_succeeds(gateway, there, ask, status):
    there.fault("POST /v1/checkout/sessions", status)
    with pytest.raises(GatewayDown):
        gateway.start(**ask)
    assert gateway.start(**ask).url


def test_an_answer_lost_after_the_money_went_back_is_asked_for_again(gateway, there, paid):
    there.fault("POST /v1/refunds", 500, after=True)
    with pytest.raises(GatewayDown):
        gateway.refund(key=f"{paid}:r", ref=paid, amount=400_00)
    gateway.refund(key=f"{paid}:r", ref=paid, amount=400_00)
    assert returned(gateway, paid) == [400_00]


def test_an_answer_that_takes_too_long_is_none(there, ask, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT", 1)
    gateway = get_gateway()
    there.fault("POST /v1/checkout/sessions", 500, sleep=2)
    with pytest.raises(GatewayDown):
        gateway.start(**ask)
    assert gateway.start(**ask).url


def test_nobody_there_is_no_answer(settings, ask, there):
    settings.STRIPE_API = "http://127.0.0.1:9"
    with pytest.raises(GatewayDown):
        get_gateway().start(**ask)


# Webhooks


def hook(gateway, kind: str, told: dict[str, object], at: datetime | None = None, **changes):
    at = at or datetime.now(UTC)
    body = json.dumps({"id": "evt_1", "type": kind, "data": {"object": told}}).encode()
    header = changes.get("header", signed(body, at, changes.get("secret", "whsec_for_trying")))
    return gateway.read_hook({"Stripe-Signature": header}, changes.get("body", body), now=datetime.now(UTC))


def test_a_payment_is_read_from_the_api_and_not_from_the_letter(gateway, paid, ask):
    """DEC-31: whoever could write letters in Stripe's name still could not name a sum."""
    event = hook(gateway, "payment_intent.succeeded", {"id": paid, "amount": 1, "metadata": {"key": "checkout:b"}})
    assert (event.event_id, event.kind, event.ref) == ("evt_1", "paid", paid)
    assert (event.amount, event.key) == (1000_00, ask["key"])


def test_a_page_that_expired_and_what_is_none_of_ours(gateway, there, ask):
    page = gateway.start(**ask)
    told = there.post(f"/v1/checkout/sessions/{page.ref}/expire")
    assert hook(gateway, "checkout.session.expired", told).kind == "declined"
    assert hook(gateway, "checkout.session.expired", {**told, "metadata": {}}) is None
    assert hook(gateway, "customer.created", {"id": "cus_1"}) is None
    other = there.post("/v1/payment_intents", amount=500, currency="ils")
    assert hook(gateway, "payment_intent.succeeded", other) is None, "another shop's payment on the same account"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_letter_that_is_old_or_from_the_future(gateway, paid, minutes):
    with pytest.raises(BadHook):
        hook(gateway, "payment_intent.succeeded", {"id": paid}, datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "whsec_of_somebody"},
        {"header": ""},
        {"header": "t=now,v1=ab"},
        {"header": "v1=ab"},
        {"body": b"{}"},
        {"body": bytes([255, 254])},
    ],
    ids=["forged", "no header", "no number", "no moment", "another body", "no text"],
)
def test_a_letter_that_is_not_stripes(gateway, changes):
    with pytest.raises(BadHook):
        hook(gateway, "payment_intent.succeeded", {"id": "pi_1"}, **changes)


def test_a_damaged_letter_with_a_true_signature(gateway):
    for body in (b"[]", b"{", b'{"type": "payment_intent.succeeded"}'):
        with pytest.raises(BadHook):
            gateway.read_hook({"Stripe-Signature": signed(body, datetime.now(UTC))}, body, now=datetime.now(UTC))


def test_without_a_secret_no_letter_is_believed(gateway, settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    with pytest.raises(BadHook):
        hook(gateway, "payment_intent.succeeded", {"id": "pi_1"}, secret="")


def test_what_banks_take_and_decide(gateway, there, paid, ask):
    """DEC-38: an inquiry takes nothing; money moves when it is withdrawn and when it is reinstated."""
    row = there.dispute(paid, 1000_00, "warning_needs_response")
    assert [event.kind for event in gateway.look_up(paid)] == ["paid"]
    there.dispute(paid, 1000_00)
    event = hook(gateway, "charge.dispute.funds_withdrawn", {"id": row["id"]})
    assert (event.kind, event.ref, event.key, event.amount) == ("charged_back", paid, ask["key"], 1000_00)
    assert hook(gateway, "charge.dispute.closed", {"id": row["id"]}) is None, "it is not decided"
    for status, kind in (("won", "chargeback_won"), ("lost", "chargeback_lost")):
        there.dispute(paid, 1000_00, status)
        assert hook(gateway, "charge.dispute.closed", {"id": row["id"]}).kind == kind
        assert [event.kind for event in gateway.look_up(paid)] == ["paid", "charged_back", kind]


def test_its_own_books(gateway, there, paid):
    there.dispute(paid, 100_00, "won")
    gateway.refund(key=f"{paid}:r", ref=paid, amount=400_00)
    lines = [line for line in gateway.report(since=NOW) if line.ref == paid]
    assert [(line.kind, line.amount) for line in lines] == [
        ("paid", 1000_00),
        ("refunded", 400_00),
        ("charged_back", 100_00),
        ("chargeback_won", 100_00),
    ]
    assert lines[1].key == f"{paid}:r"
    assert list(gateway.report(since=datetime.now(UTC) + timedelta(days=1))) == []


# The market


def told(client, kind: str, facts: dict[str, object], event: str) -> int:
    body = json.dumps({"id": event, "type": kind, "data": {"object": facts}}).encode()
    header = signed(body, datetime.now(UTC))
    return client.post("/hooks/stripe/", body, "application/json", headers={"Stripe-Signature": header}).status_code


def apply(kind: str, now) -> str:
    pk = GatewayEvent.objects.filter(kind=kind, applied_at=None).latest("pk").pk
    return payments.apply(pk, now=now, when_paid={"order": place}, when_disputed=WHEN_DISPUTED)


@pytest.mark.django_db
def test_an_order_is_paid_refunded_and_reconciled_by_stripe(client, there, noa, amir, now, monkeypatch):
    """DEC-12, DEC-31, DEC-38"""
    checkout = make.checkout(make.offer(amir, now), noa, now)
    payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    there.answer(payments.send_to_gateway(checkout, return_url="http://x/back/", title="שיפוץ"))
    (event,) = get_gateway().look_up(Checkout.objects.get().gateway_ref)
    assert told(client, "customer.created", {"id": "cus_1"}, "evt_0") == 204
    there.fault("GET /v1/payment_intents")
    assert told(client, "payment_intent.succeeded", {"id": event.ref}, "evt_1") == 503, "Stripe sends it again"
    for _ in range(2):
        assert told(client, "payment_intent.succeeded", {"id": event.ref}, "evt_1") == 204
    assert apply("paid", now) == "paid"
    order = Order.objects.get()
    assert (order.checkout.gateway, order.checkout.gateway_ref) == ("stripe", event.ref)
    asked = requests.ask_cancellation(make.stage(order), reason="other", explanation=WHY, by=amir, now=now)
    requests.consent(asked, by=noa, now=now)
    refund = payments.send_refund(Refund.objects.get().pk, now=now)
    assert refund.state == "done"
    lines = {line.key: line.amount for line in get_gateway().report(since=NOW) if line.ref == event.ref}
    assert lines == {"": 1000_00, refund.key: 1000_00}
    monkeypatch.setattr("house.policy.RECONCILE_AFTER", timedelta())
    assert [each for each in payments.reconcile(now) if event.ref in each.about or refund.key in each.about] == []
    assert prove().faults == []

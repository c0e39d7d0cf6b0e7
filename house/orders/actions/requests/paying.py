"""A change that costs is accepted by paying for it (O-21, O-23, DEC-31)."""

from datetime import datetime, timedelta

from house.payments import waiting
from house.payments.actions import open_checkout
from house.payments.models import Checkout
from house.people.models import User
from house.process import Party, Refusal

from ... import deadlines, money
from ...models import Order, ResolutionRequest
from ...move import locked
from ...parties import party_of
from ...process import REQUEST, Ask
from ...reasons import KINDS
from .answering import consent
from .effects import stage_of


def open_for_request(request: ResolutionRequest, *, client: User, now: datetime, token: str = "") -> Checkout:
    """A checkout for what the provider asks; while it lives, silence waits for it.

    Refusals: `wrong_state`, `wrong_party`, `nothing_to_pay`.
    """
    with locked(request.order, by=client, now=now) as order:
        request = order.requests.get(pk=request.pk)
        request.order = order
        party = party_of(order, client)
        REQUEST.check(Ask.CONSENT, state=request.state, party=party)
        if party is not Party.CLIENT or party == request.party:
            raise Refusal("wrong_party", step=Ask.CONSENT)
        if not request.change.get("amount"):
            raise Refusal("nothing_to_pay")
        checkout = open_checkout(
            client=client,
            provider=order.provider,
            purpose=Checkout.Purpose.CHANGE,
            about=f"request:{request.pk}",
            amount=request.change["amount"],
            terms={
                "request": request.pk,
                "order": order.number,
                "offer": {"id": order.offer_id, "title": order.title[:120]},
            },
            now=now,
            token=token,
        )
        _wait(order, request, checkout, now)
    return checkout


def wait_for(checkout: Checkout, *, now: datetime) -> None:
    """The next attempt at a change's payment is waited for like the first. Refusal: `wrong_state`."""
    request = ResolutionRequest.objects.select_related("order").get(pk=checkout.terms["request"])
    with locked(request.order, by=checkout.client, now=now) as order:
        request = order.requests.get(pk=request.pk)
        REQUEST.check(Ask.CONSENT, state=request.state, party=party_of(order, checkout.client))
        _wait(order, request, checkout, now)


def _wait(order: Order, request: ResolutionRequest, checkout: Checkout, now: datetime) -> None:
    # While a case holds the order the answer's clock stands: the payment counts as if it went on now (DEC-32).
    stood = now - max(order.held_at, request.opened_at) if order.held_at else timedelta()
    before = request.due_at
    request.due_at = waiting.begin(request, checkout, due=before + stood, now=now) - stood
    request.save()
    deadlines.go_on(order, f"request:{request.pk}", request.due_at - before)
    deadlines.reset(order)


def paid(checkout: Checkout, *, now: datetime, fee: int) -> ResolutionRequest:
    """The paid change is accepted; runs in the transaction that marks the checkout paid."""
    request = ResolutionRequest.objects.select_related("order").get(pk=checkout.terms["request"])
    with locked(request.order, by=checkout.client, now=now) as order:
        request.order = order
        request.refresh_from_db(fields=["state"])
        REQUEST.check(Ask.CONSENT, state=request.state, party=Party.CLIENT)
        stage = stage_of(request)
        money.charge(stage, checkout, title=_title(request), now=now, fee=fee)
        stage.save()
        return consent(request, by=checkout.client, now=now, settled=True)


def _title(request: ResolutionRequest) -> str:
    """As the bill of the order calls it."""
    return (", ".join(line["title"] for line in request.change.get("lines", ())) or KINDS[request.kind])[:120]

"""Reconciliation: what the payment provider's own books say, beside the market's ledger (DEC-12: gross sums)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Sum

from house import policy
from house.gateways.payments import HookEvent, Kind, PaymentGateway, Settled, get_gateway
from house.ledger.models import Account, Entry

from ..models import Chargeback, GatewayEvent, Refund
from .asking import feed


@dataclass(frozen=True)
class Difference:
    """Something that the two sides do not say alike: `about` names the payment or the refund; sums in minor units,
    None where a side knows of nothing.
    """

    about: str
    there: int | None
    here: int | None


def reconcile(now: datetime) -> list[Difference]:
    """Compares what the provider has settled lately. A payment of which no webhook ever came goes through the
    webhook's door; what is unknown here even then is a difference the next time. Raises `GatewayDown`.
    """
    gateway = get_gateway()
    real = datetime.now(UTC)  # the provider's time, whatever a demo market's clock says
    lines = list(gateway.report(since=real - policy.RECONCILE_BACK))
    ripe = [line for line in lines if line.at <= real - policy.RECONCILE_AFTER]
    return [
        *_payments(gateway, _of(ripe, Kind.PAID), now),
        *_refunds(_of(ripe, Kind.REFUNDED)),
        *_chargebacks(gateway, _of(ripe, Kind.CHARGED_BACK, Kind.CHARGEBACK_WON), now),
        *_only_here(gateway, lines, now),
    ]


def _of(lines: list[Settled], *kinds: Kind) -> list[Settled]:
    return [line for line in lines if line.kind in kinds]


def _payments(gateway: PaymentGateway, lines: list[Settled], now: datetime) -> Iterator[Difference]:
    refs = [line.ref for line in lines]
    rows = GatewayEvent.objects.filter(gateway=gateway.name, kind="paid", ref__in=refs).select_related("checkout")
    events = {event.ref: event for event in rows}
    booked = _booked(list(events.values()))
    for line in lines:
        if line.ref not in events:
            for told in gateway.look_up(line.ref):
                feed(told, gateway, now)
        elif booked[line.ref] != line.amount:
            yield Difference(f"payment:{line.ref}", line.amount, booked[line.ref])


def _booked(events: list[GatewayEvent]) -> dict[str, int | None]:
    """What the ledger says came in with each payment; what was not applied yet is on its way."""
    keys = {event.ref: _keys(event) for event in events}
    of_all = [key for each in keys.values() for key in each]
    entries = Entry.objects.filter(account__kind=Account.Kind.GATEWAY, transfer__key__in=of_all)
    sums = dict(entries.order_by().values_list("transfer__key").annotate(Sum("amount")))
    found: dict[str, int | None] = {}
    for event in events:
        came = [-sums[key] for key in keys[event.ref] if key in sums]
        found[event.ref] = (sum(came) if came else None) if event.applied_at else event.amount
    return found


def _keys(event: GatewayEvent) -> list[str]:
    """The transfers that this payment may have made: of the bought thing, or of money that nobody waited for."""
    bought = event.checkout is not None and event.checkout.gateway_ref == event.ref
    return [f"payment:{event.ref}:paid"] + ([f"{event.checkout.key}:paid"] if event.checkout and bought else [])


def _refunds(lines: list[Settled]) -> Iterator[Difference]:
    ours = {row.key: row for row in Refund.objects.filter(key__in=[line.key for line in lines])}
    for line in lines:
        row = ours.get(line.key)
        if row is None or row.amount != line.amount or row.state == Refund.State.FAILED:
            yield Difference(f"refund:{line.key}", line.amount, row.amount if row else None)


def _chargebacks(gateway: PaymentGateway, lines: list[Settled], now: datetime) -> Iterator[Difference]:
    """A dispute of which no webhook came goes through the webhook's door, as a payment does."""
    rows = GatewayEvent.objects.filter(gateway=gateway.name, ref__in={line.ref for line in lines})
    told = {(event.ref, event.kind): event for event in rows}
    booked = dict(Chargeback.objects.filter(payment_ref__in=rows.values("ref")).values_list("payment_ref", "amount"))
    for line in lines:
        event = told.get((line.ref, line.kind))
        if event is None:
            for each in gateway.look_up(line.ref):
                feed(each, gateway, now)
        elif event.applied_at and booked.get(line.ref) != line.amount:
            yield Difference(f"chargeback:{line.ref}", line.amount, booked.get(line.ref))


def _only_here(gateway: PaymentGateway, lines: list[Settled], now: datetime) -> Iterator[Difference]:
    """What the market believes and the provider does not report; of a payment it is asked by name once more."""
    lately = (now - policy.RECONCILE_BACK / 2, now - policy.RECONCILE_AFTER)
    events = GatewayEvent.objects.filter(gateway=gateway.name, kind="paid", received_at__range=lately)
    for event in events.exclude(ref__in=[line.ref for line in _of(lines, Kind.PAID)]).order_by("pk"):
        if not any(_same(told, event) for told in gateway.look_up(event.ref)):
            yield Difference(f"payment:{event.ref}", None, event.amount)
    done = Refund.objects.filter(checkout__gateway=gateway.name, state=Refund.State.DONE, done_at__range=lately)
    for row in done.exclude(key__in=[line.key for line in lines]).order_by("pk"):
        yield Difference(f"refund:{row.key}", None, row.amount)
    taken = Chargeback.objects.filter(checkout__gateway=gateway.name, at__range=lately)
    for dispute in taken.exclude(payment_ref__in=[line.ref for line in _of(lines, Kind.CHARGED_BACK)]).order_by("pk"):
        yield Difference(f"chargeback:{dispute.payment_ref}", None, dispute.amount)


def _same(told: HookEvent, event: GatewayEvent) -> bool:
    return (told.ref, told.kind, told.amount) == (event.ref, event.kind, event.amount)

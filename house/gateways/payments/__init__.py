"""The port to payment providers: what the market asks of any of them, chosen by PAYMENTS_GATEWAY."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

BODY_MAX = 64 * 1024  # bytes of a webhook; a bigger one is refused


class BadHook(Exception):
    """A webhook that is forged, damaged, too old or from the future."""


class GatewayDown(Exception):
    """No answer, or a fault: whether it happened is unknown, and the same key may be tried again."""


class GatewayRefusal(Exception):
    """The provider's final "no": asking again would not help."""


class Kind(StrEnum):
    """What a provider says of a payment. A chargeback is taken at once and decided later (DEC-38)."""

    PAID = "paid"
    DECLINED = "declined"
    REFUNDED = "refunded"  # in reports only: the market itself asks for refunds
    CHARGED_BACK = "charged_back"  # the payer's bank took the money back
    CHARGEBACK_WON = "chargeback_won"  # and gives it again
    CHARGEBACK_LOST = "chargeback_lost"  # and keeps it


@dataclass(frozen=True)
class Redirect:
    """Where the payer is sent, and how the provider calls this payment."""

    url: str
    ref: str


@dataclass(frozen=True)
class HookEvent:
    """What a provider says happened. `amount` and `fee` in minor units; `key` is the market's own, echoed."""

    event_id: str
    kind: str
    ref: str
    key: str
    amount: int
    currency: str
    fee: int = 0


@dataclass(frozen=True)
class Settled:
    """A line of the provider's own report: money that came or went with a payment; `key` is the refund's."""

    kind: Kind
    ref: str
    amount: int
    at: datetime
    key: str = ""


class PaymentGateway(Protocol):
    """Every call with a `key` may be repeated: the provider does it once. All may raise `GatewayDown`."""

    name: str

    def start(self, *, key: str, amount: int, currency: str, description: str, return_url: str) -> Redirect:
        """Opens a payment page; the same key gives the same page."""

    def read_hook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> HookEvent | None:
        """Verifies a webhook's signature, and its moment against real time `now`; None when it is true and none of
        ours. Raises `BadHook`.
        """

    def refund(self, *, key: str, ref: str, amount: int) -> None:
        """Sends money back to where it came from; `GatewayRefusal` when that will never be done."""

    def look_up(self, ref: str) -> list[HookEvent]:
        """What became of a payment, and of others with the same market key; nothing while it is open."""

    def report(self, *, since: datetime) -> Iterator[Settled]:
        """Every payment, refund and chargeback, taken or won, that the provider settled since a moment of real
        time, by its own books.
        """


def get_gateway(name: str = "") -> PaymentGateway:
    """The gateway of this installation, or the one a payment was made with."""
    gateway: type[PaymentGateway] = import_string(GATEWAYS[name or settings.PAYMENTS_GATEWAY])
    return gateway()


# Read when they are asked for: a market needs no vendor's library but its own.
GATEWAYS = {
    "local": "house.gateways.payments.local.LocalGateway",
    "stripe": "house.gateways.payments.stripe.StripeGateway",
}

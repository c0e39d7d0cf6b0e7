"""The market's side of the local twin: what would be HTTPS to a vendor is a call into the twin's books."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from . import BadHook, HookEvent, Kind, Redirect, Settled
from .twin import books, signing


class LocalGateway:
    """Speaks to the twin (`house.gateways.payments.twin`), which keeps books of its own."""

    name = "local"

    def start(self, *, key: str, amount: int, currency: str, description: str, return_url: str) -> Redirect:
        ref = books.open_payment(
            key=key, amount=amount, currency=currency, description=description, return_url=return_url
        )
        return Redirect(url=f"/twin/{ref}/", ref=ref)

    def read_hook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> HookEvent:
        signing.verify(headers.get(signing.HEADER, ""), body, now=now)
        try:
            return _event(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            raise BadHook("the body is damaged") from error

    def refund(self, *, key: str, ref: str, amount: int) -> None:
        books.refund(key=key, ref=ref, amount=amount)

    def look_up(self, ref: str) -> list[HookEvent]:
        return [_event(told) for told in books.look_up(ref)]

    def report(self, *, since: datetime) -> Iterator[Settled]:
        for ref, amount, at in books.charged_since(since):
            yield Settled(Kind.PAID, ref=ref, amount=amount, at=at)
        for ref, amount, at, key in books.returned_since(since):
            yield Settled(Kind.REFUNDED, ref=ref, amount=amount, at=at, key=key)
        for kind, ref, amount, at in books.disputed_since(since):
            yield Settled(Kind(kind), ref=ref, amount=amount, at=at)


def _event(told: Mapping[str, Any]) -> HookEvent:
    return HookEvent(
        event_id=str(told["id"])[:100],
        kind=str(told["kind"])[:40],
        ref=str(told["ref"])[:80],
        key=str(told["key"])[:80],
        amount=int(told["amount"]),
        currency=str(told["currency"])[:3],
        fee=int(told["fee"]),
    )

"""Stripe's stand-in: localstripe on the loopback, and what it lacks. `python -m tests.gateways.stand_in PORT`

It adds the payment page (Checkout), keys that make a call happen once, refunds that never exceed a payment, lists
since a moment, disputes, and bad days that are arranged beforehand.
"""

import asyncio
import sys
from typing import Any

from aiohttp import web
from localstripe.resources import Event, PaymentIntent, PaymentMethod, Refund, StripeObject, store
from localstripe.server import app, get_post_data, json_response, unflatten_data
from localstripe.webhooks import _webhooks as hooks_
from localstripe.webhooks import schedule_webhook

CARDS = {"pay": "4242424242424242", "decline": "4000000000000341"}
PAGE = """<!doctype html><html lang="en"><title>Stand-in</title><link rel="icon" href="data:,"><main><h1>{title}</h1><p>{amount}</p>
<form method="post"><button name="how" value="pay">Pay</button><button name="how" value="decline">Decline</button>
<button name="how" value="silent">Pay, and lose the webhook</button></form></main></html>"""
answered: dict[str, tuple[Any, web.Response]] = {}
faults: list[dict[str, Any]] = []


class Session(StripeObject):
    """A payment page."""

    object = "checkout.session"
    _id_prefix = "cs_"

    def __init__(self, base: str, asked: dict[str, Any]) -> None:
        super().__init__()
        price = asked["line_items"][0]["price_data"]
        self.amount_total, self.currency = int(price["unit_amount"]), price["currency"]
        self.title = price["product_data"]["name"]
        self.metadata, self.success_url = asked["metadata"], asked["success_url"]
        self.url, self.status, self.payment_status = f"{base}/_config/pay/{self.id}", "open", "unpaid"
        self.payment_intent = None
        self._asked = asked["payment_intent_data"]["metadata"]

    def _pay(self, how: str) -> bool:
        intent = PaymentIntent(amount=self.amount_total, currency=self.currency, metadata=self._asked)
        card = {"number": CARDS[how], "exp_month": "12", "exp_year": "2040", "cvc": "123"}
        intent.payment_method = PaymentMethod(type="card", card=card).id
        try:
            PaymentIntent._api_confirm(intent.id)
        except Exception:
            return False
        self.payment_intent, self.status, self.payment_status = intent.id, "complete", "paid"
        return True


class Dispute(StripeObject):
    """What a payer's bank took."""

    object = "dispute"
    _id_prefix = "dp_"

    def __init__(self, payment: str, amount: int, status: str) -> None:
        super().__init__()
        self.payment_intent, self.amount, self.currency, self.status = payment, amount, "ils", status


async def sessions(request: web.Request) -> web.Response:
    base = f"http://{request.host}"
    return json_response(Session(base, await get_post_data(request))._export())


async def session(request: web.Request) -> web.Response:
    return json_response(Session._api_retrieve(request.match_info["id"])._export())


async def page(request: web.Request) -> web.Response:
    row = Session._api_retrieve(request.match_info["id"])
    return web.Response(text=PAGE.format(title=row.title, amount=row.amount_total), content_type="text/html")


async def answer(request: web.Request) -> web.Response:
    row, how = Session._api_retrieve(request.match_info["id"]), (await request.post())["how"]
    hooks = dict(hooks_)
    if how == "silent":
        hooks_.clear()
    done = row._pay("pay" if how == "silent" else how)
    if how == "silent":
        await asyncio.sleep(1.5)  # localstripe calls after a second
        hooks_.update(hooks)
    raise web.HTTPSeeOther(row.success_url if done else request.path)


async def dispute(request: web.Request) -> web.Response:
    """A bank takes, or decides: {payment, amount, status, tell}."""
    asked = await request.json()
    row = next((each for each in _all(Dispute) if each.payment_intent == asked["payment"]), None)
    if row is None:
        row = Dispute(asked["payment"], asked["amount"], asked["status"])
    row.status = asked["status"]
    if asked["tell"]:
        schedule_webhook(Event(asked["tell"], row))
    return json_response(row._export())


async def disputes(request: web.Request) -> web.Response:
    asked = unflatten_data(request.query)
    rows = [each for each in _all(Dispute) if asked.get("payment_intent") in (None, each.payment_intent)]
    return _list("/v1/disputes", _since(rows, asked))


async def one_dispute(request: web.Request) -> web.Response:
    return json_response(Dispute._api_retrieve(request.match_info["id"])._export())


async def expire(request: web.Request) -> web.Response:
    row = Session._api_retrieve(request.match_info["id"])
    row.status = "expired"
    schedule_webhook(Event("checkout.session.expired", row))
    return json_response(row._export())


async def forget(request: web.Request) -> web.Response:
    """What Stripe does with keys that are older than a day."""
    answered.clear()
    return web.Response()


async def arrange(request: web.Request) -> web.Response:
    """A bad day: {path, status, after, sleep}; the next call of that path goes wrong so."""
    faults.append(await request.json())
    return web.Response()


def _all(kind: type[StripeObject]) -> list[Any]:
    return [row for key, row in store.items() if key.startswith(f"{kind.object}:")]


def _since(rows: list[Any], asked: dict[str, Any]) -> list[Any]:
    return [row for row in rows if row.created >= int(asked.get("created", {}).get("gte", 0))]


def _list(url: str, rows: list[Any]) -> web.Response:
    return json_response({"object": "list", "url": url, "has_more": False, "data": [row._export() for row in rows]})


LISTS = {"/v1/payment_intents": PaymentIntent, "/v1/refunds": Refund}


@web.middleware
async def gaps(request: web.Request, handler: Any) -> web.StreamResponse:
    """What localstripe leaves out, around every call of its API."""
    fault = next((each for each in faults if f"{request.method} {request.path}".startswith(each["path"])), None)
    if fault:
        faults.remove(fault)
        await asyncio.sleep(fault.get("sleep", 0))
        if not fault.get("after"):
            return web.json_response({"error": {"message": "a bad day", "type": "api_error"}}, status=fault["status"])
    made = await _once(request, handler)
    if fault:
        return web.json_response({"error": {"message": "the answer was lost"}}, status=fault["status"])
    return made


async def _once(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.method == "GET" and request.path in LISTS and "payment_intent" not in request.query:
        return _list(request.path, _since(_all(LISTS[request.path]), unflatten_data(request.query)))
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not key:
        return await handler(request)
    asked = await get_post_data(request)
    if key in answered:
        before, response = answered[key]
        if before != asked:
            error = {"message": "another call had this key", "type": "idempotency_error"}
            return web.json_response({"error": error}, status=400)
        return web.Response(body=response.body, content_type="application/json")
    if request.path == "/v1/refunds" and _too_much(asked):
        error = {"message": "more than was paid", "type": "invalid_request_error", "code": "charge_already_refunded"}
        return web.json_response({"error": error}, status=400)
    response = await handler(request)
    answered[key] = (asked, response)
    return response


def _too_much(asked: dict[str, Any]) -> bool:
    intent = PaymentIntent._api_retrieve(asked["payment_intent"])
    went = sum(row.amount for row in _all(Refund) if row.payment_intent == intent.id)
    went += sum(row.amount for row in _all(Dispute) if row.payment_intent == intent.id and row.status != "won")
    return went + int(asked["amount"]) > intent.amount


def main(port: int) -> None:
    app.middlewares.append(gaps)
    app.router.add_post("/v1/checkout/sessions", sessions)
    app.router.add_get("/v1/checkout/sessions/{id}", session)
    app.router.add_post("/v1/checkout/sessions/{id}/expire", expire)
    app.router.add_get("/v1/disputes", disputes)
    app.router.add_get("/v1/disputes/{id}", one_dispute)
    app.router.add_post("/_config/disputes", dispute)
    app.router.add_post("/_config/faults", arrange)
    app.router.add_post("/_config/forget", forget)
    app.router.add_get("/_config/pay/{id}", page)
    app.router.add_post("/_config/pay/{id}", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""The twin's page and its calls: every way in which a payment can go, as a vendor would do it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from house.gateways.payments import get_gateway
from house.gateways.payments.twin import errands
from house.gateways.payments.twin.models import TwinFault, TwinPayment, TwinRefund

pytestmark = pytest.mark.django_db
ASK = {"key": "checkout:a", "amount": 1000_00, "currency": "ILS", "description": "ארון", "return_url": "/back/"}


@pytest.fixture
def payment() -> TwinPayment:
    get_gateway().start(**ASK)
    return TwinPayment.objects.get()


def deferred() -> list[tuple[str, dict]]:
    return list(ProcrastinateJob.objects.filter(queue_name="twin").order_by("id").values_list("task_name", "args"))


def press(payment: TwinPayment, answer: str):
    return Client().post(f"/twin/{payment.ref}/{answer}/")


@pytest.mark.parametrize(
    ("answer", "states", "calls"),
    [
        ("approve", ["paid"], ["twin.call"]),
        ("decline", ["declined"], ["twin.call"]),
        ("hang", ["open"], []),
        ("silent", ["paid"], []),
        ("late", ["open"], ["twin.settle_later"]),
        ("very-late", ["open"], ["twin.settle_later"]),
        ("charge-twice", ["paid", "paid"], ["twin.call", "twin.call"]),
    ],
)
def test_each_button_does_what_it_says(payment, answer, states, calls):
    response = press(payment, answer)
    assert (response.status_code, response["Location"]) == (302, "/back/")
    assert list(TwinPayment.objects.order_by("pk").values_list("state", flat=True)) == states
    assert [name for name, _ in deferred()] == calls


def test_a_payment_that_is_told_several_times_is_one_payment_under_several_ids(payment):
    press(payment, "twice")
    events = [args["event"] for _, args in deferred()]
    assert (len(events), len({event["id"] for event in events})) == (3, 2)  # one of them word for word
    assert {event["ref"] for event in events} == {payment.ref}


def test_a_second_press_changes_nothing(payment):
    for answer in ("approve", "approve", "decline"):
        press(payment, answer)
    assert TwinPayment.objects.get().state == "paid"
    assert len(deferred()) == 1


def test_the_page_asks_once_and_then_says_how_it_went(payment):
    assert "1,000" in Client().get(f"/twin/{payment.ref}/").content.decode()
    press(payment, "approve")
    assert Client().get(f"/twin/{payment.ref}/").status_code == 200
    assert Client().get("/twin/tw_none/").status_code == 404
    assert press(payment, "whatever").status_code == 404


def test_the_bank_that_thought_for_a_while_approves(payment):
    errands.settle_later(payment.ref)
    errands.settle_later(payment.ref)
    assert TwinPayment.objects.get().state == "paid"
    assert len(deferred()) == 1


class Market(BaseHTTPRequestHandler):
    """Where the twin calls: notes what came, answers what it was told to."""

    heard: list[tuple[str, dict, bytes]] = []
    answer = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, dict(self.headers), body))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def market(settings):
    server = HTTPServer(("127.0.0.1", 0), Market)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TWIN_CALLS = f"http://127.0.0.1:{server.server_port}"
    Market.heard, Market.answer = [], 204
    yield Market
    server.shutdown()
    server.server_close()


def test_a_call_is_signed_and_readable(market):
    told = {"id": "ev_1", "kind": "paid", "ref": "r", "key": "k", "amount": 5, "currency": "ILS", "fee": 1}
    errands.call(told)
    ((path, headers, body),) = market.heard
    event = get_gateway("local").read_hook(headers, body, now=timezone.now())
    assert (path, event.event_id, json.loads(body)) == ("/hooks/local/", "ev_1", told)


def test_an_answer_that_is_no_yes_is_for_the_queue_to_try_again(market):
    market.answer = 500
    with pytest.raises(OSError, match="500"):
        errands.call({"id": "ev_1"})


def test_names_for_the_admin(payment):
    refund = TwinRefund(key="r1", payment=payment, amount=1)
    assert [str(each) for each in (payment, refund, TwinFault(operation="start", kind="slow"))] == [
        payment.ref,
        "r1",
        "start slow",
    ]

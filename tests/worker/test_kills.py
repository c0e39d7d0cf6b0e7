"""kill -9 in the middle of paying, releasing and refunding: nothing is lost and nothing happens twice."""

import json
import random
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from house.gateways.payments import HookEvent
from house.gateways.payments.twin import books, signing
from house.gateways.payments.twin.models import TwinPayment, TwinRefund
from house.ledger.models import Transfer
from house.notices.models import Notice
from house.orders.actions import requests
from house.orders.models import Deadline, Earning, Order, Stage
from house.orders.proof import prove
from house.payments import actions as payments
from house.payments.models import Checkout, GatewayEvent, Refund
from house.worker.timetable import rescue_stalled
from tests import make
from tests.orders.racing import empty_queue

from .processes import Process, free_port, until

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]
ROUNDS = 10
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}


@pytest.fixture(autouse=True)
def queue(transactional_db):
    empty_queue()
    yield
    empty_queue()


@pytest.fixture
def now() -> datetime:
    """The processes read the real clock."""
    return datetime.now(UTC)


def paying(offer, noa, now) -> Checkout:
    """A checkout that its client has paid at the gateway."""
    row = make.checkout(offer, noa, now)
    row = payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    books.settle(row.gateway_ref, "paid")
    return row


def told(row: Checkout, now) -> None:
    """The gateway's word has come in; an errand is to apply it."""
    payment = TwinPayment.objects.get(ref=row.gateway_ref)
    word = HookEvent(**{("event_id" if key == "id" else key): value for key, value in books.event(payment).items()})
    payments.store_event(word, gateway="local", raw="{}", now=now)


def placed(offer, noa, now) -> Order:
    row = paying(offer, noa, now)
    make.hear(row, now, event=f"placed {row.pk}")
    return Order.objects.get(checkout=row)


def work_for_one_round(offer, noa, amir, now) -> None:
    """Three payments to apply, two deliveries whose silence has decided, one refund to send."""
    for _ in range(3):
        told(paying(offer, noa, now), now)
    for _ in range(2):
        order = placed(offer, noa, now - timedelta(days=5))
        make.deliver(order, now - timedelta(days=4))
    order = placed(offer, noa, now)
    requests.consent(requests.ask_cancellation(make.stage(order), **WORDS, by=amir, now=now), by=noa, now=now)


def waiting() -> int:
    """What is still to be done."""
    due = Deadline.objects.filter(done_at=None, try_at__lte=datetime.now(UTC)).count()
    return due + GatewayEvent.objects.filter(applied_at=None).count() + Refund.objects.filter(state="asked").count()


def jobs(*states: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status::text = ANY(%s)", [list(states)])
        return cursor.fetchone()[0]


def breathing() -> int:
    """Workers that listen to signals, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s'")
        return cursor.fetchone()[0]


def rescue() -> int:
    """The chore of the timetable, as if the dead had been silent for a minute."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")
    return async_to_sync(rescue_stalled)()


def test_ten_workers_killed_at_work_and_an_eleventh_that_finishes(noa, amir, now, tmp_path):
    """DEC-12, DEC-30, DEC-31: paying, releasing and refunding, stopped at any moment."""
    chance = random.Random()
    offer = make.offer(amir, now - timedelta(days=10))
    for _ in range(ROUNDS):
        work_for_one_round(offer, noa, amir, now)
        before = waiting()
        worker = Process(tmp_path, "django", "work")
        until(lambda: jobs("doing") or waiting() < before)  # noqa: B023 - called in this round only
        time.sleep(chance.uniform(0, 0.5))
        worker.kill()
        rescue()
    fresh = Process(tmp_path, "django", "work")
    until(lambda: not waiting() and not jobs("todo", "doing") and breathing())
    assert fresh.stop() == 0
    assert_nothing_lost_and_nothing_doubled()


def assert_nothing_lost_and_nothing_doubled() -> None:
    assert jobs("todo", "doing", "failed") == 0
    assert Checkout.objects.exclude(state="paid").count() == 0
    assert Order.objects.count() == Checkout.objects.count() == ROUNDS * 6
    assert Order.objects.filter(state="completed").count() == Earning.objects.count() == ROUNDS * 2
    assert Order.objects.filter(state="cancelled").count() == TwinRefund.objects.count() == ROUNDS
    assert Refund.objects.filter(state="done").count() == ROUNDS
    assert Transfer.objects.filter(kind="paid").count() == ROUNDS * 6
    assert Transfer.objects.filter(kind="release").count() == ROUNDS * 2
    for order in Order.objects.filter(state="completed"):
        assert order.events.filter(step="accept").count() == 1
    assert Notice.objects.filter(mailed_at=None).count() == 0
    assert prove().faults == []


def post(port: int, body: bytes) -> None:
    """The vendor's call; what it hears does not matter to the vendor but for trying again."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/hooks/local/",
        data=body,
        headers={signing.HEADER: signing.sign(body, now=datetime.now(UTC)), "Content-Type": "application/json"},
    )
    with suppress(OSError), urllib.request.urlopen(request, timeout=5):
        pass


def serving(port: int, body: bytes) -> bool:
    """Whether the server answers; a damaged webhook is refused with 400."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/local/", data=b"{}")
    try:
        urllib.request.urlopen(request, timeout=5)
    except urllib.error.HTTPError as error:
        return error.code == 400
    except OSError:
        return False
    return True


def test_a_web_server_killed_while_webhooks_come_in(noa, amir, now, tmp_path):
    """The vendor calls again, as vendors do: each payment makes one order."""
    chance, port = random.Random(), free_port()
    offer = make.offer(amir, now)
    rows = [paying(offer, noa, now) for _ in range(12)]
    bodies = [json.dumps(books.event(TwinPayment.objects.get(ref=row.gateway_ref))).encode() for row in rows]
    arguments = ["granian", "--interface", "wsgi", "house.wsgi:application", "--port", str(port)]
    for number in range(4):
        server = Process(tmp_path, *arguments, PORT=str(port))
        until(lambda: serving(port, b"{}"))
        with ThreadPoolExecutor(6) as vendor:
            calls = [vendor.submit(post, port, body) for body in bodies * 2]
            if number < 3:
                time.sleep(chance.uniform(0, 0.15))
                server.kill()
            for call in calls:
                call.result()
    server.stop()
    assert GatewayEvent.objects.count() == len(rows)
    worker = Process(tmp_path, "django", "work")
    until(lambda: not waiting() and not jobs("todo", "doing"))
    worker.kill()
    assert Order.objects.count() == len(rows)
    assert set(GatewayEvent.objects.values_list("outcome", flat=True)) == {"paid"}
    assert prove().faults == []


def test_a_job_whose_worker_died_is_taken_up_again(noa, amir, now, tmp_path):
    """Its worker's heart has stopped; one that still breathes keeps its job."""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '41 s'), (now() - interval '20 s') RETURNING id"
        )
        dead, alive = (row[0] for row in cursor.fetchall())
        cursor.execute("SELECT id FROM procrastinate_jobs ORDER BY id LIMIT 3")
        ids = [row[0] for row in cursor.fetchall()]
        for job, worker in zip(ids, (dead, alive, None), strict=True):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job]
            )
    assert async_to_sync(rescue_stalled)() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = ANY(%s) ORDER BY id", [ids])
        assert [row[0] for row in cursor.fetchall()] == ["todo", "doing", "todo"]
    assert order.state == Order.State.COMPLETED

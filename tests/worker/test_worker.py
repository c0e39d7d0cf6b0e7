"""A real worker process beside the test."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from house.gateways.payments import HookEvent
from house.gateways.payments.twin.books import event, settle
from house.notices.models import Letter, Notice
from house.orders.models import Order
from house.payments import actions as payments
from tests import make

PATIENCE = 20  # seconds


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """`manage work` on this test's database."""
    facts = connection.settings_dict
    host = facts["OPTIONS"].get("host") or facts["HOST"]
    url = f"postgres://{facts['USER']}@/{facts['NAME']}?host={host}" + (
        f"&port={facts['PORT']}" if facts["PORT"] else ""
    )
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "house.settings", "DEMO": "1"}
    env = {"SECRET_KEY": settings.SECRET_KEY, **env}
    process = subprocess.Popen([sys.executable, "-m", "django", "work"], env=env, cwd=settings.BASE)
    yield process
    process.terminate()
    process.wait(timeout=15)


@pytest.mark.kills
@pytest.mark.django_db(transaction=True)
def test_what_a_job_defers_is_deferred_in_its_own_transaction(noa, amir, now, worker):
    """A payment applied by the worker tells both sides: their letters see the notices they speak of."""
    present = timezone.now()
    row = make.checkout(make.offer(amir, present), noa, present)
    payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=present)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    row.refresh_from_db()
    paid = settle(row.gateway_ref, "paid")
    assert paid is not None
    told = event(paid)
    word = HookEvent(told["id"], told["kind"], told["ref"], told["key"], told["amount"], told["currency"], told["fee"])
    payments.store_event(word, gateway="local", raw="{}", now=present)
    end = time.monotonic() + PATIENCE
    about = Notice.objects.filter(kind__startswith="place_")
    while time.monotonic() < end and about.exclude(mailed_at=None).count() < 2:
        time.sleep(0.2)
    assert Order.objects.count() == 1
    assert about.exclude(mailed_at=None).count() == 2
    assert Letter.objects.filter(to=noa.email).count() == 1

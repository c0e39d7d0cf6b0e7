"""Blocking (BLK, AMB-15…17)."""

from datetime import timedelta

import pytest

from house.inbox.actions import open_conversation, say
from house.orders.actions import blocking, chat, work
from house.orders.actions.checkout import open_for_offer
from house.payments import actions as payments
from house.people.models import AuditEntry, Block
from house.process import Refusal

from .. import make

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db
CHOICE = {"package": 1, "quantity": 1, "extras": {}, "fast": False}


@pytest.fixture
def past(offer, noa, amir, now):
    """An order of Noa's that is over."""
    row = make.order(noa, amir, now - DAY)
    make.deliver(row, now - DAY)
    return work.accept(make.stage(row), by=noa, now=now - DAY)


@pytest.fixture
def offer(amir, now):
    return make.offer(amir, now - DAY)


def test_only_clients_who_have_ordered_can_be_blocked(offer, noa, amir, now):
    """BLK-06"""
    with pytest.raises(Refusal, match="block_never_ordered"):
        blocking.block(noa, by=amir, now=now)


def test_a_client_with_an_open_order_cannot_be_blocked(offer, noa, amir, now, past):
    """BLK-07"""
    make.order(noa, amir, now)
    with pytest.raises(Refusal, match="block_open_order"):
        blocking.block(noa, by=amir, now=now)


def test_a_payment_on_its_way_counts_as_an_open_order(offer, noa, amir, now, past):
    """BLK-07, DEC-31"""
    checkout = make.checkout(offer, noa, now)
    payments.begin(checkout, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    with pytest.raises(Refusal, match="block_open_order"):
        blocking.block(noa, by=amir, now=now)


def test_a_blocked_client_neither_writes_nor_orders(offer, noa, amir, now, past):
    """BLK-01, BLK-04, BLK-08, O-1"""
    opened = make.checkout(offer, noa, now)
    blocking.block(noa, by=amir, now=now)
    with pytest.raises(Refusal, match="blocked"):
        say(open_conversation(noa, amir, now=now), author=noa, text="שלום", now=now)
    with pytest.raises(Refusal, match="blocked"):
        open_for_offer(offer, client=noa, now=now, **CHOICE)
    with pytest.raises(Refusal, match="blocked"):
        payments.begin(opened, invoice_name="נועה", invoice_number="", terms_version="1", now=now)


def test_whoever_blocked_takes_it_back_before_writing(offer, noa, amir, now, past):
    """BLK-05, AMB-16: at once, and staff see both."""
    blocking.block(noa, by=amir, now=now)
    blocking.block(noa, by=amir, now=now)
    thread = open_conversation(noa, amir, now=now)
    with pytest.raises(Refusal, match="you_blocked"):
        say(thread, author=amir, text="שלום", now=now)
    blocking.unblock(noa, by=amir, now=now)
    say(thread, author=noa, text="שלום", now=now)
    assert not Block.objects.exists()
    deeds = AuditEntry.objects.filter(about=f"user:{noa.pk}", by=amir).order_by("pk")
    assert [entry.what for entry in deeds] == ["person_blocked", "person_unblocked"]


def test_a_client_stops_talking_to_a_provider_and_the_open_order_goes_on(offer, noa, amir, now):
    """BLK-02, AMB-15"""
    order = make.order(noa, amir, now)
    blocking.block(amir, by=noa, now=now)
    with pytest.raises(Refusal, match="blocked"):
        say(open_conversation(noa, amir, now=now), author=amir, text="שלום", now=now)
    chat.say(order, text="מגיעים מחר בבוקר", files=[], by=amir, now=now)


def test_nobody_blocks_themselves(amir, now):
    with pytest.raises(Refusal, match="block_yourself"):
        blocking.block(amir, by=amir, now=now)


def test_the_conversation_says_so_and_offers_the_way_back(offer, noa, amir, amir_web, now, past):
    """BLK-03, BLK-05, AMB-16"""
    path = f"/inbox/{open_conversation(noa, amir, now=now).pk}/"
    assert amir_web.post(f"{path}block/").status_code == 302
    said = amir_web.get(path).content.decode()
    assert "חסמת את הצד השני" in said
    assert 'name="text"' not in said
    assert amir_web.post(f"{path}unblock/").status_code == 302
    assert 'name="text"' in amir_web.get(path).content.decode()

"""One page, one checkout; another choice under the same token is another checkout (DEC-31)."""

from datetime import timedelta

import pytest

from house.payments import actions as payments
from house.payments.models import Checkout
from house.process import Refusal
from tests import make

TOKEN = "c" * 22


@pytest.fixture
def offer(amir, now):
    return make.offer(amir, now, packages=3)


def test_the_same_choice_is_the_same_checkout(offer, noa, now):
    first = make.checkout(offer, noa, now, token=TOKEN)
    again = make.checkout(offer, noa, now + timedelta(minutes=1), token=TOKEN)
    assert (first.pk, again.opened_at) == (again.pk, now)


def test_going_back_and_choosing_another_package_buys_that_package(offer, noa, now):
    first = make.checkout(offer, noa, now, token=TOKEN)
    other = make.checkout(offer, noa, now, token=TOKEN, package=3)
    assert (other.amount, other.terms["package"]["position"]) == (3000_00, 3)
    assert make.checkout(offer, noa, now, token=TOKEN, package=3).pk == other.pk
    assert make.checkout(offer, noa, now, token=TOKEN).pk == first.pk


def test_the_page_of_a_paid_checkout_buys_nothing_more(offer, noa, now):
    row = make.checkout(offer, noa, now, token=TOKEN)
    make.pay(row, now)
    again = make.checkout(offer, noa, now, token=TOKEN)
    assert again.pk == row.pk
    with pytest.raises(Refusal, match="checkout_over"):
        payments.begin(again, invoice_name="נועה", invoice_number="", terms_version="1", now=now)


def test_a_retry_that_was_declined_as_well_leads_to_the_next_one(offer, noa, now):
    row = make.checkout(offer, noa, now, token=TOKEN)
    make.pay(row, now, kind="declined")
    row.refresh_from_db()
    second = payments.try_again(row, now=now)
    make.pay(second, now, kind="declined")
    third = payments.try_again(row, now=now)
    assert third.state == Checkout.State.OPEN
    assert len({row.pk, second.pk, third.pk}) == 3


def test_a_retry_that_was_paid_is_not_paid_again(offer, noa, now):
    row = make.checkout(offer, noa, now, token=TOKEN)
    make.pay(row, now, kind="declined")
    row.refresh_from_db()
    make.pay(payments.try_again(row, now=now), now)
    assert payments.try_again(row, now=now).state == Checkout.State.PAID
    assert Checkout.objects.count() == 2

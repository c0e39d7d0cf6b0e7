"""A refund that the gateway refuses has two ways out, and the books follow where the money went (DEC-38)."""

import pytest

from house.gateways.payments.twin import books
from house.gateways.payments.twin.models import TwinPayment
from house.ledger.actions import Kind, balance
from house.orders.actions import requests
from house.payments.actions import send_refund
from house.payments.actions.failed import settle_otherwise, try_again
from house.payments.models import Refund
from house.people.models import AuditEntry, User
from house.process import Refusal
from house.treasury.proof import prove
from tests import make, persons

pytestmark = pytest.mark.django_db
WHY = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"


@pytest.fixture
def finance(now) -> User:
    return persons.staff("ora", "אורה", "שמש", now, "finance")


@pytest.fixture
def refused(noa, amir, now) -> Refund:
    """The order is cancelled, and the gateway knows of no payment to return."""
    order = make.order(noa, amir, now)
    asked = requests.ask_cancellation(make.stage(order), reason="other", explanation=WHY, by=amir, now=now)
    requests.consent(asked, by=noa, now=now)
    row = send_refund(Refund.objects.get().pk, now=now)
    assert row.state == "failed"
    return row


def test_it_is_asked_once_more_with_the_same_key(refused, finance, now):
    books.settle(refused.payment_ref, "paid")
    try_again(refused, by=finance, now=now)
    assert send_refund(refused.pk, now=now).state == "done"
    assert TwinPayment.objects.get(ref=refused.payment_ref).refunded == refused.amount
    assert prove().faults == []


@pytest.mark.parametrize(("how", "kind"), [("transfer", Kind.BANK), ("chargeback", Kind.LOSS)])
def test_it_went_another_way_and_the_books_say_which(refused, finance, now, how, kind):
    settle_otherwise(refused, how=how, why="העברה 4471", by=finance, now=now)
    assert balance(Kind.GATEWAY) == -refused.amount, "the money is there still"
    assert balance(kind) == refused.amount
    assert Refund.objects.get().state == "settled"
    entry = AuditEntry.objects.get(what="refund_settled")
    assert (entry.by, entry.why, entry.data["how"]) == (finance, "העברה 4471", how)
    assert prove().faults == []
    assert send_refund(refused.pk, now=now).state == "settled", "an errand that runs late does nothing"


def test_what_is_refused(refused, amir, finance, now):
    for how, why, by, code in (
        ("transfer", " ", finance, "reason_missing"),
        ("magic", "כי כן", finance, "unknown_reason"),
        ("transfer", "כי כן", amir, "wrong_party"),
    ):
        with pytest.raises(Refusal, match=code):
            settle_otherwise(refused, how=how, why=why, by=by, now=now)
    with pytest.raises(Refusal, match="wrong_party"):
        try_again(refused, by=amir, now=now)
    settle_otherwise(refused, how="transfer", why="הועבר", by=finance, now=now)
    for act in (try_again, lambda row, **who: settle_otherwise(row, how="transfer", why="שוב", **who)):
        with pytest.raises(Refusal, match="wrong_state"):
            act(refused, by=finance, now=now)

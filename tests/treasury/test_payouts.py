"""Withdrawals and batches (DEC-12, DEC-20, DEC-37): never more than there is, two people above a limit, returns."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from house import policy
from house.ledger.actions import Kind, balance
from house.people.models import AuditEntry, Role, User
from house.process import Party, Refusal
from house.treasury import batches, payouts
from house.treasury.banks import is_bank_account, is_id_number, set_bank_account
from house.treasury.models import BankAccount, Batch, Payout
from house.treasury.process import BATCH, PAYOUT
from house.treasury.proof import prove
from tests import persons
from tests.orders.racing import at_once

from .banking import ACCOUNT, DAY, DETAILS, ID_NUMBER, OTHER, earned, with_bank

pytestmark = pytest.mark.django_db
P, B = Payout.State, Batch.State


@pytest.fixture
def rich(noa, amir, now) -> User:
    """Eight hundred shekels cleared, and an account that has rested."""
    earned(noa, amir, now)
    with_bank(amir, now)
    return amir


@pytest.fixture
def finance(now) -> User:
    return persons.staff("ora", "אורה", "", now, Role.FINANCE)


@pytest.fixture
def second(now) -> User:
    return persons.staff("gil", "גיל", "", now, Role.FINANCE)


def books(provider: User) -> tuple[int, int, int]:
    return balance(Kind.CLEARED, provider), balance(Kind.PAYOUT, provider), balance(Kind.BANK)


def paid_out(provider: User, finance: User, now) -> Payout:
    row = payouts.withdraw(provider, amount=300_00, now=now)
    batch = batches.collect(by=finance, now=now)
    batches.approve(batch, by=finance, now=now)
    batches.send(batch, by=finance, now=now)
    return Payout.objects.get(pk=row.pk)


# --- bank details


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("000000018", True),
        ("000000019", False),
        ("000000000", False),
        ("18", False),
        ("٠٠٠٠٠٠٠١٨", False),
        ("12345678a", False),
    ],
)
def test_an_id_number_has_its_check_digit(number, right):
    assert is_id_number(number) is right


def test_of_ten_last_digits_one_is_right():
    assert sum(is_id_number(f"{ID_NUMBER[:8]}{digit}") for digit in range(10)) == 1


def test_leumis_own_example_passes():
    """The example that the bank clearing house's rules print."""
    assert is_bank_account(10, 936, "07869660")
    assert not is_bank_account(10, 936, "07869661")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"holder": "\u200b"}, "holder_missing"),
        ({"id_number": "123456789"}, "bad_id_number"),
        ({"account": "123457" if ACCOUNT != "123457" else "123458"}, "bad_bank_account"),
        ({"bank": 99}, "bad_bank_account"),
        ({"branch": 0}, "bad_bank_account"),
        ({"branch": 1000}, "bad_bank_account"),
        ({"account": "1234567890"}, "bad_bank_account"),
        ({"account": "²²²²²²"}, "bad_bank_account"),
        ({"account": ""}, "bad_bank_account"),
    ],
)
def test_details_that_cannot_be_are_refused(amir, now, changes, code):
    with pytest.raises(Refusal, match=code):
        set_bank_account(amir, **{**DETAILS, **changes}, now=now)
    assert not BankAccount.objects.exists()


def test_a_changed_account_is_told_and_rests(rich, now):
    """A stolen password brings no money at once."""
    set_bank_account(rich, **{**DETAILS, "account": OTHER}, now=now)
    notice = rich.notices.get(kind="bank_changed", at=now)
    assert OTHER[-3:] in str(notice.data) and OTHER not in str(notice.data)
    with pytest.raises(Refusal, match="bank_account_new"):
        payouts.withdraw(rich, amount=100_00, now=now + policy.BANK_ACCOUNT_RESTS - timedelta(milliseconds=1))
    assert payouts.withdraw(rich, amount=100_00, now=now + policy.BANK_ACCOUNT_RESTS).account == OTHER


# --- withdrawing


def test_cleared_money_is_withdrawn_paid_and_told(rich, finance, now):
    """DEC-12"""
    row = payouts.withdraw(rich, amount=300_00, now=now)
    assert books(rich) == (500_00, 300_00, 0)
    batch = batches.collect(by=finance, now=now)
    assert (batch.total, batch.payouts.get()) == (300_00, row)
    assert batches.approve(batch, by=finance, now=now).state == B.APPROVED
    assert books(rich) == (500_00, 300_00, 0)
    batches.send(batch, by=finance, now=now)
    row.refresh_from_db()
    assert (row.state, books(rich)) == (P.SENT, (500_00, 0, 300_00))
    assert rich.notices.filter(kind="payout_sent").count() == 1
    assert [entry.what for entry in AuditEntry.objects.filter(about=f"batch:{batch.pk}").order_by("pk")] == [
        "batch_collected",
        "batch_approved",
        "batch_sent",
    ]
    assert prove(chains=False).faults == []


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (policy.WITHDRAWAL_MIN - 1, "withdrawal_too_small"),
        (800_01, "more_than_cleared"),
        (0, "withdrawal_too_small"),
        (-500_00, "withdrawal_too_small"),
    ],
)
def test_a_sum_that_cannot_be_is_refused(rich, now, amount, code):
    with pytest.raises(Refusal, match=code):
        payouts.withdraw(rich, amount=amount, now=now)
    assert books(rich) == (800_00, 0, 0)


def test_the_last_agora_can_be_withdrawn(rich, now):
    payouts.withdraw(rich, amount=800_00, now=now)
    assert books(rich) == (0, 800_00, 0)


def test_money_that_has_not_cleared_stays(noa, amir, now):
    """DEC-12"""
    earned(noa, amir, now)
    with_bank(amir, now)
    with pytest.raises(Refusal, match="more_than_cleared"):
        payouts.withdraw(amir, amount=800_01, now=now)


def test_without_an_account_nothing_is_paid(noa, amir, now):
    earned(noa, amir, now)
    with pytest.raises(Refusal, match="no_bank_account"):
        payouts.withdraw(amir, amount=100_00, now=now)


def test_who_sells_nothing_has_nothing_to_withdraw(dana, now):
    with pytest.raises(Refusal, match="not_a_provider"):
        set_bank_account(dana, **DETAILS, now=now)
    with pytest.raises(Refusal, match="not_a_provider"):
        payouts.withdraw(dana, amount=100_00, now=now)


@pytest.mark.parametrize(("standing", "code"), [("suspended", ""), ("blocked", "earnings_held")])
def test_a_suspended_provider_may_withdraw_a_blocked_one_may_not(rich, now, standing, code):
    """DEC-37"""
    User.objects.filter(pk=rich.pk).update(standing=standing)
    user = User.objects.get(pk=rich.pk)
    if code:
        with pytest.raises(Refusal, match=code):
            payouts.withdraw(user, amount=100_00, now=now)
    else:
        assert payouts.withdraw(user, amount=100_00, now=now).state == P.WAITING


def test_what_waits_is_not_collected_for_a_blocked_provider(rich, finance, now):
    """DEC-37: finance holds the earnings."""
    payouts.withdraw(rich, amount=100_00, now=now)
    User.objects.filter(pk=rich.pk).update(standing="blocked")
    with pytest.raises(Refusal, match="nothing_to_pay_out"):
        batches.collect(by=finance, now=now)


def test_a_withdrawal_is_taken_back_only_while_it_waits(rich, dana, finance, now):
    row = payouts.withdraw(rich, amount=300_00, now=now)
    with pytest.raises(Refusal, match="stranger"):
        payouts.take_back(row, by=dana, now=now)
    payouts.take_back(row, by=rich, now=now)
    assert books(rich) == (800_00, 0, 0)
    with pytest.raises(Refusal, match="wrong_state"):
        payouts.take_back(row, by=rich, now=now)
    other = payouts.withdraw(rich, amount=300_00, now=now)
    batches.collect(by=finance, now=now)
    with pytest.raises(Refusal, match="wrong_state"):
        payouts.take_back(other, by=rich, now=now)
    assert prove(chains=False).faults == []


@pytest.mark.django_db(transaction=True)
def test_twenty_withdrawals_at_once_take_what_there_is(noa, amir, now):
    """Payout larger than the balance: eight of a hundred, never nine."""
    earned(noa, amir, now)
    with_bank(amir, now)
    outcome = at_once([partial(payouts.withdraw, amir, amount=100_00, now=now)] * 20)
    assert outcome == {"done": 8, "more_than_cleared": 12}
    assert books(amir) == (0, 800_00, 0)


# --- batches


@pytest.mark.parametrize(("limit", "needed"), [(300_00, 1), (299_99, 2)])
def test_two_people_approve_what_is_above_the_limit(rich, finance, second, now, monkeypatch, limit, needed):
    """DEC-20: exactly the limit is one person's."""
    monkeypatch.setattr(policy, "BATCH_TWO_ABOVE", limit)
    payouts.withdraw(rich, amount=300_00, now=now)
    batch = batches.collect(by=finance, now=now)
    state = batches.approve(batch, by=finance, now=now).state
    assert state == (B.APPROVED if needed == 1 else B.COLLECTED)
    if needed == 2:
        with pytest.raises(Refusal, match="approved_before"):
            batches.approve(batch, by=finance, now=now)
        with pytest.raises(Refusal, match="wrong_state"):
            batches.send(batch, by=finance, now=now)
        assert batches.approve(batch, by=second, now=now).state == B.APPROVED


@pytest.mark.django_db(transaction=True)
def test_one_person_twice_at_once_is_one_person(noa, amir, now, monkeypatch):
    monkeypatch.setattr(policy, "BATCH_TWO_ABOVE", 0)
    earned(noa, amir, now)
    with_bank(amir, now)
    finance = persons.staff("ora", "אורה", "", now, Role.FINANCE)
    payouts.withdraw(amir, amount=300_00, now=now)
    batch = batches.collect(by=finance, now=now)
    outcome = at_once([partial(batches.approve, batch, by=finance, now=now)] * 4)
    assert outcome == {"done": 1, "approved_before": 3}
    assert Batch.objects.get().state == B.COLLECTED


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_sent_once(noa, amir, now):
    """However many press."""
    earned(noa, amir, now)
    with_bank(amir, now)
    finance = persons.staff("ora", "אורה", "", now, Role.FINANCE)
    payouts.withdraw(amir, amount=300_00, now=now)
    batch = batches.collect(by=finance, now=now)
    batches.approve(batch, by=finance, now=now)
    assert at_once([partial(batches.send, batch, by=finance, now=now)] * 6) == {"done": 1, "wrong_state": 5}
    assert books(amir) == (500_00, 0, 300_00)


def test_a_batch_is_taken_apart_before_it_is_sent(rich, finance, now):
    payouts.withdraw(rich, amount=300_00, now=now)
    batch = batches.collect(by=finance, now=now)
    batches.approve(batch, by=finance, now=now)
    with pytest.raises(Refusal, match="reason_missing"):
        batches.drop(batch, why=" ", by=finance, now=now)
    batches.drop(batch, why="תאריך שגוי", by=finance, now=now)
    assert Payout.objects.get().state == P.WAITING
    assert batches.collect(by=finance, now=now).payouts.count() == 1
    assert prove(chains=False).faults == []


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MODERATOR, Role.REVIEWER, Role.EDITOR])
def test_only_finance_moves_money(rich, finance, now, role):
    """DEC-20"""
    other = persons.staff("other", "אחרת", "", now, role)
    sent = paid_out(rich, finance, now)
    payouts.withdraw(rich, amount=300_00, now=now)
    with pytest.raises(Refusal, match="wrong_party"):
        batches.collect(by=other, now=now)
    batch = batches.collect(by=finance, now=now)
    with pytest.raises(Refusal, match="wrong_party"):
        batches.approve(batch, by=other, now=now)
    with pytest.raises(Refusal, match="wrong_party"):
        payouts.come_back(sent, why="חשבון סגור", by=other, now=now)


def test_a_batch_that_is_over_takes_no_step(rich, finance, second, now):
    """DEC-20"""
    batch = paid_out(rich, finance, now).batch
    for act in (batches.approve, batches.send, partial(batches.drop, why="תאריך שגוי")):
        with pytest.raises(Refusal, match="wrong_state"):
            act(batch, by=second, now=now)


# --- what comes back


def test_a_payout_that_the_bank_returned_is_money_again(rich, finance, now):
    """Returned by the bank after success: it does not read as settled."""
    row = paid_out(rich, finance, now)
    with pytest.raises(Refusal, match="reason_missing"):
        payouts.come_back(row, why="", by=finance, now=now + DAY)
    payouts.come_back(row, why="חשבון סגור", by=finance, now=now + DAY)
    row.refresh_from_db()
    assert (row.state, row.why, books(rich)) == (P.RETURNED, "חשבון סגור", (800_00, 0, 0))
    assert rich.notices.filter(kind="payout_returned").count() == 1
    with pytest.raises(Refusal, match="wrong_state"):
        payouts.come_back(row, why="שוב", by=finance, now=now + DAY)
    with pytest.raises(Refusal, match="bank_account_refused"):
        payouts.withdraw(rich, amount=100_00, now=now + DAY)
    set_bank_account(rich, **{**DETAILS, "account": OTHER}, now=now + DAY)
    assert payouts.withdraw(rich, amount=100_00, now=now + 10 * DAY).state == P.WAITING
    assert prove(chains=False).faults == []


def test_later_bank_details_change_no_payment_under_way(rich, finance, now):
    row = payouts.withdraw(rich, amount=300_00, now=now)
    set_bank_account(rich, **{**DETAILS, "account": OTHER}, now=now)
    assert Payout.objects.get(pk=row.pk).account == ACCOUNT


def test_what_is_paid_is_in_a_batch(rich, now):
    with pytest.raises(IntegrityError, match="what_is_paid_is_in_a_batch"), transaction.atomic():
        Payout.objects.create(provider=rich, amount=1, asked_at=now, state=P.SENT, **DETAILS)


PAYOUT_TABLE = {
    "take_back": ("provider", ("waiting",), "taken_back"),
    "collect": ("staff", ("waiting",), "batched"),
    "drop": ("staff", ("batched",), "waiting"),
    "send": ("staff", ("batched",), "sent"),
    "come_back": ("staff", ("sent",), "returned"),
}
BATCH_TABLE = {
    "approve": ("staff", ("collected",), "approved"),
    "drop": ("staff", ("collected", "approved"), "dropped"),
    "send": ("staff", ("approved",), "sent"),
}


@pytest.mark.parametrize(("process", "table", "states"), [(PAYOUT, PAYOUT_TABLE, P), (BATCH, BATCH_TABLE, B)])
def test_the_tables_say_exactly_this(process, table, states):
    assert {str(step) for step in process.rules} == set(table)
    for step, (who, starts, end) in table.items():
        for state in states:
            for party in Party:
                allowed = party == who and state in starts
                assert process.allows(step, state=state, party=party) == allowed
                assert not allowed or process.path(step, state=state) == end

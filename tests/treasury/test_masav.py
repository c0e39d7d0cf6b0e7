"""The bank file, beside an open implementation of the same format."""

from datetime import date, datetime

import pytest
from masav import MasavPayingInstitute, MasavPaymentDetails

from house.treasury.masav import WIDTH, Sender, bank_file
from house.treasury.models import Payout

SENDER = Sender("12345678", "98765", "Build In House Ltd")
PAY_ON, MADE_ON = date(2026, 11, 25), date(2026, 11, 23)
ROWS = [
    ("אמיר לוי", "000000018", 12, 600, "123457", 300_00),
    ("Leto II Atreides", "123456782", 31, 51, "283487", 1346_37),
    ("שם ארוך מאוד של חברה בעירבון מוגבל", "516179157", 10, 936, "7869660", 1_999_999_99),
    ("ץ ך ף ן ם", "000000018", 4, 1, "1", 1),
]


def payouts() -> list[Payout]:
    names = ("holder", "id_number", "bank", "branch", "account", "amount")
    return [Payout(pk=number, **dict(zip(names, row, strict=True))) for number, row in enumerate(ROWS, start=1)]


def ours(rows: list[Payout]) -> bytes:
    return bank_file(rows, sender=SENDER, pay_on=PAY_ON, made_on=MADE_ON, serial=7)


def theirs(rows: list[Payout], folder) -> bytes:
    paid = [
        MasavPaymentDetails(row.amount / 100, row.bank, row.branch, row.account, row.id_number, row.holder, row.pk)
        for row in rows
    ]
    file = folder / "masav.bin"
    days = (datetime(day.year, day.month, day.day) for day in (PAY_ON, MADE_ON))
    MasavPayingInstitute(SENDER.institution, SENDER.name, SENDER.sender).create_payment_file(
        file, paid, payment_date=next(days), serial_number=7, creation_date=next(days)
    )
    return file.read_bytes()


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_each_line_is_the_others(number, tmp_path):
    """Their sums are floats, so one payment a time; their last line has no end."""
    rows = payouts()[number : number + 1]
    assert ours(rows) == theirs(rows, tmp_path) + b"\r\n"


def test_every_line_has_its_width_and_the_sums_agree():
    lines = ours(payouts()).split(b"\r\n")
    assert lines.pop() == b""
    assert {len(line) for line in lines} == {WIDTH}
    assert [line[:1] for line in lines] == [b"K", b"1", b"1", b"1", b"1", b"5", b"9"]
    assert int(lines[-2][21:36]) == sum(row[-1] for row in ROWS)
    assert int(lines[-2][51:58]) == len(ROWS)


def test_a_sign_that_the_bank_does_not_know_breaks_no_line():
    rows = payouts()
    rows[0].holder = "אמיר 😀 – לוי"
    assert {len(line) for line in ours(rows).split(b"\r\n")[:-1]} == {WIDTH}

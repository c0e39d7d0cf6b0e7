"""The Israeli bank file (MASAV): lines of 128 characters, ended by CRLF; amounts in agorot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .models import Payout

WIDTH = 128
CURRENCY = "00"
NAME, INSTITUTION_NAME = 16, 30


@dataclass(frozen=True)
class Sender:
    """Who pays: the numbers come from the bank, through the operator's settings."""

    institution: str  # up to 8 digits
    sender: str  # up to 5 digits
    name: str  # in Latin letters


def _letters(name: str) -> bytes:
    """A payee's name in "code B": Hebrew as one byte a letter (alef is 128), all of it in reversed order."""
    shown = name[:NAME].rjust(NAME)
    return shown.encode("cp862", "replace")[::-1]


def _line(*parts: str | bytes) -> bytes:
    row = b"".join(part if isinstance(part, bytes) else part.encode("ascii") for part in parts)
    assert len(row) == WIDTH, f"a line of {len(row)} characters"
    return row + b"\r\n"


def _header(sender: Sender, pay_on: date, made_on: date, serial: int) -> bytes:
    name = sender.name.encode("ascii", "replace").decode()[:INSTITUTION_NAME].rjust(INSTITUTION_NAME)
    return _line(
        *("K", sender.institution.zfill(8), CURRENCY, f"{pay_on:%y%m%d}", "0", f"{serial % 1000:03}", "0"),
        *(f"{made_on:%y%m%d}", sender.sender.zfill(5), "0" * 6, name, " " * 56, "KOT"),
    )


def _detail(sender: Sender, row: Payout) -> bytes:
    return _line(
        *("1", sender.institution.zfill(8), CURRENCY, "0" * 6, f"{row.bank:02}", f"{row.branch:03}", "0" * 4),
        *(row.account.zfill(9), "0", row.id_number.zfill(9), _letters(row.holder), f"{row.amount:013}"),
        *(f"{row.pk:020}", "0" * 4, "0" * 4, "000", "006", "0" * 18, " " * 2),
    )


def _footer(sender: Sender, pay_on: date, serial: int, rows: Sequence[Payout]) -> bytes:
    total = sum(row.amount for row in rows)
    return _line(
        *("5", sender.institution.zfill(8), CURRENCY, f"{pay_on:%y%m%d}", "0", f"{serial % 1000:03}"),
        *(f"{total:015}", "0" * 15, f"{len(rows):07}", "0" * 7, " " * 63),
    )


def bank_file(rows: Iterable[Payout], *, sender: Sender, pay_on: date, made_on: date, serial: int) -> bytes:
    """The whole file: who pays, each payment, the sums, and a line of nines."""
    paid = list(rows)
    lines = [_header(sender, pay_on, made_on, serial), *(_detail(sender, row) for row in paid)]
    return b"".join([*lines, _footer(sender, pay_on, serial, paid), _line("9" * WIDTH)])

"""Bank details: what is verified before money goes there."""

from datetime import datetime

from django.db import transaction
from il_bank_validator import InvalidBankAccountException, validate_israeli_bank_account

from house.notices.actions import tell
from house.people.models import User
from house.process import Refusal
from house.text import clean_line, visible_length

from .models import BankAccount

# The banks that people have accounts at, by the clearing house's code.
BANKS = {
    12: "הפועלים",
    10: "לאומי",
    11: "דיסקונט",
    20: "מזרחי טפחות",
    31: "הבינלאומי",
    4: "יהב",
    9: "בנק הדואר",
    14: "אוצר החייל",
    17: "מרכנתיל דיסקונט",
    18: "וואן זירו",
    46: "מסד",
    52: "פאגי",
    54: "ירושלים",
}


def is_id_number(number: str) -> bool:
    """Nine digits of an Israeli identity or company number: weights 1, 2, 1, 2 …, digit sums, divisible by ten."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()) or not int(number):
        return False
    products = [int(digit) * (1 + place % 2) for place, digit in enumerate(number)]
    return sum(product // 10 + product % 10 for product in products) % 10 == 0


def is_bank_account(bank: int, branch: int, account: str) -> bool:
    """Whether the check digits fit this bank's rule."""
    if not (account.isascii() and account.isdigit()):
        return False
    try:
        return validate_israeli_bank_account(bank, branch, account)
    except InvalidBankAccountException:
        return False


@transaction.atomic
def set_bank_account(
    user: User, *, holder: str, id_number: str, bank: int, branch: int, account: str, now: datetime
) -> BankAccount:
    """Writes the account down and tells its owner, in case it was somebody else.

    Refusals: `not_a_provider`, `holder_missing`, `bad_id_number`, `bad_bank_account`.
    """
    if not user.is_provider:
        raise Refusal("not_a_provider")
    if visible_length(holder) < 2:
        raise Refusal("holder_missing")
    id_number, account = id_number.strip().zfill(9), account.strip()
    if not is_id_number(id_number):
        raise Refusal("bad_id_number")
    if not 1 <= branch <= 999 or len(account) > 9 or not is_bank_account(bank, branch, account):
        raise Refusal("bad_bank_account")
    words = {"holder": clean_line(holder)[:60], "id_number": id_number, "bank": bank, "branch": branch}
    row, _made = BankAccount.objects.update_or_create(
        user=user, defaults={**words, "account": account, "changed_at": now, "refused_at": None}
    )
    key = f"bank:{user.pk}:{now.isoformat()}"
    tell(user, "bank_changed", key=key, about=f"user:{user.pk}", path="/seller/payouts/", now=now, end=account[-3:])
    return row

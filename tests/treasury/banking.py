"""Bank details that a check would pass, and a provider with cleared money."""

from datetime import datetime, timedelta

from house.orders.actions.earnings import clear_due
from house.orders.models import Stage
from house.people.models import User
from house.treasury.banks import is_bank_account, is_id_number, set_bank_account
from house.treasury.models import BankAccount
from tests import make

DAY = timedelta(days=1)
ACCOUNT = next(str(number) for number in range(123_456, 999_999) if is_bank_account(12, 600, str(number)))
OTHER = next(str(number) for number in range(223_456, 999_999) if is_bank_account(12, 600, str(number)))
WRONG = next(str(number) for number in range(123_456, 999_999) if not is_bank_account(12, 600, str(number)))
ID_NUMBER = next(str(number) for number in range(12_345_678, 99_999_999) if is_id_number(str(number).zfill(9))).zfill(9)
DETAILS = {"holder": "אמיר לוי", "id_number": ID_NUMBER, "bank": 12, "branch": 600, "account": ACCOUNT}


def with_bank(provider: User, now: datetime, **changes: object) -> BankAccount:
    """An account that has rested."""
    return set_bank_account(provider, **{**DETAILS, **changes}, now=now - 30 * DAY)


def earned(client: User, provider: User, now: datetime) -> int:
    """One order of ₪1,000, accepted and cleared: 800 for the provider, in minor units."""
    make.order(client, provider, now - 40 * DAY, state=Stage.State.APPROVED)
    clear_due(now)
    return 800_00

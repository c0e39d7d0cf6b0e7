"""The treasury's tables, one file a thing."""

from .bank import BankAccount
from .membership import Membership
from .payout import Approval, Batch, Payout

__all__ = ["Approval", "BankAccount", "Batch", "Membership", "Payout"]

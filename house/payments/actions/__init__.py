"""The verbs of paying. Each locks the checkout row first; none calls the gateway inside that lock."""

from .asking import ask_back
from .books import ledger_paid
from .chargebacks import TooEarly, WhenDisputed
from .events import apply, store_event
from .expiry import expire_due
from .opening import begin, open_checkout, send_to_gateway, try_again
from .reconciling import reconcile
from .refunds import ask_refund, refund_done, send_refund

__all__ = [
    "TooEarly",
    "WhenDisputed",
    "apply",
    "ask_back",
    "ask_refund",
    "begin",
    "expire_due",
    "ledger_paid",
    "open_checkout",
    "reconcile",
    "refund_done",
    "send_refund",
    "send_to_gateway",
    "store_event",
    "try_again",
]

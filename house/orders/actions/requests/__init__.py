"""The Resolution Center (RES, CAN): one request of eight kinds, each a row of `process.ASKINGS`."""

from .answering import consent, decline, expire, withdraw
from .asking import ask, ask_cancellation
from .paying import open_for_request, paid, wait_for

__all__ = [
    "ask",
    "ask_cancellation",
    "consent",
    "decline",
    "expire",
    "open_for_request",
    "paid",
    "wait_for",
    "withdraw",
]

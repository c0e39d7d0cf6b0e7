"""Signed webhooks: HMAC-SHA256 over "timestamp.body", as vendors do it."""

from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from .. import BadHook

HEADER = "X-Twin-Signature"
TOLERANCE = timedelta(minutes=5)  # how far the sender's clock may stand from ours, either way


def _mac(timestamp: str, body: bytes) -> str:
    return salted_hmac("house.gateways.twin", timestamp.encode() + b"." + body, algorithm="sha256").hexdigest()


def sign(body: bytes, *, now: datetime) -> str:
    """The header's value: t=<seconds>,v1=<hex>."""
    timestamp = str(int(now.timestamp()))
    return f"t={timestamp},v1={_mac(timestamp, body)}"


def verify(header: str, body: bytes, *, now: datetime) -> None:
    """Raises `BadHook` unless the signature is ours and at most five minutes old or ahead (real time)."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    timestamp, given = parts.get("t", ""), parts.get("v1", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 11:
        raise BadHook("no timestamp")
    if not constant_time_compare(_mac(timestamp, body), given):
        raise BadHook("the signature is not ours")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
        raise BadHook("too old, or from the future")

"""Starts Stripe's stand-in, and does there what payers and their banks do."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import stripe

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_for_trying"
KEY = "sk_test_for_trying"


@dataclass(frozen=True)
class StandIn:
    """A running one."""

    address: str

    @property
    def settings(self) -> dict[str, str]:
        """What a market needs to pay there."""
        return {
            "PAYMENTS_GATEWAY": "stripe",
            "STRIPE_API": self.address,
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
        }

    def post(self, path: str, /, **facts: Any) -> dict[str, Any]:
        """A call of its own API or of what stands beside it."""
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, json.dumps(facts).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else {}

    def get(self, path: str) -> str:
        request = urllib.request.Request(self.address + path, headers={"Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def call_back(self, market: str) -> None:
        """Its webhooks go to this market from now on."""
        self.post("/_config/webhooks/market", url=f"{market}/hooks/stripe/", secret=SECRET)

    def answer(self, url: str, how: str = "pay") -> None:
        """The payer presses a button on the payment page."""
        opener = urllib.request.build_opener(_Stay)
        opener.open(url, urllib.parse.urlencode({"how": how}).encode(), timeout=30)

    def fault(self, path: str, status: int = 500, **facts: Any) -> None:
        """The next call of this path goes wrong; with `after`, when it has been carried out."""
        self.post("/_config/faults", path=path, status=status, **facts)

    def dispute(self, payment: str, amount: int, status: str = "needs_response", tell: str = "") -> dict[str, Any]:
        """A bank takes what was paid, or decides."""
        return self.post("/_config/disputes", payment=payment, amount=amount, status=status, tell=tell)


class _Stay(urllib.request.HTTPRedirectHandler):
    """The way back to the market is for browsers."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        return None

    def http_error_303(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


@contextlib.contextmanager
def stand_in() -> Iterator[StandIn]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen([sys.executable, "-m", "tests.gateways.stand_in", str(port)], cwd=ROOT)
    try:
        for _each in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield StandIn(f"http://127.0.0.1:{port}")
    finally:
        child.terminate()
        child.wait(10)


def signed(body: bytes, at: datetime, secret: str = SECRET) -> str:
    """The header that Stripe sends with a webhook."""
    moment = int(at.timestamp())
    mac = stripe.WebhookSignature._compute_signature(f"{moment}.{body.decode()}", secret)
    return f"t={moment},v1={mac}"

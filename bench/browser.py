"""A client that keeps its connection, counts bytes and times answers. It believes only what it expects."""

import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from .counting import HEADER, STATEMENTS, TRANSACTIONS


class Unexpected(Exception):
    """Another status than the one that was meant: the figures would be of something else."""


@dataclass
class Answer:
    status: int
    body: bytes
    headers: http.client.HTTPMessage


@dataclass
class Browser:
    """One keep-alive connection to a server, with the cookies that every request carries."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    counting: bool = False
    times: list[float] = field(default_factory=list)
    bytes: int = 0
    statements: int = 0
    transactions: int = 0

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def forget(self) -> None:
        """Begins the tally anew."""
        self.times, self.bytes, self.statements, self.transactions = [], 0, 0, 0

    def get(self, path: str, status: int = 200) -> Answer:
        return self._ask("GET", path, None, {}, status)

    def post(self, path: str, data: dict[str, str] | bytes = b"", status: int = 302, **headers: str) -> Answer:
        """A form as browsers send it, or a raw body; with the token that forms carry."""
        body = data if isinstance(data, bytes) else urlencode(data).encode()
        kind = {} if isinstance(data, bytes) else {"Content-Type": "application/x-www-form-urlencoded"}
        token = {"X-CSRFToken": self.cookies["csrftoken"]} if "csrftoken" in self.cookies else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask("POST", path, body, {**kind, **token, **named}, status)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.counting:
            headers[HEADER] = "1"
        began = time.perf_counter()
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        content = answer.read()
        self.times.append(time.perf_counter() - began)
        if answer.status != status:
            raise Unexpected(f"{method} {path} answered {answer.status}: {content[:300].decode('utf-8', 'replace')}")
        self.bytes += len(content)
        self.statements += int(answer.headers.get(STATEMENTS, 0))
        self.transactions += int(answer.headers.get(TRANSACTIONS, 0))
        return Answer(answer.status, content, answer.headers)

"""A client that keeps its connection, counts bytes and times answers. It believes only what it expects."""

import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from .counting import HEADER, STATEMENTS, TRANSACTIONS

SAFE = "/?=&%+"  # the rest of an address is Hebrew


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
    weight: int = 0  # bytes of all bodies
    statements: int = 0
    transactions: int = 0

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def forget(self) -> None:
        """Begins the tally anew, on a new connection: the server ends one that was silent for long."""
        self._line.close()
        self.times, self.weight, self.statements, self.transactions = [], 0, 0, 0

    def get(self, path: str, status: int = 200) -> Answer:
        return self._ask("GET", path, None, self._cookie(), status)

    def post(self, path: str, form: dict[str, str], status: int = 302) -> Answer:
        """A form as people's browsers send it, with its token."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.cookies["csrftoken"]}
        return self._ask("POST", path, urlencode(form).encode(), {**headers, **self._cookie()}, status)

    def send(self, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """A machine's call, without cookies."""
        return self._ask("POST", path, body, headers or {}, 204)

    def _cookie(self) -> dict[str, str]:
        text = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": text} if text else {}

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int) -> Answer:
        if self.counting:
            headers[HEADER] = "1"
        began = time.perf_counter()
        self._line.request(method, quote(path, safe=SAFE), body, headers)
        answer = self._line.getresponse()
        content = answer.read()
        self.times.append(time.perf_counter() - began)
        if answer.status != status:
            raise Unexpected(f"{method} {path} answered {answer.status}: {content[:300].decode('utf-8', 'replace')}")
        self.weight += len(content)
        self.statements += int(answer.headers.get(STATEMENTS, 0))
        self.transactions += int(answer.headers.get(TRANSACTIONS, 0))
        return Answer(answer.status, content, answer.headers)

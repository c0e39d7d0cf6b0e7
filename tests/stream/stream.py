"""What tests know of the process under test."""

from dataclasses import dataclass
from http.client import HTTPConnection

import psutil

from ..worker.processes import Process

SITE = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Stream:
    """A running process of live updates."""

    port: int
    process: Process

    def answers(self) -> bool:
        try:
            return self.asked("GET", "/healthz") == 200
        except OSError:
            return False

    def asked(self, method: str, path: str, **headers: str) -> int:
        """The status of an answer that ends."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, headers=headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        finally:
            line.close()

    def memory(self) -> int:
        """Bytes that the process and its worker hold for themselves."""
        family = psutil.Process(self.process.child.pid)
        return sum(each.memory_full_info().uss for each in [family, *family.children(recursive=True)])

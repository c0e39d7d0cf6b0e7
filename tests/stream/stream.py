"""What tests know of the process under test."""

import urllib.request
from dataclasses import dataclass

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
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as page:
                return page.read() == b"ok"
        except OSError:
            return False

    def memory(self) -> int:
        """Bytes that the process and its worker hold for themselves."""
        family = psutil.Process(self.process.child.pid)
        return sum(each.memory_full_info().uss for each in [family, *family.children(recursive=True)])

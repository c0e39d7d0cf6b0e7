"""A browser's ear: one connection to the stream, read line by line in a thread."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

PATIENCE = 20  # seconds


class Ear:
    """Listens as the person of a session; `heard` holds what came, in order."""

    def __init__(self, port: int, session: str = "", **headers: str) -> None:
        self.heard: list[str] = []
        self.over = threading.Event()
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        self._line.request("GET", "/stream/", headers=cookie | headers)
        self._socket = self._line.sock
        self.answer = self._line.getresponse()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for line in self.answer:
                if line.startswith(b"data: "):
                    self.heard.append(line[6:].strip().decode())
        except (OSError, ValueError, http.client.HTTPException):
            pass  # closed from this side, or silent for too long
        self.over.set()

    def hears(self, topic: str) -> bool:
        """Waits for a topic."""
        return waited(lambda: topic in self.heard)

    def ends(self) -> bool:
        """Waits for the other side to close."""
        return self.over.wait(PATIENCE)

    def close(self) -> None:
        with suppress(OSError):  # the other side was first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE)
        self.answer.close()
        self._line.close()


def waited(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()

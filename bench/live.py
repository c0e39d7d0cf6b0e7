"""Live updates: what idle listeners cost, and how long a message takes to the door and to the screen."""

import argparse
import os
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from playwright.sync_api import Page, sync_playwright

from house import clock, policy
from house.inbox.actions import open_conversation, say
from house.inbox.models import Conversation
from house.people.models import User
from launch.__main__ import STREAMS

from . import cpu, table
from .run import machine
from .servers import free_port, running

MEMORY_BAR = 60  # MB that all listeners together may add
SCREEN_BAR = 300  # milliseconds at the 95th of a hundred
SCREEN_EVERY = 25  # of the messages, one is for the person at the screen
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HEAD = "| from saying to seeing, ms | middle | 95 % | most | bar |\n|---|---|---|---|---|"
# A bubble that comes says when it came: its text begins with the moment at which it was said, in milliseconds.
WATCH = """() => {
    window.late = [];
    const seen = new Set([...document.querySelectorAll("#talk .lines")].map((each) => each.textContent));
    new MutationObserver(() => {
        for (const { textContent } of document.querySelectorAll("#talk .lines")) {
            if (seen.has(textContent)) continue;
            seen.add(textContent);
            window.late.push(Date.now() - Number(textContent.split(" ")[0]));
        }
    }).observe(document.querySelector("#talk"), { childList: true, subtree: true });
}"""


def run(asked: argparse.Namespace, clients: Sequence[int]) -> None:
    """Prints the table; the last client sits at a screen, the others listen in pairs."""
    pages_port, live_port = free_port(), free_port()
    site, live = (f"http://127.0.0.1:{port}" for port in (pages_port, live_port))
    env = {**os.environ, "SITE_URL": site, "LIVE_URL": live}
    people = list(User.objects.filter(pk__in=list(clients)).order_by("pk")[: asked.listeners + 2])
    *listeners, speaker, reader = people
    with (
        running("bench-pages", "bench.product", env, port=pages_port),
        running("bench-live", "house.settings", env, ("house.stream.asgi:application", STREAMS), live_port) as stream,
    ):
        before = _own(stream.pids())
        with Ears(live_port, [_session(user) for user in listeners]) as ears:
            grown = (_own(stream.pids()) - before) / 2**20
            talks = _talks(listeners)
            screen = open_conversation(speaker, reader, now=clock.now())
            shown = _watched(asked, f"{site}/inbox/{screen.pk}/", _session(reader), ears, talks, (screen, speaker))
    lines = [
        machine(),
        f"\n{len(listeners)} idle listeners: {grown:.0f} MB more in the process (bar: {MEMORY_BAR} MB"
        f"{' **over**' if grown > MEMORY_BAR else ''}).\n",
        f"{asked.rate} messages a second, for {asked.seconds} s:\n",
        HEAD,
        _row("to the browser's door", ears.late, 0),
        _row("to the screen", shown, SCREEN_BAR),
    ]
    print("\n".join(lines), flush=True)
    if asked.write:
        table.write("live", "\n".join(lines))


class Ears:
    """Many streams in one thread; `late` holds the milliseconds of each message that came."""

    def __init__(self, port: int, sessions: Sequence[str]) -> None:
        self.said: dict[str, float] = {}  # topic → when it was last said
        self.late: list[float] = []
        self._selector = selectors.DefaultSelector()
        self._greeted: set[int] = set()
        self._over = threading.Event()
        for session in sessions:
            line = socket.create_connection(("127.0.0.1", port), timeout=30)
            line.sendall(f"GET /stream/ HTTP/1.1\r\nHost: x\r\nCookie: sessionid={session}\r\n\r\n".encode())
            self._selector.register(line, selectors.EVENT_READ)
        self._lines = len(sessions)
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> "Ears":
        self._thread.start()
        while len(self._greeted) < self._lines:
            time.sleep(0.1)
        time.sleep(2)
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]

    def _listen(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(0.2):
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if b"data: hello" in data:
                    self._greeted.add(key.fd)
                for topic in _topics(data):
                    if said := self.said.pop(topic, None):
                        self.late.append((time.time() - said) * 1000)


def _topics(data: bytes) -> Iterator[str]:
    for line in data.split(b"\n"):
        if line.startswith(b"data: talk:"):
            yield line[6:].strip().decode()


def _watched(
    asked: argparse.Namespace,
    address: str,
    session: str,
    ears: Ears,
    talks: list[tuple[Conversation, User]],
    screen: tuple[Conversation, User],
) -> list[float]:
    """Talks while a real browser has the conversation open; when each message was seen there."""
    talking = threading.Thread(target=_talk, args=(asked, ears, talks, screen))
    with _browser(address, session) as page:
        page.evaluate(WATCH)
        talking.start()
        while talking.is_alive():
            page.wait_for_timeout(200)
        page.wait_for_timeout(2000)
        shown: list[float] = page.evaluate("window.late")
    talking.join()
    return shown


@contextmanager
def _browser(address: str, session: str) -> Iterator[Page]:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = browser.new_context()
        context.add_cookies([{"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.goto(address)
        page.wait_for_timeout(2000)
        yield page
        browser.close()


def _talk(
    asked: argparse.Namespace, ears: Ears, talks: list[tuple[Conversation, User]], screen: tuple[Conversation, User]
) -> None:
    """So many messages a second, each in another conversation."""
    began, policy.MESSAGES_PER_MINUTE = time.time(), asked.rate * 60  # nobody writes as fast as this
    for number in range(asked.rate * asked.seconds):
        time.sleep(max(0, began + number / asked.rate - time.time()))
        thread, author = screen if number % SCREEN_EVERY == 0 else talks[number % len(talks)]
        ears.said[f"talk:{thread.pk}"] = now = time.time()
        say(thread, author=author, text=f"{now * 1000:.0f} הודעה מספר {number}", now=clock.now())
    connection.close()


def _talks(listeners: Sequence[User]) -> list[tuple[Conversation, User]]:
    pairs = zip(listeners[::2], listeners[1::2], strict=False)
    return [(open_conversation(one, two, now=clock.now()), one) for one, two in pairs]


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _own(pids: Sequence[int]) -> int:
    """Bytes that these processes hold for themselves."""
    return sum(cpu.own(pid) for pid in pids)


def _row(name: str, late: list[float], bar: int) -> str:
    at = statistics.quantiles(late, n=100, method="inclusive")
    over = " **over**" if bar and at[94] > bar else ""
    return f"| {name}, {len(late)} messages | {at[49]:.0f} | {at[94]:.0f} | {max(late):.0f} | {bar or '–'}{over} |"

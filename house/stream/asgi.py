"""The entry of live updates: granian serves `house.stream.asgi:application`.

`GET /stream/` answers with server-sent events. Each is one topic (`house.live.Word`); "hello" asks to look at
everything, "beat" says that the stream lives. Guests get 204, after which a browser does not ask again.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "house.settings")
django.setup()

from django.conf import settings  # noqa: E402

from house import policy  # noqa: E402

from .ear import listen  # noqa: E402
from .hub import HELLO, Hub, Listener  # noqa: E402
from .visitor import header, visitor  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

RETRY = b"retry: 3000\n\n"
BEAT = "beat"
hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The process's life, and one stream for each browser."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] != "http":
        return
    elif scope["path"] == "/healthz":
        await _answer(send, 200, b"ok")
    elif scope["path"] != "/stream/" or scope["method"] != "GET":
        await _answer(send, 404)
    else:
        await _stream(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    ear = asyncio.create_task(listen(hub))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    hub.close()
    ear.cancel()
    await send({"type": "lifespan.shutdown.complete"})


async def _stream(scope: Scope, receive: Receive, send: Send) -> None:
    found = await visitor(scope["headers"])
    if found is None:
        await _answer(send, 204, headers=_cross(scope))
        return
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), *_cross(scope)]
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, (b"x-accel-buffering", b"no")]})
    await send({"type": "http.response.body", "body": RETRY, "more_body": True})
    with hub.listening(found.person, found.session) as listener:
        listener.ring(HELLO)
        gone = asyncio.create_task(_gone(receive, listener))
        try:
            while not listener.over:
                topics = await listener.topics(policy.LIVE_BEAT.total_seconds())
                if not topics and (listener.over or await visitor(scope["headers"]) != found):
                    break
                await send({"type": "http.response.body", "body": _events(topics or [BEAT]), "more_body": True})
        finally:
            gone.cancel()
    with suppress(Exception):  # the browser may have left first
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive, listener: Listener) -> None:
    """Waits for the browser to leave."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _events(topics: list[str]) -> bytes:
    return "".join(f"data: {topic}\n\n" for topic in topics).encode()


def _cross(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The pages stand at another port or name: they, and only they, may read the answer with their cookie."""
    vary = (b"vary", b"origin, cookie")
    if header(scope["headers"], b"origin") != settings.SITE_URL:
        return [vary]
    origin = settings.SITE_URL.encode()
    return [vary, (b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true")]


async def _answer(send: Send, status: int, body: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> None:
    plain = [(b"content-type", b"text/plain"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": body, "more_body": False})

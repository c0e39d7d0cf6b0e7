"""The ear: one connection that listens to PostgreSQL, for as long as the process lives."""

import asyncio
import logging
from typing import Any

import psycopg
from django.db import connection

from house.live import CHANNEL, heard

from .hub import Hub

log = logging.getLogger(__name__)
PAUSE = 1  # seconds before the next try when the database is away


async def listen(hub: Hub) -> None:
    """Passes on what is rung. Whoever listened while the connection was gone is greeted, since words were missed."""
    while True:
        try:
            await _listen_once(hub)
        except psycopg.Error:
            log.warning("the database does not answer; live updates pause")
        await asyncio.sleep(PAUSE)


async def _listen_once(hub: Hub) -> None:
    async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as ear:
        await ear.execute(f"LISTEN {CHANNEL}")
        hub.greet()
        async for notify in ear.notifies():
            try:
                hub.pass_on(heard(notify.payload))
            except ValueError:
                log.warning("a word that is none of ours was rung: %r", notify.payload)


def _address() -> dict[str, Any]:
    """Where Django connects to, without what only its own cursors understand."""
    params = connection.get_connection_params()
    own = {"context", "cursor_factory", "server_side_binding", "prepare_threshold", "assume_role", "isolation_level"}
    return {key: value for key, value in params.items() if key not in own}

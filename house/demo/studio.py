"""Renders the pictures of the market beside the loading itself, in processes of their own."""

import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from .pictures import Look, looks, square

Key = tuple[str, int]  # a scene in a theme is rendered once, however many looks are made of it


PAINTERS = 4  # at most


def _end_with_parent() -> None:
    """A loader that was killed leaves nobody behind."""
    threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


class Studio:
    """Hands out pictures that were asked for; waits for one only when it is not ready yet."""

    def __init__(self, wanted: Iterable[Look], pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        by_key: defaultdict[Key, list[Look]] = defaultdict(list)
        for look in wanted:
            by_key[look.scene, look.theme].append(look)
        self._made: dict[Key, Future[dict[Look, bytes]]] = {
            key: pool.submit(looks, *key, tuple(dict.fromkeys(each))) for key, each in by_key.items()
        }

    def __getitem__(self, look: Look) -> bytes:
        return self._made[look.scene, look.theme].result()[look]

    def square(self, drawn: str, side: int) -> Future[bytes]:
        """A square drawing of somebody's own; drawn after what was wanted from the start."""
        return self._pool.submit(square, drawn, side)


@contextmanager
def studio(wanted: Iterable[Look]) -> Iterator[Studio]:
    """Begins with the pictures at once, in the order in which they are wanted.

    Processes are spawned, not forked: a fork would share our connection to the database.
    """
    painters = min(os.cpu_count() or 1, PAINTERS)
    pool = ProcessPoolExecutor(painters, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        yield Studio(wanted, pool)
    finally:
        pool.shutdown(cancel_futures=True)

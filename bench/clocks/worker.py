"""A process that keeps deadlines until none is due: `python -m bench.clocks.worker sweep|queue|placing NAME`.

It says "ready", waits for a line, works, and prints what it has done and used as JSON (seconds of CPU).
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.db import connection

AT_ONCE = 4  # jobs in one worker, as `manage work` has it


def sweep() -> dict[str, Any]:
    """The product's own sweep."""
    from house import clock
    from house.worker.sweep import sweep_orders

    while sweep_orders(clock.now()):
        pass
    return {}


def queue() -> dict[str, Any]:
    """Scheduled jobs, as procrastinate's worker takes them."""
    from . import jobs

    jobs.worker_app().run_worker(queues=[jobs.QUEUE], concurrency=AT_ONCE, wait=False, delete_jobs="successful")
    return {}


def forever() -> dict[str, Any]:
    """The same until it is ended, with every errand that a market has."""
    from . import jobs

    jobs.worker_app().run_worker(concurrency=AT_ONCE, delete_jobs="successful", listen_notify=True)
    return {}


def placing() -> dict[str, Any]:
    """Clients who place and accept orders, all at once."""
    from .placing import crowd

    return crowd(**json.loads(sys.argv[3]))


WAYS: dict[str, Callable[[], dict[str, Any]]] = {
    "sweep": sweep,
    "queue": queue,
    "forever": forever,
    "placing": placing,
}


def main() -> None:
    way = sys.argv[1]
    django.setup()
    connection.ensure_connection()
    app = time.process_time()
    print("ready", flush=True)
    sys.stdin.readline()
    found = WAYS[way]()
    print(json.dumps({**found, "app": time.process_time() - app}), flush=True)


if __name__ == "__main__":
    main()

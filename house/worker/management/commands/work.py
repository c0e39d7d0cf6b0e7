"""`manage work`: the worker process (deadlines, errands, timetable)."""

import os
import threading
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from house.worker import sweep


class Command(BaseCommand):
    help = "Carries out deadlines, errands and the timetable until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        hand = threading.Thread(target=_or_die, args=(stop,), daemon=True, name="sweep")
        hand.start()
        try:
            # A second app for the worker's own connection: the tasks keep the first one, whose jobs are deferred
            # on Django's connection, inside the transaction of the verb that defers them.
            connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
            worker_app = app.with_connector(connector)
            worker_app.run_worker(concurrency=4, delete_jobs="successful", listen_notify=True)
        finally:
            stop.set()
            hand.join(timeout=10)


def _or_die(stop: threading.Event) -> None:
    """A worker whose sweep has died must not live on: the supervisor starts a whole one."""
    try:
        sweep.run(stop)
    except BaseException:
        os._exit(3)

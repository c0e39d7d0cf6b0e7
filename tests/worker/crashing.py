"""A second process that dies with kill -9 at a named place, without a hook in the program.

The processes are forked from a server that has loaded the market once and holds no connection, so that each is a
real process with connections of its own and begins in milliseconds.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from itertools import count
from multiprocessing.forkserver import set_forkserver_preload
from typing import Any
from unittest import mock

import django

PATIENCE = 60  # seconds
forks = multiprocessing.get_context("forkserver")


def in_a_process(env: dict[str, str], act: str, *arguments: Any, dies: tuple[str, str, int] | None = None) -> int:
    """Runs an act in a process of its own, which dies where it is told to; returns its exit code."""
    with mock.patch.dict(os.environ, env):
        set_forkserver_preload([__name__])
        child = forks.Process(target=_run, args=(act, arguments, dies))
        child.start()
    child.join(PATIENCE)
    assert child.exitcode is not None, "it hangs"
    return child.exitcode


def _run(act: str, arguments: tuple[Any, ...], dies: tuple[str, str, int] | None) -> None:
    if dies:
        arm(*dies)
    ACTS[act](*arguments)


def arm(place: str, when: str, nth: int) -> None:
    """The process dies before or after the n-th call of a function, given as "module:name" or "module:Class.name"."""
    module, _, path = place.partition(":")
    *outer, name = path.split(".")
    owner = import_module(module)
    for part in outer:
        owner = getattr(owner, part)
    real, calls = getattr(owner, name), count(1)

    @wraps(real)
    def trap(*arguments: Any, **words: Any) -> Any:
        mine = next(calls) == nth
        if mine and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **words)
        if mine and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, trap)


# What the processes do


def hear(words: dict[str, Any]) -> None:
    """The door of the web server: the gateway has called."""
    from house.gateways.payments import HookEvent
    from house.payments.actions import store_event

    store_event(HookEvent(**words), gateway="local", raw="{}", now=datetime.now(UTC))


def work() -> None:
    """A worker that does all errands there are, and goes."""
    from procrastinate.contrib.django import app

    worker_app = app.with_connector(app.connector.get_worker_connector())
    worker_app.run_worker(wait=False, concurrency=1, delete_jobs="successful", listen_notify=False)


def sweep() -> None:
    """One round of the clock's hand."""
    from house.worker import sweep as hand

    hand.sweep(datetime.now(UTC))


def accept(stage: int) -> None:
    """The client's button."""
    from house.orders.actions import work as verbs
    from house.orders.models import Stage

    row = Stage.objects.select_related("order__client").get(pk=stage)
    verbs.accept(row, by=row.order.client, now=datetime.now(UTC))


def consent(request: int) -> None:
    """The client agrees to what the provider asked."""
    from house.orders.actions import requests
    from house.orders.models import ResolutionRequest

    row = ResolutionRequest.objects.select_related("order__client").get(pk=request)
    requests.consent(row, by=row.order.client, now=datetime.now(UTC))


def withdraw(provider: int, amount: int) -> None:
    """The provider's button."""
    from house.people.models import User
    from house.treasury import payouts

    payouts.withdraw(User.objects.get(pk=provider), amount=amount, now=datetime.now(UTC))


def send_batch(batch: int) -> None:
    """Finance: the file went to the bank."""
    from house.treasury import batches
    from house.treasury.models import Batch

    row = Batch.objects.select_related("made_by").get(pk=batch)
    batches.send(row, by=row.made_by, now=datetime.now(UTC))


def come_back(payout: int) -> None:
    """Finance: the bank sent it back."""
    from house.treasury import payouts
    from house.treasury.models import Payout

    row = Payout.objects.select_related("batch__made_by").get(pk=payout)
    payouts.come_back(row, why="חשבון סגור", by=row.batch.made_by, now=datetime.now(UTC))


ACTS: dict[str, Callable[..., None]] = {
    "hear": hear,
    "work": work,
    "sweep": sweep,
    "accept": accept,
    "consent": consent,
    "withdraw": withdraw,
    "send_batch": send_batch,
    "come_back": come_back,
}

if os.environ.get("CRASHING"):
    django.setup()

"""The floor of the clocks: a queue with one scheduled job for each deadline, which calls the same verb."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from house import clock
from house.orders import deadlines
from house.orders.models import Deadline, Order

QUEUE = "bench"
SCHEDULE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
SELECT %s, 'bench.deadline', jsonb_build_object('deadline_id', id), due_at FROM orders_deadline WHERE done_at IS NULL
AND due_at <= %s
"""


@app.task(name="bench.deadline", queue=QUEUE)
def keep(deadline_id: int) -> None:
    """One deadline, unless its order has moved on."""
    now = clock.now()
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(deadlines=deadline_id).first()
        deadline = Deadline.objects.filter(pk=deadline_id, done_at=None, due_at__lte=now).first()
        if order is not None and deadline is not None:
            deadlines.carry_out(deadline, order, now=now)


def schedule(until: datetime) -> None:
    """A job for each deadline that waits."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEDULE, [QUEUE, until])


def empty() -> None:
    """Letters and other errands of what was done: nobody sends them here, and no queue should look past them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events RESTART IDENTITY CASCADE")
        cursor.execute("VACUUM ANALYZE orders_deadline")


def worker_app() -> Any:
    """The queue with a connection of its own for taking jobs, as `manage work` has it."""
    connector: Any = app.connector
    return app.with_connector(connector.get_worker_connector())

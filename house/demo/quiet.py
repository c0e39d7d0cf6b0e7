"""Loading makes no noise: nothing of the past is mailed, queued or left unread.

The verbs tell people what happened and defer letters, payments and refunds, as they do every day. While the market
is loaded, deferred jobs go nowhere: the loader carries out payments and refunds itself, and `hush` marks every notice
as mailed at its own moment, so that no worker will ever send a letter about it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app

from house.inbox.models import Conversation
from house.notices.models import Notice

UNREAD_FOR = timedelta(hours=36)


class Nowhere(BaseConnector):
    """A queue that takes every job and keeps none."""

    def get_sync_connector(self) -> BaseConnector:
        return self

    def execute_query_all(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        return [{"id": number} for number, _ in enumerate(arguments["jobs"], start=1)]


@contextmanager
def no_jobs() -> Iterator[None]:
    """Within it, deferring a job does nothing; the log need not say so thousands of times."""
    log = logging.getLogger("procrastinate")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        with app.replace_connector(Nowhere()):
            yield
    finally:
        log.setLevel(level)


def hush(now: datetime) -> None:
    """Everything counts as mailed; what is not quite new counts as read."""
    old = now - UNREAD_FOR
    Notice.objects.filter(mailed_at=None).update(mailed_at=F("at"))
    Notice.objects.filter(read_at=None, at__lt=old).update(read_at=F("at"))
    Conversation.objects.filter(last_at__lt=old).update(a_read_at=F("last_at"), b_read_at=F("last_at"))

"""The verbs of notices: tell somebody something, once; and write to an address that is nobody's yet."""

import json
import logging
from datetime import datetime
from typing import Any

from django.db import connection

from house.people.models import User

from .errands import post_later, send_letter
from .letters import plain
from .models import Notice

log = logging.getLogger(__name__)

INSERT = """
INSERT INTO notices_notice (recipient_id, kind, key, about, data, path, at) VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s)
ON CONFLICT (key) DO NOTHING RETURNING id
"""


def tell(
    recipient: User, kind: str, *, key: str, path: str, now: datetime, about: str = "", **data: Any
) -> Notice | None:
    """Writes a row of the bell and defers its letter, in the transaction of the step that is told.

    `kind` names `texts/<kind>.txt`; `data` fills its places; `path` is the page it leads to. The same
    `key` is told once to the same person, however often a step is tried; None when it was told before.
    """
    key = f"{key}:{recipient.pk}"
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [recipient.pk, kind, key, about, json.dumps(data), path, now])
        row = cursor.fetchone()
    if row is None:
        return None
    send_letter.defer(notice_id=row[0])
    return Notice(pk=row[0], recipient=recipient, kind=kind, key=key, about=about, data=data, path=path, at=now)


def write_to(address: str, *, subject: str, text: str, html: str = "") -> None:
    """A letter that somebody waits for (a code, a receipt): now, or by an errand when the server is down."""
    try:
        plain(subject, text, html, address).send()
    except OSError:  # every failure of SMTP is one
        log.exception("a letter could not leave and is tried again")
        post_later.defer(subject=subject, text=text, html=html, to=address)

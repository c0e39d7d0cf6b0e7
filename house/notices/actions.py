"""The verbs of notices: tell somebody something, once; and write to an address that is nobody's yet."""

import json
import logging
from datetime import datetime
from typing import Any

from django.db import connection

from house.people.models import User

from .errands import post_later, send_letter
from .letters import forms, plain, words
from .models import Notice

log = logging.getLogger(__name__)

# One statement, where looking first would take two and a savepoint: most steps of an order tell somebody.
INSERT = """
INSERT INTO notices_notice (key, recipient_id, kind, about, path, data, at)
VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s) ON CONFLICT (key) DO NOTHING RETURNING id
"""


def tell(
    recipient: User, kind: str, *, key: str, path: str, now: datetime, about: str = "", **data: Any
) -> Notice | None:
    """Writes a row of the bell and defers its letter, in the transaction of the step that is told.

    `kind` names `texts/<kind>.txt`; `data` fills its places; `path` is the page it leads to. The same
    `key` is told once to the same person, however often a step is tried; None when it was told before.
    """
    row: list[Any] = [f"{key}:{recipient.pk}", recipient.pk, str(kind), about, path, json.dumps(data), now]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
        made = cursor.fetchone()
    if made is None:
        return None
    send_letter.defer(notice_id=made[0])
    return Notice(pk=made[0], key=row[0], recipient=recipient, kind=kind, about=about, path=path, data=data, at=now)


def tell_outside(address: str, kind: str, *, name: str, path: str, **data: Any) -> None:
    """Defers a letter to who has no account and so no bell, in the transaction of the step that is told."""
    text = words(kind, data)
    plain_text, html = forms(text, name=name, path=path)
    post_later.defer(subject=text.subject, text=plain_text, html=html, to=address)


def write_to(address: str, *, subject: str, text: str, html: str = "") -> None:
    """A letter that somebody waits for (a code, a receipt): now, or by an errand when the server is down."""
    try:
        plain(subject, text, html, address).send()
    except OSError:  # every failure of SMTP is one
        log.exception("a letter could not leave and is tried again")
        post_later.defer(subject=subject, text=text, html=html, to=address)

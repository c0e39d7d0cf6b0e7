"""The verbs of notices: tell somebody something, once; and write to an address that is nobody's yet."""

import logging
from datetime import datetime
from typing import Any

from house.people.models import User

from .errands import post_later, send_letter
from .letters import forms, plain, words
from .models import Notice

log = logging.getLogger(__name__)


def tell(
    recipient: User, kind: str, *, key: str, path: str, now: datetime, about: str = "", **data: Any
) -> Notice | None:
    """Writes a row of the bell and defers its letter, in the transaction of the step that is told.

    `kind` names `texts/<kind>.txt`; `data` fills its places; `path` is the page it leads to. The same
    `key` is told once to the same person, however often a step is tried; None when it was told before.
    """
    notice, made = Notice.objects.get_or_create(
        key=f"{key}:{recipient.pk}",
        defaults={"recipient": recipient, "kind": kind, "about": about, "path": path, "data": data, "at": now},
    )
    if not made:
        return None
    send_letter.defer(notice_id=notice.pk)
    return notice


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

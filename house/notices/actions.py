"""The one verb of notices: tell somebody something, once."""

from datetime import datetime
from typing import Any

from house.people.models import User

from .errands import send_letter
from .models import Notice


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

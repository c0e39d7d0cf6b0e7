"""The audit log's one verb."""

from datetime import datetime
from typing import Any

from .models import AuditEntry, User


def record(*, by: User | None, what: str, about: str, now: datetime, why: str = "", **data: Any) -> AuditEntry:
    """Writes down a step of staff, inside the transaction of the step (DEC-20)."""
    return AuditEntry.objects.create(at=now, by=by, what=what, about=about, why=why, data=data)

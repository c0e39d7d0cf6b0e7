"""Who may begin something new (DEC-37)."""

from datetime import datetime

from house.process import Refusal

from .models import User


def may_start(user: User, now: datetime) -> None:
    """A suspended or blocked person finishes what is open and starts nothing: `suspended`."""
    if user.standing == User.Standing.BLOCKED or not user.is_active or user.is_suspended(now):
        raise Refusal("suspended")

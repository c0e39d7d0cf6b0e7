"""Time: what "now" is for the market, and when a window ends (DEC-14).

Only the rooms `web` and `worker` call `now()`; every verb takes `now` as an argument.
"""

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ISRAEL = ZoneInfo("Asia/Jerusalem")

_offset: ContextVar[timedelta] = ContextVar("market_offset", default=timedelta())


def now() -> datetime:
    """The market's present moment in UTC: real time plus what a demo market has travelled."""
    return datetime.now(UTC) + _offset.get()


def travel(offset: timedelta) -> None:
    """Sets how far this request or sweep stands ahead of real time (demo mode only)."""
    _offset.set(offset)


def due(start: datetime, window: timedelta, order: Any = None) -> datetime:
    """The instant at which a window ends: elapsed time from the stored moment (DEC-14, AMB-2).

    In UTC, because Python adds to a local time what the clock on the wall shows, not what has elapsed.
    `order` is unused today; clocks that rest on Shabbat will read the order's place from it.
    """
    return start.astimezone(UTC) + window

"""`manage travel 3d`: moves a demo market's clock forward."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import F

from house.market.models import Market

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def window(text: str) -> timedelta:
    """ "3d", "12h" or "90m" as a window longer than nothing."""
    match = re.fullmatch(r"([1-9]\d{0,5})([mhd])", text)
    if match is None:
        raise CommandError("Say how far, for example 3d, 12h or 90m.")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


class Command(BaseCommand):
    help = "Moves the demo market's clock forward; it never goes back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("far", help="for example 3d, 12h or 90m")

    def handle(self, *args: Any, far: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only a demo market can travel in time (DEMO=1).")
        Market.get()
        Market.objects.update(travelled=F("travelled") + window(far))
        self.stdout.write(f"The market now stands {Market.travelled_by_now()} ahead of the real time.")

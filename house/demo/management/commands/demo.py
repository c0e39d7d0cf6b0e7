"""`manage demo`: loads the demo market into an empty database, once, and says who to sign in as."""

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from house import clock
from house.demo.load import NotEmpty, load, whole
from house.demo.quick import prepared_statements
from house.market.models import Market


class Command(BaseCommand):
    help = "Loads the demo market into an empty database; later starts only print its people."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo market is loaded only with DEMO=1.")
        if Market.get().demo_loaded_at is None:
            self._load()
        call_command("demo_people", stdout=self.stdout)

    def _load(self) -> None:
        self.stdout.write("Loading the demo market, once; this takes about a minute …")
        began = time.monotonic()
        try:
            with prepared_statements():
                load(clock.now(), whole(), say=self.stdout.write)
        except NotEmpty:
            raise CommandError("This database has people of its own; the demo market needs an empty one.") from None
        self.stdout.write(f"  done in {time.monotonic() - began:.0f} seconds")

"""`manage demo_people`: who to try the demo market as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from house.demo.people import PASSWORD, PERSONS
from house.market.models import Market


class Command(BaseCommand):
    help = "Prints the people of the demo market and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        if Market.get().demo_loaded_at is None:
            self.stdout.write("The demo market is not loaded here.")
            return
        self.stdout.write(f"Sign in at {settings.SITE_URL}/accounts/login/ as one of these; the password of all is")
        self.stdout.write(f"  {PASSWORD}")
        for person in PERSONS:
            self.stdout.write(f"  {person.email:20} {person.what}")

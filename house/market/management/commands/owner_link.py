"""`manage owner_link`: prints the link of the first owner, until it was used."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from house import policy
from house.market import owner


class Command(BaseCommand):
    help = "Prints a one-time link that makes the first owner; nothing when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        if not owner.is_wanted():
            return
        hours = int(policy.OWNER_LINK_LIFE.total_seconds() // 3600)
        self.stdout.write(f"The owner's account is made here, once, within {hours} hour(s):")
        self.stdout.write(f"  {settings.SITE_URL}/owner/{owner.make_token()}/")

"""`manage reference`: the lists that every market begins with."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from house.catalog.reference import load_categories
from house.people.reference import load_places


class Command(BaseCommand):
    help = "Adds missing categories and places."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_categories()} categories, {load_places()} places.")

"""`manage process`: writes docs/process.md anew."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from house.worker.process_doc import document

PAGE = settings.BASE / "docs" / "process.md"


class Command(BaseCommand):
    help = "Prints the tables of all processes to docs/process.md."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(document(), encoding="utf-8")
        self.stdout.write(f"{PAGE} is written.")

"""`manage prove`: recomputes the books and says what was checked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from house.treasury.proof import prove


class Command(BaseCommand):
    help = "Proves the ledger and the escrow of every order."

    def handle(self, *args: Any, **options: Any) -> None:
        proof = prove()
        for line in proof.checked:
            self.stdout.write(f"checked: {line}")
        if proof.faults:
            raise CommandError("\n".join(proof.faults))
        self.stdout.write("The books are whole.")

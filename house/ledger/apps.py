from django.apps import AppConfig
from django.db.models.signals import post_migrate

from .grants import grant


class LedgerConfig(AppConfig):
    name = "house.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(grant, sender=self)

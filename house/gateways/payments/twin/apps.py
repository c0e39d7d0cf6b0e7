from django.apps import AppConfig


class TwinConfig(AppConfig):
    name = "house.gateways.payments.twin"
    label = "twin"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The worker carries out the twin's errands without ever reading its pages."""
        from . import errands  # noqa: F401

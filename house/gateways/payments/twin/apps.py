from django.apps import AppConfig


class TwinConfig(AppConfig):
    name = "house.gateways.payments.twin"
    label = "twin"
    default_auto_field = "django.db.models.BigAutoField"

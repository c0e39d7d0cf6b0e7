from django.apps import AppConfig


class StreamConfig(AppConfig):
    name = "house.stream"
    label = "stream"
    default_auto_field = "django.db.models.BigAutoField"

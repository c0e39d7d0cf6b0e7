from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "house.worker"
    label = "worker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The queue knows a task only when its module has been read, in every process."""
        from . import errands, timetable  # noqa: F401

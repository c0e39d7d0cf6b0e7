"""A task of an order: what, until when, and how far it is (INV-04, INV-07)."""

from django.conf import settings
from django.db import models

from .order import Order


class Task(models.Model):
    """Made and changed by either side; `by` is who made it."""

    class State(models.TextChoices):
        OPEN = "open", "עוד לא התחילה"
        DOING = "doing", "בעבודה"
        DONE = "done", "בוצעה"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tasks")
    text = models.CharField(max_length=200)
    day = models.DateField()
    state = models.CharField(max_length=5, choices=State, default=State.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return self.text
